"""Softmax of many numbers: a graph that grows in proportion, with the numbers of the row."""

import math
from collections.abc import Callable

import pytest

from autograd_core import Value, functional, gradcheck
from autograd_core.graph import topological_order


def edges(outputs: list[Value]) -> int:
    return sum(len(node.parents) for node in topological_order(*outputs))


@pytest.mark.parametrize("function", [functional.softmax, functional.log_softmax])
def test_the_graph_of_a_wide_softmax_is_linear(function: Callable[..., list[Value]]) -> None:
    small, large = (edges(function([Value(0.1 * i) for i in range(n)])) for n in (100, 1000))
    assert large <= 10 * small


@pytest.mark.parametrize("shift", [0.0, 1e6, -1e6])
@pytest.mark.parametrize("count", [32, 33, 200])
def test_a_wide_softmax_is_as_exact_as_a_narrow_one(count: int, shift: float) -> None:
    numbers = [shift + 0.25 * (i % 37) - 3.0 for i in range(count)]  # differences are exact
    powers = [math.exp(x - shift) for x in numbers]
    wanted = [power / math.fsum(powers) for power in powers]
    xs = [Value(x) for x in numbers]
    ps, logs = functional.softmax(xs), functional.log_softmax(xs)
    assert [p.data for p in ps] == pytest.approx(wanted, rel=1e-14)  # a sum of 200
    assert [p.data for p in logs] == pytest.approx([math.log(p) for p in wanted], rel=1e-14)
    assert functional.softmax(numbers) == [p.data for p in ps]
    ps[5].backward()
    slopes = [wanted[5] * ((i == 5) - wanted[i]) for i in range(count)]
    assert [x.grad for x in xs] == pytest.approx(slopes, rel=1e-13)
    for x in xs:
        x.grad = 0.0
    logs[5].backward()
    slopes = [(i == 5) - wanted[i] for i in range(count)]
    assert [x.grad for x in xs] == pytest.approx(slopes, rel=1e-13)


@pytest.mark.parametrize("count", [3, 32, 33])
def test_the_arguments_of_a_softmax_are_found_from_all_its_results(count: int) -> None:
    xs = [Value(0.1 * i) for i in range(count)]
    ps = functional.softmax(xs)
    assert functional.before_softmax(ps) == tuple(xs)
    assert functional.before_softmax(ps[1:]) == ()
    assert functional.before_softmax([*ps[1:], ps[0]]) == ()
    assert functional.before_softmax([p * 1.0 for p in ps]) == ()
    assert functional.before_softmax(functional.log_softmax(xs)) == ()
    other = functional.softmax([*xs[1:], xs[0]])
    assert functional.before_softmax([*ps[:-1], other[-2]]) == ()


def test_gradcheck_blames_no_stop_gradient_inside_softmax() -> None:
    report = gradcheck(lambda x: functional.stop_gradient(x) * 3.0 + 0.0 * x, 2.0)
    assert not report.ok
    assert "stop_gradient()" in report.guilty
    assert gradcheck(lambda x: functional.softmax([x] + [0.1 * i for i in range(40)])[0], 2.0).ok

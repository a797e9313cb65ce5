"""The table: every row has a method, a function, a text and the same numbers on every kind."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import autograd_core.functional as functional
from autograd_core import Value, grad, gradcheck
from autograd_core.graph import Operators, apply, method
from autograd_core.table import (
    ARRAY,
    FLOAT,
    JAVASCRIPT,
    LATEX,
    TABLE,
    TEXT,
    Op,
    find,
    pattern,
    polygamma_constant,
    power_constant,
    row,
)
from autograd_core.testing import Expression, expressions, points

OPS = [*TABLE.values(), power_constant(3.0), power_constant(-0.5), polygamma_constant(2.0)]
EDGES = [-1e200, -1000.0, -2.5, -1.0, -0.5, -0.0, 0.0, 1e-20, 0.5, 1.0, 2.5, 1000.0, 1e200,
         math.inf, -math.inf, math.nan]  # fmt: skip


def by_symbol(op: Op) -> str:
    return op.symbol


def operands_at(op: Op, x: float) -> list[float]:
    return [x, 0.75, -0.25, x][: op.arity or 4]


@pytest.mark.parametrize("name", list(TABLE))
def test_every_row_has_a_method_and_a_function(name: str) -> None:
    assert hasattr(Value, name), f"add one line for {name} to operators.py"
    assert callable(getattr(functional, name))


@pytest.mark.parametrize("op", OPS, ids=by_symbol)
@pytest.mark.parametrize("dialect", [TEXT, LATEX, JAVASCRIPT])
def test_every_row_can_be_written_down(op: Op, dialect: object) -> None:
    names = [dialect.name(letter) for letter in "abcd"[: op.arity or 4]]  # type: ignore[attr-defined]
    written = [op.value(dialect, *names), *op.partials(dialect, dialect.name("y"), *names)]  # type: ignore[attr-defined]
    assert len(written) == len(names) + 1
    assert all(str(dialect.text(part)) for part in written)  # type: ignore[attr-defined]


def test_formulas_read_as_mathematics() -> None:
    y, a, b = TEXT.name("y"), TEXT.name("a"), TEXT.name("b")
    assert str(TABLE["tanh"].partials(TEXT, y, a)[0]) == "1 - y * y"
    assert [str(p) for p in TABLE["divide"].partials(TEXT, y, a, b)] == ["1 / b", "-(y / b)"]
    assert str(power_constant(3.0).partials(TEXT, y, a)[0]) == "3 * a**2"
    assert str(TABLE["divide"].value(LATEX, LATEX.name("a"), LATEX.name("b"))) == r"\frac{a}{b}"


@pytest.mark.parametrize("op", OPS, ids=by_symbol)
def test_arrays_give_what_floats_give(op: Op) -> None:
    columns = list(zip(*[operands_at(op, x) for x in EDGES]))
    arrays = [np.array(column) for column in columns]
    with np.errstate(all="ignore"):
        y = np.broadcast_to(op.value(ARRAY, *arrays), len(EDGES))
        partials = op.partials(ARRAY, y, *arrays)
    for i, x in enumerate(EDGES):
        operands = operands_at(op, x)
        value = op.value(FLOAT, *operands)
        # the last places of libm's and NumPy's elementary functions differ
        assert y[i] == pytest.approx(value, rel=1e-13, abs=1e-15, nan_ok=True), x
        local = op.partials(FLOAT, value, *operands)
        for ours, theirs in zip(partials, local, strict=True):
            got = np.broadcast_to(ours, len(EDGES))[i]
            assert got == pytest.approx(theirs, rel=1e-12, abs=1e-14, nan_ok=True), x


@pytest.mark.parametrize("op", [*OPS, power_constant(0.0)], ids=by_symbol)
def test_a_row_says_which_operands_get_no_gradient(op: Op) -> None:
    names = [TEXT.name(letter) for letter in "abcd"[: op.arity or 4]]
    written = op.partials(TEXT, TEXT.name("y"), *names)
    zeros = [i for i, part in enumerate(written) if isinstance(part, float) and part == 0.0]
    assert list(pattern(op, len(names))[0]) == zeros


def test_a_row_added_at_run_time_has_everything() -> None:
    op = row("cube_for_test", lambda m, a: a * a * a, lambda m, y, a: (3.0 * a * a,))
    Operators.cube_for_test = method(op)  # type: ignore[attr-defined]
    try:
        x = Value(2.0)
        x.cube_for_test().backward()  # type: ignore[attr-defined]
        assert x.grad == 12.0
        cube = functional.cube_for_test
        assert cube(2.0) == 8.0
        assert grad(grad(cube))(2.0) == 12.0
        assert gradcheck(cube, 2.0, order=2).ok
        assert str(op.partials(TEXT, TEXT.name("y"), TEXT.name("a"))[0]) == "3 * a * a"
    finally:
        del TABLE["cube_for_test"], Operators.cube_for_test  # type: ignore[attr-defined]


def test_a_name_must_be_an_identifier() -> None:
    with pytest.raises(ValueError, match="identifier"):
        row("two words", lambda m, a: a, lambda m, y, a: (1.0,))


def test_operations_are_found_by_name() -> None:
    assert find("tanh") is TABLE["tanh"]
    assert find("power_constant", (3.0,)) is power_constant(3.0)
    with pytest.raises(LookupError, match="register it"):
        find("never_registered")


def test_operands_by_position_name_and_default() -> None:
    elu = functional.elu
    assert elu(-1.0) == math.expm1(-1.0)
    assert elu(-1.0, alpha=2.0) == elu(-1.0, 2.0) == 2.0 * math.expm1(-1.0)
    assert functional.clip(5.0, max=2.0) == 2.0
    with pytest.raises(TypeError, match=r"elu takes \(a, alpha\), got 1 by position, beta"):
        elu(1.0, beta=2.0)
    with pytest.raises(TypeError, match="got 3"):
        elu(1.0, 2.0, 3.0)
    with pytest.raises(TypeError, match="one operand or more"):
        functional.call(TABLE["total"])


def test_functions_of_sequences() -> None:
    xs = [1.0, 2.0, 3.0]
    assert functional.total(xs) == 6.0
    assert functional.mean(xs) == 2.0
    assert functional.product(xs) == 6.0
    assert functional.norm([3.0, 4.0]) == 5.0
    assert functional.dot(xs, xs) == 14.0
    # walkthrough C6
    expected = [0.09003057317038046, 0.24472847105479764, 0.6652409557748218]
    assert functional.softmax(xs) == pytest.approx(expected, rel=1e-15)
    assert functional.softmax([1001.0, 1002.0, 1003.0]) == pytest.approx(expected, rel=1e-15)
    with pytest.raises(ValueError, match="one length, got 3 and 2"):
        functional.dot(xs, [1.0, 2.0])


def test_functions_of_no_numbers() -> None:
    assert [functional.total([]), functional.product([]), functional.norm([])] == [0.0, 1.0, 0.0]
    assert functional.dot([], []) == 0.0
    assert functional.softmax([]) == []
    for function in (functional.mean, functional.logsumexp):
        with pytest.raises(ValueError, match="at least one number, got none"):
            function([])


def test_none_is_the_default_of_an_operand() -> None:
    assert functional.clip(5.0, None, 2.0) == 2.0
    assert Value(-5.0).clip(min=0.0, max=None).data == 0.0
    with pytest.raises(TypeError, match="got NoneType"):
        Value(1.0).maximum(None)  # type: ignore[arg-type]


def test_dot_is_one_node_with_both_vectors_as_parents() -> None:
    xs, ys = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]
    product = functional.dot(xs, ys)
    product.backward()
    assert product.parents == (*xs, *ys)
    assert ([x.grad for x in xs], [y.grad for y in ys]) == ([3.0, 4.0], [1.0, 2.0])


def test_apply_wants_a_value() -> None:
    with pytest.raises(TypeError, match=r"a Value among the operands of tanh.*functional\.call"):
        apply(TABLE["tanh"], 2.0)


def test_where_chooses_and_passes_the_gradient_to_the_chosen() -> None:
    a, b = Value(2.0), Value(3.0)
    functional.where(a < b, a, b).backward()
    assert (a.grad, b.grad) == (1.0, 0.0)
    assert a.where(False, b).data == 3.0


SMOOTH_EVERYWHERE = [TABLE[name] for name in ("add", "subtract", "multiply", "square", "sin", "cos",
                     "tanh", "arctan", "sigmoid", "softplus", "gelu", "silu", "erf", "arcsinh",
                     "logaddexp", "negative")]  # fmt: skip


@given(expressions(["x", "y"], ops=SMOOTH_EVERYWHERE), points(2))
@settings(max_examples=200, deadline=None)
def test_second_derivatives_are_symmetric(f: Expression, at: tuple[float, float]) -> None:
    def mixed(first: int, second: int) -> float:
        return float(grad(grad(f, first), second)(*at))

    one, other = mixed(0, 1), mixed(1, 0)
    if math.isfinite(one) and math.isfinite(other) and abs(one) < 1e100:
        assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("x", [-1000.0, 1000.0])
@pytest.mark.parametrize(
    "name", ["sigmoid", "softplus", "log_sigmoid", "silu", "gelu", "gelu_tanh", "mish", "softsign",
             "elu", "selu", "relu", "leaky_relu", "tanh", "erf", "erfc"]
)  # fmt: skip
def test_activations_are_stable_far_out(name: str, x: float) -> None:
    v = Value(x)
    y = getattr(v, name)()
    y.backward(create_graph=True)
    first = v.grad
    v.grad = 0.0
    first.backward()
    assert all(math.isfinite(number) for number in (y.data, first.data, v.grad))


def test_apply_counts_operands() -> None:
    with pytest.raises(TypeError, match="hypot"):
        apply(TABLE["hypot"], Value(1.0))


def test_the_page_of_operations_is_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "operations.md"
    command = [sys.executable, "-m", "autograd_core"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed == page.read_text(), "run: python -m autograd_core > docs/operations.md"

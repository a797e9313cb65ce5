"""gradcheck finds and names wrong gradients, and passes right ones."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings

from autograd_core import Value, gradcheck, gradcheck_parameters, taylor_test
from autograd_core.checking import derivative
from autograd_core.functional import (
    arctan2,
    equal,
    function,
    greater,
    hypot,
    less,
    log_softmax,
    logsumexp,
    maximum,
    minimum,
    where,
)
from autograd_core.graph import apply
from autograd_core.table import TABLE
from autograd_core.testing import (
    Expression,
    _defined_everywhere,
    assert_gradients,
    expressions,
    points,
)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: x**3, 1e4),
        (lambda x: x.exp(), -30.0),
        (lambda x: x.sqrt(), 1e-8),
        (lambda x: x.log(), 1e-6),
        (lambda x: (1000.0 * x).sin(), 1.0),
        (lambda x: (x * 1e6).tanh(), 0.0),
        (lambda x: x * 1e-12, 3.0),
        (lambda x: 1.0 / x, 1e-3),
        (lambda x: x.exp(), 700.0),
        (lambda x: x * x, 0.0),
        (lambda x: x + 1e6, 1.0),
        (lambda x: (x - 0.5).relu(), 0.500001),
        (lambda x: x.erfc().log(), -2e-19),
        (lambda x: x.exp() - 1.0, 1e-10),
        (lambda x: (x * x + 1.0).sqrt() - 1.0, 1e-5),
        (lambda x: (x * 1e8).sin(), 1e-8),
        (lambda x: (x * x + 1e-20).sqrt(), 1e-10),
        (lambda x: x.arcsinh(), 1e200),
    ],
)
def test_right_gradients_pass_at_hard_points(f: object, x: float) -> None:
    assert [row.verdict for row in gradcheck(f, x).rows] == ["ok"]  # type: ignore[arg-type]


@pytest.mark.parametrize("f", [lambda x: x.relu(), abs, lambda x: maximum(x, 0.0),
                               lambda x: 3.0 * abs(x) + x])  # fmt: skip
def test_kinks_are_reported_as_kinks(f: object) -> None:
    report = gradcheck(f, 0.0)  # type: ignore[arg-type]
    assert [row.verdict for row in report.rows] == ["kink (subgradient inside)"]
    assert report.ok


def test_a_subgradient_outside_the_slopes_is_wrong() -> None:
    wrong = dataclasses.replace(TABLE["abs"], partials=lambda m, y, a: (1.5,))
    report = gradcheck(lambda x: apply(wrong, x), 0.0)
    assert report.rows[0].verdict == "kink (subgradient outside)"
    assert not report.ok


def test_where_there_is_no_derivative_it_says_undefined() -> None:
    for f, x in [(Value.step, 0.0), (Value.floor, 2.0), (Value.log, 0.0), (Value.sqrt, 0.0)]:
        assert gradcheck(f, x).rows[0].verdict == "undefined"


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: x * 1e-12 + 1e6, 1.0),
        (lambda x: (x + 1e15) - 1e15, 1.5),
        (lambda x: (1.0 - x.cos()) / (x * x), 1e-4),
        (lambda x: x * x, 1e-200),
    ],
)
def test_rounding_that_drowns_the_slope_is_no_failure(f: object, x: float) -> None:
    verdict = gradcheck(f, x).rows[0].verdict  # type: ignore[arg-type]
    assert verdict == "inconclusive"


@pytest.mark.parametrize("f", [logsumexp, lambda z: log_softmax(z)[0]])
@pytest.mark.parametrize("logits", [[24.0, 1.0], [30.0, 0.0], [0.0, -40.0]])
def test_the_gradient_of_saturated_logits_passes(f: object, logits: list[float]) -> None:
    # 1 + exp(-23) inside the rule loses half of the digits of the small term, or all of them, and
    # the output alone does not show that
    report = gradcheck(f, [logits])  # type: ignore[arg-type]
    assert report.ok, str(report)


@pytest.mark.parametrize(
    ("f", "point", "verdict"),
    [
        (lambda x, y: where(x, y, x), (0.0, 0.0), "undefined"),  # y near x = 0: slope 0, not 1
        (lambda x: where(less(x, x.arccos()), x, 2.0 * x), (1.0,), "ok"),  # arccos is only compared
        (lambda x: where(less(x, 0.5), x, 2.0 * x - 0.5), (0.5,), "kink (subgradient inside)"),
        (lambda x: x.reciprocal().reciprocal(), (0.0,), "undefined"),  # through inf
        (lambda x: arctan2(arctan2(x, x.tanh()), x), (0.0,), "undefined"),
        (lambda x: hypot(x, 0.0), (0.0,), "undefined"),  # nan, as in PyTorch
        (lambda x: x.relu() - (-x).relu(), (0.0,), "kink (subgradient inside)"),  # is x: slope 1
        (lambda x: equal(x, minimum(x, x).exp()), (0.0,), "ok"),
    ],
)
def test_a_kink_or_an_undefined_point_inside_is_no_failure(f, point, verdict) -> None:
    report = gradcheck(f, point)
    assert report.rows[0].verdict == verdict
    assert report.ok
    assert not report.guilty


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("f", [lambda x: abs(x) ** 3, lambda x: x.relu() * x, lambda x: x * abs(x)])
def test_kinks_that_cancel_at_zero_are_no_failure(f, order: int) -> None:
    assert gradcheck(f, 0.0, order=order).ok


@pytest.mark.parametrize(
    ("f", "point"),
    [
        (lambda x, y: abs(x) + 5.0 * y.detach() + 0.0 * y, (0.0, 1.0)),
        (lambda x, y: abs(x) + 5.0 * x.detach() + y, (0.0, 1.0)),
        (lambda x, y: abs(x) * y + 5.0 * x.detach() + 0.0 * y, (0.0, 1.0)),
    ],
)
def test_a_kink_excuses_nothing_else(f, point) -> None:
    report = gradcheck(f, point)
    assert len(report.failures) == 1
    assert "detach()" in report.guilty


def test_an_output_that_is_a_plain_number_has_lost_its_gradient() -> None:
    report = gradcheck(lambda x: 2.0 * x.data, 1.0)
    assert report.rows[0].verdict == "wrong"
    assert ".data" in report.guilty


@pytest.mark.parametrize(
    ("f", "cause"),
    [
        (lambda x: x.detach() * 3.0 + 0.0 * x, "gradient is lost"),
        (lambda x: 2.0 * x - x.data, "twice too large"),
        (lambda x: 2.0 * x.data - x, "sign"),
    ],
)
def test_usual_causes_are_named(f: object, cause: str) -> None:
    report = gradcheck(f, 2.0)  # type: ignore[arg-type]
    assert cause in report.rows[0].cause
    assert "detach()" in report.guilty


def test_data_changed_after_the_graph_was_built_is_named() -> None:
    def f(x: Value) -> Value:
        y = x * x
        y.data = x.data**3
        return y

    assert "data was changed" in gradcheck(f, 2.0).guilty


def test_hand_written_gradients_are_checked() -> None:
    def f(a, b):  # type: ignore[no-untyped-def]
        return a * a * b

    assert gradcheck(f, (2.0, 3.0), gradient=lambda a, b: (2 * a * b, a * a)).ok
    report = gradcheck(f, (2.0, 3.0), gradient=lambda a, b: (a * b, a * a))
    assert [row.verdict for row in report.rows] == ["wrong", "ok"]
    assert "half" in report.rows[0].cause
    with pytest.raises(ValueError, match="wants 2 numbers, got 1"):
        gradcheck(f, (2.0, 3.0), gradient=lambda a, b: (a,))


def test_several_outputs_and_structures_are_named() -> None:
    report = gradcheck(lambda p: [p["w"][0] * 2.0, p["w"][1]], ({"w": [1.0, 2.0]},))
    assert [row.name for row in report.rows] == [
        "y[0] by p['w'][0]", "y[0] by p['w'][1]", "y[1] by p['w'][0]", "y[1] by p['w'][1]"
    ]  # fmt: skip


def test_random_functions_are_refused() -> None:
    import random

    with pytest.raises(ValueError, match="same result each time"):
        gradcheck(lambda x: x * random.random(), 1.0)


def test_order_is_one_or_two() -> None:
    with pytest.raises(ValueError, match="1 or 2, got 3"):
        gradcheck(lambda x: x, 1.0, order=3)


def test_reports_as_text_and_html() -> None:
    report = gradcheck(lambda a: a.tanh(), 0.5)
    assert str(report).splitlines()[0] == "gradcheck: passed (1 ok)"
    assert str(report).splitlines()[1].split() == [
        "input", "x", "analytic", "numeric", "error", "ratio", "verdict"
    ]  # fmt: skip
    assert "<table>" in report._repr_html_()
    assert report.worst(1) == report.rows


class Line:
    def __init__(self) -> None:
        self.w, self.b = Value(2.0), Value(1.0)

    def parameters(self) -> list[Value]:
        return [self.w, self.b]

    def named_parameters(self) -> list[tuple[str, Value]]:
        return [("w", self.w), ("b", self.b)]


def test_parameters_of_a_model() -> None:
    line = Line()
    report = gradcheck_parameters(line, lambda: (line.w * 3.0 + line.b - 4.0) ** 2)
    assert [(row.name, row.verdict) for row in report.rows] == [("w", "ok"), ("b", "ok")]
    assert (line.w.data, line.b.data, line.w.grad) == (2.0, 1.0, 0.0)


def test_only_the_worst_parameters_are_shown() -> None:
    line = Line()
    report = gradcheck_parameters(line, lambda: line.w.detach() * 3.0 + line.b + 0.0 * line.w, n=1)
    assert [row.name for row in report.worst(1)] == ["w"]
    assert "and 1 more rows" in str(report)


def test_taylor_remainder_is_of_order_two_when_right_and_one_when_wrong() -> None:
    assert taylor_test(lambda x, y: (x * y).exp(), (0.5, 2.0)).order == pytest.approx(2.0, abs=0.02)
    wrong = dataclasses.replace(TABLE["exp"], partials=lambda m, y, a: (1.1 * y,))
    test = taylor_test(lambda x: apply(wrong, x), 0.5)
    assert test.order == pytest.approx(1.0, abs=0.02)
    assert taylor_test(lambda x: 3.0 * x, 1.0).order == math.inf


def test_wrong_inputs_and_functions_are_named() -> None:
    with pytest.raises(TypeError, match=r"x must be a number.*got str 'text'"):
        gradcheck(lambda x: x, "text")
    with pytest.raises(TypeError, match=r"one Value, got list \["):
        taylor_test(lambda x: [x], 1.0)
    with pytest.raises(ValueError, match=r"not 0, got \[0\.0\]"):
        taylor_test(lambda x: x, 1.0, direction=[0.0])


def test_assert_gradients_shows_the_report() -> None:
    wrong = dataclasses.replace(TABLE["exp"], partials=lambda m, y, a: (-y,))
    with pytest.raises(AssertionError, match="the partial by operand 0 is"):
        assert_gradients(lambda x: apply(wrong, x), 0.5)


# clip has gradient 1 where its limits meet or cross, as in PyTorch, though it is constant there;
# the gradient of stop_gradient differs from its slope by design
EXCLUDED = ("clip", "stop_gradient")
EVERY = [op for op in TABLE.values() if op.arity in (1, 2, 3) and op.name not in EXCLUDED]


@pytest.mark.parametrize("order", [1, 2])
@given(f=expressions(["x", "y"], ops=EVERY), at=points(2))
@settings(max_examples=75, deadline=None)
def test_random_expressions_pass(order: int, f: Expression, at: tuple[float, float]) -> None:
    assume(abs(f(*at)) < 1e6)
    report = gradcheck(f, at, order=order)
    # nan from a branch that is not taken counts as wrong; that is the fault of the expression
    assert all(math.isnan(row.analytic) for row in report.failures), f"{f} at {at}\n{report}"


def test_expressions_are_of_operations_that_gradcheck_passes() -> None:
    drawn = _defined_everywhere()
    assert all(
        gradcheck(lambda *xs, op=op: apply(op, *xs), (0.3, 0.7)[: op.arity]).ok for op in drawn
    )
    assert len(drawn) > 30


def test_differences_see_through_a_period_that_fits_the_steps() -> None:
    # steps of 100, 50, 25 are near multiples of 2 pi: halving them would settle on cos(1000) / 200
    assert derivative(math.sin, 1000.0).slope == pytest.approx(math.cos(1000.0), rel=1e-9)


def test_functions_work_in_gradcheck() -> None:
    assert gradcheck(function(TABLE["hypot"]), (3.0, 4.0)).ok


@pytest.mark.parametrize(
    ("f", "point"),
    [
        (lambda x: where(less(x, 1.0), x, x.sqrt()), (-1.0,)),
        (lambda x: where(greater(x, 0.0), x * x.log(), 0.0), (-1.0,)),
        (lambda x: (x**4).sqrt(), (0.0,)),
        (lambda x, y: (x * x + y * y).sqrt() ** 2, (0.0, 0.0)),
        (lambda x: (x - x).sqrt() * 0.0 + x, (2.0,)),
    ],
)
def test_nan_where_the_function_has_a_slope_is_wrong(f, point) -> None:
    # so are they by torch.autograd.gradcheck 2.13.0, and by jax.test_util.check_grads
    report = gradcheck(f, point)
    assert {row.verdict for row in report.rows} == {"wrong"}
    assert "choose before the operation too" in report.rows[0].cause
    assert " times the partial " in report.guilty


def test_the_cure_that_the_message_names_is_one() -> None:
    def root(x):
        return where(greater(x, 0.0), where(greater(x, 0.0), x, 1.0).sqrt(), 0.0)

    assert [gradcheck(root, x).rows[0].verdict for x in (-1.0, 4.0)] == ["ok", "ok"]


def _single(x: float) -> float:
    return float(np.float32(math.sin(np.float32(x))))


@pytest.mark.parametrize(
    ("f", "slope", "digits"),
    [
        (_single, math.cos, 1e-3),
        (lambda x: float(np.sin(np.float32(x))), math.cos, 1e-3),
        (lambda x: round(math.sin(x), 6), math.cos, 1e-3),
        (lambda x: round(math.exp(x), 5), math.exp, 1e-3),
        (lambda x: float(np.float32(x)) ** 2, lambda x: 2.0 * x, 1e-3),
    ],
)
@pytest.mark.parametrize("x", [0.5, 0.3, 1.7, -0.9])
def test_a_function_in_single_precision_is_judged_by_steps_that_move_it(
    f, slope, digits, x
) -> None:
    assert gradcheck(f, x, gradient=slope).ok
    assert gradcheck(f, x, gradient=lambda x: 0.0).ok  # it is constant right at x
    wrong = gradcheck(f, x, gradient=lambda x: slope(x) * (1.0 + 20.0 * digits))
    assert [row.verdict for row in wrong.rows] == ["wrong"]


@pytest.mark.parametrize("f", [math.sin, math.exp, lambda x: x**3, lambda x: (x - 0.5) ** 2])
@pytest.mark.parametrize("x", [0.5, 1e-9, 0.0, -3.0, 1e9])
def test_a_function_in_double_precision_has_no_grain(f, x) -> None:
    assert derivative(f, min(x, 100.0)).grain == 0.0


@pytest.mark.parametrize("x", [-1e-300, 1e-308, 5e-324, 1e-200, 1e300, 0.0])
@pytest.mark.parametrize("power", [-3, -1, 0.01, 2, 40])
def test_few_calls_are_enough_however_steep_the_function_is(power, x) -> None:
    calls = 0

    def counted(a: float) -> float:
        nonlocal calls
        calls += 1
        if calls > 50_000:
            raise RuntimeError("it goes on calling the function")
        with np.errstate(all="ignore"):
            return float(np.sign(a) * np.float64(abs(a)) ** power)

    derivative(counted, x)

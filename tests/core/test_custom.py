"""custom_op: one call, and the operation has everything; rules that cannot have it are refused."""

import math
import pickle
from collections.abc import Iterator

import numpy as np
import pytest

from autograd_core import Value, compile, custom_op, grad, gradcheck, hessian
from autograd_core.table import JAVASCRIPT, LATEX, TABLE, TEXT

# f = |a|^3 / (1 + b^2) + 2^b - b / 2, with Python's operators only
NAME = "rational_for_test"


def f(a: float, b: float) -> float:
    return abs(a) ** 3 / (1.0 + b * b) + 2.0**b - b / 2.0


@pytest.fixture
def rational() -> Iterator[object]:
    yield custom_op(
        NAME,
        lambda m, a, b: abs(a) ** 3 / (1.0 + b**2) + 2.0**b - b / 2.0,
        lambda m, y, a, b: (
            3.0 * a * abs(a) / (1.0 + b**2),
            -2.0 * b * abs(a) ** 3 / (1.0 + b**2) ** 2 + 2.0**b * math.log(2.0) - 0.5,
        ),
        arity=2,
    )
    del TABLE[NAME]


# By hand at (-2, 3): f_a = 3 a |a| / (1 + b^2) = -1.2, f_aa = 6 |a| / (1 + b^2) = 1.2,
# f_b = -2 b |a|^3 / (1 + b^2)^2 + 2^b ln 2 - 1/2, f_ab = -6 a |a| b / (1 + b^2)^2 = 0.72,
# f_bb = (6 b^2 - 2) |a|^3 / (1 + b^2)^3 + 2^b (ln 2)^2.
F_B = -0.48 + 8.0 * math.log(2.0) - 0.5
F_BB = 0.416 + 8.0 * math.log(2.0) ** 2


def test_numbers_and_gradients(rational) -> None:
    assert rational(-2.0, 3.0) == f(-2.0, 3.0)
    a, b = Value(-2.0), Value(3.0)
    rational(a, b).backward()
    assert (a.grad, b.grad) == pytest.approx((-1.2, F_B), rel=1e-15)


def test_second_derivatives(rational) -> None:
    assert grad(grad(rational))(-2.0, 3.0) == pytest.approx(1.2, rel=1e-14)
    second = hessian(lambda p: rational(p[0], p[1]))([-2.0, 3.0])
    assert second[0] == pytest.approx([1.2, 0.72], rel=1e-14)
    assert second[1] == pytest.approx([0.72, F_BB], rel=1e-14)
    assert gradcheck(rational, (-2.0, 3.0), order=2).ok


def test_formulas(rational) -> None:
    op = TABLE[NAME]
    a, b, y = TEXT.name("a"), TEXT.name("b"), TEXT.name("y")
    assert str(op.value(TEXT, a, b)) == "abs(a)**3 / (1 + b**2) + 2**b - b / 2"
    assert str(op.partials(TEXT, y, a, b)[0]) == "3 * a * abs(a) / (1 + b**2)"
    assert "dy/da = 3 * a * abs(a) / (1 + b**2)" in rational.__doc__
    latex = str(op.value(LATEX, LATEX.name("a"), LATEX.name("b")))
    assert latex.startswith(r"\frac{{\left|a\right|}^{3}}{1 + {b}^{2}}")
    script = str(op.value(JAVASCRIPT, JAVASCRIPT.name("a"), JAVASCRIPT.name("b")))
    assert script.startswith("m.power(m.abs(a), 3) / (1.0 + m.power(b, 2))")


@pytest.mark.parametrize("size", [1, 40])  # compiled to plain Python, and to arrays
def test_compiled(rational, size: int) -> None:
    def loss(xs):
        return sum(rational(x, 0.5) for x in xs)

    xs = np.linspace(-1.0, 1.0, size)
    assert compile(loss)(xs) == pytest.approx(sum(f(x, 0.5) for x in xs), rel=1e-13)
    expected = [3.0 * x * abs(x) / 1.25 for x in xs]
    np.testing.assert_allclose(compile(grad(loss))(xs), expected, rtol=1e-13)


def test_pickled_and_loaded(rational) -> None:
    y = pickle.loads(pickle.dumps(rational(Value(-2.0), Value(3.0))))
    y.backward()
    assert (y.op, y.data) == (TABLE[NAME], f(-2.0, 3.0))
    assert [x.grad for x in y.parents] == pytest.approx([-1.2, F_B], rel=1e-15)


def test_a_rule_may_compute_with_its_constants() -> None:
    # on plain numbers alone the kind for higher derivatives gives plain numbers, in IEEE arithmetic
    spread = custom_op(
        "spread_for_test",
        lambda m, a: a * a * m.sqrt(2.0),
        lambda m, y, a: (2.0 * a * m.sqrt(2.0) + m.divide(1.0, m.power(0.0, -1.0)),),
    )
    try:
        assert grad(grad(spread))(3.0) == 2.0 * math.sqrt(2.0)
        assert compile(hessian(spread))(3.0) == 2.0 * math.sqrt(2.0)
    finally:
        del TABLE["spread_for_test"]


def test_floor_division_and_remainder_in_a_rule() -> None:
    op = TABLE["remainder"]
    a, b = TEXT.name("a"), TEXT.name("b")
    assert str(op.value(TEXT, a, b)) == str(a % b) == "remainder(a, b)"
    assert [str(x) for x in (a // 2.0, 1.0 // a, 1.0 % a)] == [
        "floor_divide(a, 2)", "floor_divide(1, a)", "remainder(1, a)"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "partials", "message"),
    [
        (lambda m, a: a if a > 0.0 else 0.0, lambda m, y, a: (1.0,), r"m\.where"),
        (lambda m, a: max(a, 0.0), lambda m, y, a: (1.0,), r"m\.maximum"),
        (lambda m, a: a, lambda m, y, a: (1.0 if a == 0.0 else 0.0,), r"m\.equal"),
        (lambda m, a: a, lambda m, y, a: (a and 1.0,), r"m\.where"),
        (lambda m, a: math.exp(a), lambda m, y, a: (y,), r"m\.exp"),
        (lambda m, a: math.floor(a), lambda m, y, a: (0.0,), r"m\.floor"),
        (lambda m, a: m.relu(a), lambda m, y, a: (1.0,), "no function 'relu'; it has abs, arccos"),
        (lambda m, a: a * a, lambda m, y, a: 2.0 * a, r"tuple of 1.*got 2 \* a"),
        (lambda m, a: a * a, lambda m, y, a: (1.0, a), "tuple of 1.*got 2"),
        (lambda m, a, b: a * b, lambda m, y, a, b: (b, a), "takes 2 operands.*pass arity=2"),
    ],
)
def test_rules_that_cannot_work_are_refused_and_not_registered(value, partials, message) -> None:
    with pytest.raises(TypeError, match=message):
        custom_op("refused_for_test", value, partials)
    assert "refused_for_test" not in TABLE


def test_a_name_is_taken_once(rational) -> None:
    with pytest.raises(ValueError, match="in the table already"):
        custom_op(NAME, lambda m, a: a, lambda m, y, a: (1.0,))
    assert NAME in TABLE


def test_a_rule_whose_text_doubles_with_every_step_is_made_and_described_at_once():
    def value(m, a):
        for _ in range(60):
            a = a / 2.0 + a * a
        return a

    op = custom_op("doubling", value, lambda m, y, a: (value(m, a) - y,))
    del TABLE["doubling"]
    assert len(op.__doc__) < 500
    assert op(-0.25) == value(None, -0.25)

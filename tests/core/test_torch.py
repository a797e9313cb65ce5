"""Every operation gives PyTorch's value, gradient and second derivative, also at the edges."""

import csv
import math
from pathlib import Path

import pytest

from autograd_core import Value, functional, grad
from autograd_core.graph import apply
from autograd_core.table import TABLE, Op, power_constant

# Where we differ from PyTorch 2.13.0 on purpose; everything else is equal.
BETTER = {
    "gelu(-30.0)": "PyTorch's 1 + erf cancels to 0; the true value is -1.5e-196",
    "expm1(-30.0)": "PyTorch differentiates as y + 1, which has lost 4 digits; ours is exp(x)",
    "tanh(10.0)": "1 - y * y cancels to 8 digits, in theirs and in ours",
    "**0.5(-inf)": "IEEE 754 pow(-inf, 0.5) is inf; PyTorch takes the square root instead",
    "**-0.5(-inf)": "the same",
    "arcsinh(1e+200)": "1e-200; the square in PyTorch's formula overflows, and it gives 0",
    "arcsinh(-1e+200)": "the same",
    "softsign(inf)": "the slope at infinity is 0; PyTorch's has inf / inf in it",
    "softsign(-inf)": "the same",
    "digamma(-1.0)": "trigamma is infinite at its poles; PyTorch gives 6.6e32",
    "digamma(-30.0)": "the same",
    "digamma(-1000.0)": "the same",
    "digamma(-1e+200)": "the same",
    **{
        f"arccosh({x})": "nan, as the value is; PyTorch's formula goes on"
        for x in ("-1000.0", "-30.0", "-2.5", "-1.0", "-inf", "-1e+200")
    },
    "arccosh(1e+200)": "1e-200; the square in PyTorch's formula overflows, and it gives 0",
    "gelu_tanh(1e+200)": "the same overflow; PyTorch's 0 * inf is nan",
    "gelu_tanh(-1e+200)": "the same",
    "gelu_tanh(inf)": "the limit, 1; PyTorch's is nan",
    "gelu_tanh(-inf)": "the limit, 0",
    "mish(inf)": "the limit, 1; PyTorch's is nan",
    **{
        f"logit({x})": "the formula goes on where the value is nan; PyTorch's slope is nan too"
        for x in (
            -1e3,
            -30.0,
            -2.5,
            -1.0,
            -0.75,
            -1e-3,
            1.5,
            2.5,
            10.0,
            30.0,
            1e3,
            math.inf,
            -math.inf,
            1e200,
            -1e200,
        )
    },
    **{
        f"sinc({x})": "PyTorch's difference of two numbers next to 1 has lost digits, or all"
        for x in ("-0.001", "0.001", "1e-200", "1e+200", "-1e+200")
    },
    **{
        f"sinc({x})": "0 at whole numbers, where PyTorch's has the rounding of pi"
        for x in (-1e3, -30.0, -1.0, 1.0, 10.0, 30.0, 1e3)
    },
    **{
        f"xlogy({x})": "0 by b too, as for every other b; PyTorch's 0 / 0 is nan"
        for x in ("0.0 0.0", "-0.0 0.0", "0.0 -0.0")
    },
    "product(inf 1.0 2.0)": "the product of the others; PyTorch divides, and inf / inf is nan",
    "product(-inf 1.0 2.0)": "the same",
    "product(nan 1.0 2.0)": "the same",
    "product(-inf -inf -inf)": "the same",
    "logsumexp(1e+200 1e+200 1000.0)": "softmax, 1/2 each; PyTorch's exp(x - y) gives 1 each",
    "logsumexp(inf 1.0 2.0)": "softmax, which is nan with an infinite sum, in PyTorch as well",
}
BETTER_SECOND = {
    "lgamma(-1.0)": "trigamma at its poles, as above",
    "lgamma(-30.0)": "the same",
    "lgamma(-1000.0)": "the same",
    "lgamma(-1e+200)": "the same",
    "digamma(0.0)": "polygamma of order 2 has no sign at its poles: nan",
    "digamma(-0.0)": "the same",
    "sinc(0.0)": "-pi^2 / 3; PyTorch's is nan",
    "sinc(-0.0)": "the same",
    **{
        f"logit({x})": "infinite, as -1 / x^2 is; PyTorch's inf - inf is nan"
        for x in ("0.0", "-0.0", "1.0", "1e-200")
    },
    "mish(1000.0)": "0, where PyTorch's is nan",
    "mish(1e+200)": "the same",
    "gelu(1e+200)": "the same",
    "gelu(-1e+200)": "the same",
    "product(1e+200 1e+200 1000.0)": "the same",
    "norm(0.0 0.0 0.0)": "the same",
}
# At 1 arccosh's first derivative is infinite, and its two roots are 0 * inf in the second.
BETTER_SECOND |= {"arccosh(1.0)": "nan", "arccosh(-1.0)": "nan, as the value is"}
# PyTorch's trigamma sums fewer terms: ours agrees with mpmath 1.3.0 to 1e-14 (test_special.py).
LOOSE = {"digamma": 1e-7}


def recorded() -> list[dict[str, str]]:
    """Return the rows of the file that record_torch.py has written."""
    lines = (Path(__file__).parent / "torch_2_13_0.csv").read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


ROWS = recorded()


def operation(name: str) -> Op:
    return power_constant(float(name[2:])) if name.startswith("**") else TABLE[name]


def call(name: str, xs: list[Value]) -> Value:
    op = operation(name)
    return apply(op, xs[0], *xs) if name in ("softmax", "log_softmax") else apply(op, *xs)


def same(ours: float, theirs: float, rel: float = 2e-13) -> bool:
    """Return whether they are equal but for the last places, in which two libraries may differ."""
    if math.isnan(theirs):
        return math.isnan(ours)
    return ours == theirs or abs(ours - theirs) <= rel * abs(theirs)


def identity(row: dict[str, str]) -> str:
    return f"{row['op']}({row['operands']})"


def operands(row: dict[str, str]) -> list[Value]:
    return [Value(float(x)) for x in row["operands"].split()]


NAMES = sorted({row["op"] for row in ROWS})


def rows_of(name: str, without: dict[str, str]) -> list[dict[str, str]]:
    """Return the recorded rows of one operation but for the listed exceptions."""
    return [row for row in ROWS if row["op"] == name and identity(row) not in without]


@pytest.mark.parametrize("name", NAMES)
def test_values_are_pytorchs(name: str) -> None:
    for row in rows_of(name, BETTER):
        assert same(call(name, operands(row)).data, float(row["value"])), identity(row)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_pytorchs(name: str) -> None:
    for row in rows_of(name, BETTER):
        xs = operands(row)
        call(name, xs).backward()
        ours, theirs = [x.grad for x in xs], [float(x) for x in row["gradients"].split()]
        rel = LOOSE.get(name, 2e-13)
        assert all(same(a, b, rel) for a, b in zip(ours, theirs)), (identity(row), ours, theirs)


@pytest.mark.parametrize("name", NAMES)
def test_second_derivatives_are_pytorchs(name: str) -> None:
    for row in rows_of(name, BETTER | BETTER_SECOND):
        xs = operands(row)
        if not all(math.isfinite(x.data) for x in xs):
            continue  # a second derivative at infinity is nan in one library, 0 in the other
        call(name, xs).backward(create_graph=True)
        gradient = xs[0].grad
        for x in xs:
            x.grad = 0.0
        gradient.backward()
        ours, theirs = xs[0].grad, float(row["second"])
        loose = 1e-7 if name in ("lgamma", "digamma") else 1e-10  # trigamma, as above
        # 1e-12: where 1 - y * y and its like cancel, both keep only that much
        assert same(ours, theirs, loose) or abs(ours - theirs) < 1e-12, identity(row)


@pytest.mark.parametrize("name", ["arcsin", "arccos", "arctanh"])
def test_second_derivatives_keep_their_digits_next_to_0(name: str) -> None:
    sign, factor = {"arcsin": (1, 1), "arccos": (-1, 1), "arctanh": (1, 2)}[name]
    for x in (1e-300, 1e-9):  # x, -x and 2x, and less than x^3 to it
        assert grad(grad(getattr(functional, name)))(x) == pytest.approx(sign * factor * x, 1e-15)


def test_the_second_derivative_of_arccosh_at_1_is_its_limit() -> None:
    second = grad(grad(functional.arccosh))
    assert second(1.0) == -math.inf
    # -x (x^2 - 1)^(-3/2)
    assert second(2.0) == pytest.approx(-2.0 / 27.0**0.5, rel=1e-15)


def test_every_difference_from_pytorch_is_one() -> None:
    different = set()
    for row in ROWS:
        xs = operands(row)
        y = call(row["op"], xs)
        y.backward()
        ours = [y.data, *[x.grad for x in xs]]
        theirs = [float(x) for x in [row["value"], *row["gradients"].split()]]
        rel = LOOSE.get(row["op"], 2e-13)
        if not all(same(a, b, rel) for a, b in zip(ours, theirs)):
            different.add(identity(row))
    assert different == set(BETTER)


def test_every_operation_with_a_peer_in_pytorch_is_recorded() -> None:
    ours_alone = {
        "cbrt", "dot", "heaviside", "step", "less", "less_equal", "greater", "greater_equal",
        "equal", "gamma", "stop_gradient",
    }  # fmt: skip
    assert {row["op"] for row in ROWS if "**" not in row["op"]} | ours_alone == set(TABLE)

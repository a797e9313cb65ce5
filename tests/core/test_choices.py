"""Choices: a branch that is not taken gets a share of 0, and a computed 0 times infinity is nan.

Slopes by PyTorch 2.13.0, float64, with `requires_grad` on every operand; nan where it gives nan.
"""

import math
from collections.abc import Callable

import pytest

from autograd_core import Value, custom_op, grad, hvp, jvp
from autograd_core import functional as F
from autograd_core.table import FLOAT, TABLE, TEXT, Op, ops, pattern, shares
from viz import trace

inf, nan = math.inf, math.nan

# fmt: off
PYTORCH: list[tuple[str, Callable[..., Value], tuple[float, ...], tuple[float, ...]]] = [
    # not taken: 0, whatever the adjoint
    ("relu below", lambda x: F.sqrt(F.relu(x)), (-1.0,), (0.0,)),
    ("relu at its kink", lambda x: F.sqrt(F.relu(x)), (0.0,), (0.0,)),
    ("relu to a power", lambda x: F.relu(x) ** 0.5, (-1.0,), (0.0,)),
    ("clip outside", lambda x: F.log(F.clip(x, 0.0, 1.0)), (-1.0,), (0.0,)),
    ("maximum, the smaller", lambda x: F.sqrt(F.maximum(x, 0.0)), (-1.0,), (0.0,)),
    ("minimum, the larger", lambda x: F.sqrt(F.minimum(x, 0.0)), (1.0,), (0.0,)),
    ("where, the other", lambda x: F.sqrt(F.where(F.greater(x, 0.0), x, 0.0)), (-1.0,), (0.0,)),
    ("maximum of two", lambda x, y: F.sqrt(F.maximum(x, y)), (-1.0, 0.0), (0.0, inf)),
    ("a constant power of 0", lambda x: F.log(x**0 - 1.0), (2.0,), (0.0,)),
    ("a leaky slope above 0", lambda x, a: F.sqrt(F.leaky_relu(x, a) - 1), (1.0, 0.5), (inf, 0.0)),
    # taken: the adjoint itself
    ("clip at its end", lambda x: F.log(F.clip(x, 0.0, 1.0)), (0.0,), (inf,)),
    ("maximum, a tie", lambda x: F.sqrt(F.maximum(x, 0.0)), (0.0,), (inf,)),
    # a computed 0 is an ordinary number
    ("sqrt(abs(x))", lambda x: F.sqrt(F.abs(x)), (0.0,), (nan,)),
    ("sqrt(0 x)", lambda x: F.sqrt(x * 0.0), (1.0,), (nan,)),
    ("sqrt(x**2)", lambda x: F.sqrt(x**2), (0.0,), (nan,)),
    ("sqrt(x**y)", lambda x, y: F.sqrt(x**y), (0.0, 2.0), (nan, nan)),
    ("sqrt(norm)", lambda x, y: F.sqrt(F.norm([x, y])), (0.0, 0.0), (nan, nan)),
    ("log(norm - 2)", lambda x, y: F.log(F.norm([x, y]) - 2.0), (0.0, 2.0), (nan, inf)),
    ("sqrt(arctan2)", lambda x, y: F.sqrt(F.arctan2(x, y)), (0.0, 0.0), (nan, nan)),
    ("hypot", lambda x, y: F.hypot(x, y), (0.0, 0.0), (nan, nan)),
    ("a leaky slope that is 0", lambda x: F.sqrt(F.leaky_relu(x, 0.0)), (-1.0,), (nan,)),
    ("underflow", lambda x: F.log(F.sigmoid(x)), (-1000.0,), (nan,)),
    ("a remainder's divisor", lambda x, y: F.log(F.remainder(x, y) - 1.0), (1.0, 2.0), (inf, nan)),
    ("0 sqrt(x)", lambda x: 0.0 * F.sqrt(x), (0.0,), (nan,)),
    # a share of 0 is an ordinary number in the steps that follow
    ("relu(sqrt(x) - 1)", lambda x: F.relu(F.sqrt(x) - 1.0), (0.0,), (nan,)),
    ("the double where", lambda x: F.where(F.less(x, 1.0), x, F.sqrt(x)), (-1.0,), (nan,)),
    ("maximum(sqrt(x), 1)", lambda x: F.maximum(F.sqrt(x), 1.0), (0.0,), (nan,)),
]
# PyTorch passes a 0 on here, and gets nan; ours gives nothing to a number only rounded or compared.
FLAT = [
    ("floor(sqrt(x))", lambda x: F.floor(F.sqrt(x)), (0.0,), (0.0,)),
    ("sign(sqrt(x))", lambda x: F.sign(F.sqrt(x)) + x, (0.0,), (1.0,)),
    ("sqrt(x) < 1", lambda x: F.where(F.less(F.sqrt(x), 1.0), x, 2.0), (0.0,), (1.0,)),
    ("log(floor(x))", lambda x: F.log(F.floor(x)), (0.5,), (0.0,)),
    ("sqrt(x) // 1", lambda x: F.sqrt(x) // 1.0, (0.0,), (0.0,)),
]
# PyTorch has 0 for the base, and 0 for its derivative by the exponent too, where 1 / x is right.
POWER = [("the base of a power of 0", lambda x, y: F.log(x**y - 1.0), (2.0, 0.0), (nan, inf))]
# fmt: on
ALL = PYTORCH + FLAT + POWER


def by_backward(f: Callable[..., Value], at: tuple[float, ...]) -> list[float]:
    xs = [Value(x) for x in at]
    f(*xs).backward()
    return [x.grad for x in xs]


def by_backward_twice(f: Callable[..., Value], at: tuple[float, ...]) -> list[float]:
    xs = [Value(x) for x in at]
    y = f(*xs)
    y.backward()
    y.backward()
    return [x.grad / 2.0 for x in xs]


def by_create_graph(f: Callable[..., Value], at: tuple[float, ...]) -> list[float]:
    xs = [Value(x) for x in at]
    f(*xs).backward(create_graph=True)
    return [float(getattr(x.grad, "data", x.grad)) for x in xs]


def by_grad(f: Callable[..., Value], at: tuple[float, ...]) -> list[float]:
    return list(grad(f, tuple(range(len(at))))(*at))


def by_micrograd(f: Callable[..., Value], at: tuple[float, ...]) -> list[float]:
    """Call every node's `_backward` in turn, as micrograd's own loop does."""
    from autograd_core.graph import topological_order

    xs = [Value(x) for x in at]
    order = topological_order(f(*xs))
    order[-1].grad = 1.0
    for node in reversed(order):
        node._backward()
    return [x.grad for x in xs]


def by_trace(f: Callable[..., Value], at: tuple[float, ...]) -> list[float]:
    xs = [Value(x, f"x{i}") for i, x in enumerate(at)]
    adjoints = {node.label: node.adjoint for node in trace(f(*xs)).nodes}
    return [adjoints[x.label] for x in xs]


WAYS = [by_backward, by_backward_twice, by_create_graph, by_grad, by_trace]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "f", "at", "slopes"), ALL, ids=[case[0] for case in ALL])
def test_every_walk_gives_pytorchs_slope(
    way: Callable[..., list[float]],
    name: str,
    f: Callable[..., Value],
    at: tuple[float, ...],
    slopes: tuple[float, ...],
) -> None:
    assert way(f, at) == pytest.approx(slopes, nan_ok=True)


@pytest.mark.parametrize(("name", "f", "at", "slopes"), PYTORCH[:11], ids=lambda x: str(x)[:20])
def test_micrograds_own_loop_gives_the_same(name, f, at, slopes) -> None:  # type: ignore[no-untyped-def]
    assert by_micrograd(f, at) == pytest.approx(slopes)


def test_other_gradients_are_kept_when_the_pass_is_repeated() -> None:
    x, w = Value(-1.0), Value(2.0)
    w.grad = 10.0
    y = (x.relu()).sqrt() + w * x
    y.backward()
    y.backward()
    assert (x.grad, w.grad) == (4.0, 8.0)


def test_a_custom_operation_with_a_literal_partial_of_0_is_flat() -> None:
    stop = custom_op("stop_for_test", lambda m, a: a, lambda m, y, a: (0.0,))
    times = custom_op("times_0_for_test", lambda m, a: a, lambda m, y, a: (0.0 * a,))
    step = custom_op("step_for_test", lambda m, a: a, lambda m, y, a: (m.greater(a, 0.0) * 2.0,))
    try:
        assert grad(lambda x: stop(F.sqrt(x)))(0.0) == 0.0
        assert grad(lambda x: F.sqrt(stop(x)))(0.0) == 0.0
        assert grad(lambda x: F.sqrt(times(x)))(0.0) == 0.0
        assert grad(lambda x: F.sqrt(step(x)))(0.0) == 0.0
        assert grad(step)(3.0) == 2.0
        assert [pattern(TABLE[f"{n}_for_test"], 1) for n in ("stop", "times_0", "step")] == [
            ((0,), False), ((0,), False), ((), True)
        ]  # fmt: skip
    finally:
        for name in ("stop", "times_0", "step"):
            TABLE.pop(f"{name}_for_test", None)


@pytest.mark.parametrize(
    ("op", "written"),
    [
        (ops.RELU, ["where(a <= 0, 0, g)"]),
        (ops.MAXIMUM, ["where(a == b, g * 0.5, where(a < b, 0, g))",
                       "where(a == b, g * 0.5, where(b < a, 0, g))"]),
        (ops.WHERE, ["None", "where(condition, g, 0)", "where(condition, 0, g)"]),
        (ops.TANH, ["g * (1 - y * y)"]),
        (ops.FLOOR, ["None"]),
    ],
    ids=["relu", "maximum", "where", "tanh", "floor"],
)  # fmt: skip
def test_the_shares_of_a_row_can_be_written(op: Op, written: list[str]) -> None:
    g, y, *operands = [TEXT.name(name) for name in ("g", "y", *op.operand_names)]
    assert [str(text) for text in shares(op, TEXT, g, y, *operands)] == written


@pytest.mark.parametrize("op", [op for op in TABLE.values() if op.arity], ids=lambda op: op.name)
def test_with_a_finite_adjoint_shares_are_products(op: Op) -> None:
    for xs in [(0.5, 0.25, 0.75), (-1.5, 2.0, 2.0), (3.0, -1.0, 0.5)]:
        operands = xs[: op.arity]
        y = op.value(FLOAT, *operands)
        products = [3.0 * partial for partial in op.partials(FLOAT, y, *operands)]
        found = [share or 0.0 for share in shares(op, FLOAT, 3.0, y, *operands)]
        assert found == pytest.approx(products, nan_ok=True)


def test_a_rule_that_is_a_long_loop_is_read_in_linear_time() -> None:
    def root(m, a):  # type: ignore[no-untyped-def]
        x = 1.0 + a * 0.5
        for _ in range(200):
            x = x - m.divide(x * x - a, 2.0 * x) * m.where(m.less(x, 0.0), 0.5, 1.0)
        return x

    op = Op("newton", root, lambda m, y, a: (m.divide(0.5, root(m, a)),))
    assert pattern(op, 1) == ((), False)
    (found,) = shares(op, FLOAT, 3.0, 2.0, 4.0)
    assert found == pytest.approx(0.75)


# where the second function has an infinite slope, after a choice whose share is 0
BLOCKED = {
    "relu": lambda x: (x.relu() * 2.0).sqrt(),
    "maximum": lambda x: x.maximum(0.0).sqrt(),
    "clip": lambda x: x.clip(0.0, 1.0) ** 0.5,
    "where": lambda x: (x.where(x > 0.0, 0.0) + 0.0).log(),
    "leaky": lambda x: x.leaky_relu(0.0).relu().sqrt(),
    "two ways": lambda x: (x.relu() + x.minimum(-1.0).maximum(-1.0) + 1.0).sqrt(),
    "later": lambda x: (x.relu().sqrt() * x).exp() * 0.0,
}


@pytest.mark.parametrize("name", BLOCKED)
def test_forward_mode_follows_the_same_choices(name: str) -> None:
    f = BLOCKED[name]
    assert grad(f)(-2.0) == 0.0
    assert jvp(f, (-2.0,), (3.0,))[1] == 0.0
    # through Values too: where a tangent ends depends on them
    assert grad(lambda x: jvp(f, (x,), (1.0,))[1])(-2.0) == 0.0
    assert jvp(lambda t: jvp(f, (-2.0,), (t,))[1], (1.0,), (1.0,)) == (0.0, 0.0)
    assert hvp(f, (-2.0,), (1.0,)) == 0.0


@pytest.mark.parametrize("name", ["relu", "maximum", "leaky"])
def test_forward_mode_goes_on_where_the_choice_is_the_other_one(name: str) -> None:
    f = BLOCKED[name]
    second = grad(grad(f))(2.0)
    assert jvp(f, (2.0,), (3.0,))[1] == pytest.approx(3.0 * grad(f)(2.0), rel=1e-15)
    assert second != 0.0
    assert grad(lambda x: jvp(f, (x,), (1.0,))[1])(2.0) == pytest.approx(second, rel=1e-15)


def test_a_computed_zero_stays_an_ordinary_number_in_forward_mode() -> None:
    assert math.isnan(jvp(lambda x: (x * x).sqrt(), (0.0,), (1.0,))[1])
    assert math.isnan(grad(lambda x: (x * x).sqrt())(0.0))

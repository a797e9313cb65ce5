"""Value: recording, backpropagation, and Python's protocols."""

import gc
import math
import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from autograd_core import Value, no_grad, paused_gc
from autograd_core.graph import consumers, levels, topological_order

DEEP = 100_000


def chain(length: int) -> tuple[Value, Value]:
    x = Value(1.0)
    y = x
    for _ in range(length):
        y = y + 1.0
    return x, y


# Backpropagation.


def test_worked_example_of_two_inputs_two_hidden_one_output() -> None:
    # walkthrough B2: every number by hand
    x = [Value(2.0), Value(3.0)]
    hidden = [[Value(1.0), Value(1.0)], [Value(-1.0), Value(1.0)]]
    out = [Value(2.0), Value(-1.0)]
    h = [w[0] * x[0] + w[1] * x[1] for w in hidden]
    y = out[0] * h[0] + out[1] * h[1]
    y.backward()
    assert [v.data for v in h] == [5.0, 1.0]
    assert y.data == 9.0
    assert [w.grad for w in out] == [5.0, 1.0]
    assert [w.grad for w in hidden[0]] == [4.0, 6.0]
    assert [w.grad for w in hidden[1]] == [-2.0, -3.0]
    assert [v.grad for v in x] == [3.0, 1.0]


def test_leaves_accumulate_and_interior_nodes_are_reset() -> None:
    x = Value(3.0)
    double = 2 * x
    z = double * x
    z.backward()
    assert x.grad == 12.0
    z.backward()
    assert x.grad == 24.0
    assert double.grad == 3.0


def test_a_node_used_twice_gets_both_contributions() -> None:
    # why order matters: b feeds c twice, a feeds b twice; dc/da = 4
    a = Value(1.0)
    b = a + a
    c = b + b
    c.backward()
    assert a.grad == 4.0


def test_backward_takes_the_gradient_of_this_node() -> None:
    x = Value(3.0)
    (x * x).backward(gradient=0.5)
    assert x.grad == 3.0


def test_backward_of_a_leaf_is_one() -> None:
    x = Value(3.0)
    x.backward()
    assert x.grad == 1.0


def test_gradient_can_be_differentiated_again() -> None:
    x = Value(2.0)
    (x**3).backward(create_graph=True)
    second = x.grad
    x.grad = 0.0
    second.backward()
    assert (second.data, x.grad) == (12.0, 12.0)


def test_negative_base_with_constant_exponent_never_meets_log() -> None:
    x = Value(-2.0)
    (x**3).backward()
    assert x.grad == 12.0
    assert (x**3).parents == (x,)


@pytest.mark.parametrize("shape", ["chain", "ladder"])
def test_depth_is_no_limit(shape: str) -> None:
    x, y = chain(DEEP) if shape == "chain" else (Value(1.0), Value(0.0))
    if shape == "ladder":  # every node is used twice
        y = x
        for _ in range(DEEP // 2):
            y = (y + y) * 0.5
    y.backward()
    assert x.grad == 1.0
    del x, y  # destruction does not recurse either


def test_a_million_operations() -> None:
    with paused_gc():
        x, y = chain(1_000_000)
        y.backward()
    assert (y.data, x.grad) == (1_000_001.0, 1.0)


def test_a_graph_is_freed_by_reference_count() -> None:
    class Watched(Value):
        __slots__ = ("__weakref__",)

    import weakref

    gc.collect()
    with paused_gc():
        x = Watched(2.0)
        y = (x * 3.0).tanh() + x
        seen = weakref.ref(y.parents[0].parents[0])
        y.backward()
        del y
        assert seen() is None


def test_gradients_do_not_depend_on_hashes() -> None:
    def gradient() -> float:
        rng = random.Random(0)
        xs = [Value(rng.uniform(-1, 1)) for _ in range(50)]
        y = Value(0.0)
        for _ in range(500):
            y = (y + rng.choice(xs) * rng.choice(xs)).tanh()
        y.backward()
        return math.fsum(x.grad * i for i, x in enumerate(xs))

    kept = [Value(0.0) for _ in range(1000)]  # other objects at other addresses
    assert gradient() == gradient()
    del kept


def test_no_grad_records_nothing() -> None:
    x = Value(2.0)
    with no_grad():
        y = x * x
    assert (y.data, y.parents, y.op) == (4.0, (), None)
    assert (x * x).parents == (x, x)


def test_detach_is_a_leaf_with_the_same_number() -> None:
    x = Value(2.0)
    ((x * x).detach() * x).backward()
    assert x.grad == 4.0


# The graph.


def test_topological_order_has_parents_first_and_operands_from_left_to_right() -> None:
    a, b = Value(1.0), Value(2.0)
    c = a * b
    d = c + a
    assert topological_order(d) == [a, b, c, d]
    assert levels([a, b, c, d]) == [0, 0, 1, 2]
    assert consumers([a, b, c, d]) == {a: [c, d], b: [c], c: [d], d: []}


def test_topological_order_stops_at_given_nodes() -> None:
    a = Value(1.0)
    b = a * 2.0
    c = b * b
    assert topological_order(c, stop={b}) == [b, c]


# Python's protocols.


def test_equality_and_hash_are_by_identity() -> None:
    a, b = Value(1.0), Value(1.0)
    assert a != b
    assert len({a, b, a}) == 2


def test_order_and_truth_are_by_value() -> None:
    a, b = Value(1.0), Value(2.0)
    assert a < b
    assert a <= 1.0
    assert b > 1
    assert b >= a
    assert Value(0.5)
    assert not Value(0.0)
    assert sorted([b, a], key=lambda v: v.data) == [a, b]
    assert max(a, b) is b


def test_comparison_with_something_else_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="not supported"):
        Value(1.0) < "a"  # noqa: B015


@pytest.mark.parametrize(
    "other", [2, 2.0, True, Fraction(5, 2), np.float64(2.5), np.float32(0.5), np.int64(3)]
)
def test_plain_numbers_work_on_both_sides(other: float) -> None:
    x = Value(3.0)
    number = float(other)
    assert (x + other).data == (other + x).data == 3.0 + number
    assert ((x - other).data, (other - x).data) == (3.0 - number, number - 3.0)
    assert (x * other).data == (other * x).data == 3.0 * number
    assert ((x / other).data, (other / x).data) == (3.0 / number, number / 3.0)
    assert ((x // other).data, (other // x).data) == (3.0 // number, number // 3.0)
    assert ((x % other).data, (other % x).data) == (3.0 % number, number % 3.0)
    assert ((x**other).data, (other**x).data) == (3.0**number, number**3.0)


def test_subtraction_and_division_are_one_node() -> None:
    a, b = Value(3.0), Value(2.0)
    assert (a - b).parents == (a, b)
    assert (a / b).parents == (a, b)


@pytest.mark.parametrize("bad", ["1", None, 1j, [1.0], np.array([1.0]), {}, Value(1.0)])
def test_constructor_takes_one_real_number_only(bad: object) -> None:
    with pytest.raises(TypeError, match="Value wants one real number, got"):
        Value(bad)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bad", "cure"),
    [
        (Decimal("0.5"), r"float\(\.\.\.\)"),
        (np.array(2.0), r"\[Value\(x\) for x in array\.flat\]"),  # runs for any shape
    ],
)
def test_the_error_names_a_cure_that_works(bad: object, cure: str) -> None:
    with pytest.raises(TypeError, match=cure):
        Value(bad)  # type: ignore[arg-type]


def test_numpy_scalars_become_floats() -> None:
    assert type(Value(np.float32(0.5)).data) is float


@pytest.mark.parametrize("lossy", [float, int, math.exp, math.sqrt])
def test_no_silent_loss_of_gradient(lossy: type) -> None:
    with pytest.raises(TypeError, match=r"value\.data"):
        lossy(Value(1.0))


def test_formats() -> None:
    v = Value(3.14159, label="pi")
    assert f"{v:.3f}" == "3.142"
    assert repr(v) == "Value(data=3.14159, grad=0.0, label='pi')"
    assert (round(v).data, round(v, 2).data) == (3.0, 3.14)
    assert (round(v, 400).data, round(v, -400).data) == (3.14159, 0.0)  # as Python's floats
    for number, digits in ((1e300, 20), (-1e308, 1), (1e15 + 0.125, 1), (1e19, -3)):
        assert round(Value(number), digits).data == round(number, digits)
    assert (math.floor(v).data, math.ceil(v).data) == (3.0, 4.0)


def test_unknown_operand_is_pythons_type_error() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        Value(1.0) + "a"  # type: ignore[operator]


# Subclasses.


class Named(Value):
    """A subclass with a constructor and attributes of its own."""

    def __init__(self, name: str, data: float) -> None:
        super().__init__(data)
        self.name = name


def test_a_subclass_may_have_a_constructor_of_its_own() -> None:
    v = Named("v", 2.0)
    y = (1.0 - v * 3.0).maximum(0.5) + v**2
    y.backward()
    assert type(y) is type(v.detach()) is Named
    assert v.grad == 4.0


# PyTorch's names for methods that have other names here.


def test_pow_and_clamp() -> None:
    x = Value(-2.0)
    y = x.pow(3) + x.clamp(min=-3.0) + x.clamp(0.0, 1.0)
    y.backward()
    assert (y.data, x.grad) == (-8.0 - 2.0 + 0.0, 12.0 + 1.0)  # 3 x**2, and 1 inside the limits
    assert x.pow(3).parents == (x,)

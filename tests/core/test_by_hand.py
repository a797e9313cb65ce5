"""Values made by hand as in micrograd, and the user's own attributes: what they do and cost."""

import copy
import math
import pickle
import sys
import tracemalloc

import pytest

import viz
from autograd_core import Value, compile, grad, gradcheck, jvp, no_grad
from autograd_core.derivatives import value_and_grad


def sin(v):
    out = Value(math.sin(v.data), (v,), "sin")

    def _backward():
        v.grad += math.cos(v.data) * out.grad

    out._backward = _backward
    return out


def times(a, b):
    out = Value(a.data * b.data, (a, b), "*")

    def _backward():
        a.grad += b.data * out.grad
        b.grad += a.data * out.grad

    out._backward = _backward
    return out


def test_an_operation_made_by_hand_passes_its_gradient_on() -> None:
    x = Value(0.5, label="x")
    y = sin(x) * 2.0
    y.backward()
    assert x.grad == pytest.approx(2.0 * math.cos(0.5), rel=1e-15)
    y.backward()  # leaves accumulate, as ever
    assert x.grad == pytest.approx(4.0 * math.cos(0.5), rel=1e-15)
    assert (y.parents[0]._op, y.parents[0]._prev) == ("sin", (x,))


def test_a_repeated_operand_gets_both_shares() -> None:
    x = Value(3.0)
    (times(x, x) + x).backward()
    assert x.grad == 7.0


def test_three_operands_and_a_chain() -> None:
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    out = Value(6.0, (a, b, c), "mean3")

    def _backward():
        for v in (a, b, c):
            v.grad += out.grad / 3.0

    out._backward = _backward
    sin(times(out, a)).backward()
    slope = math.cos(6.0)
    assert (a.grad, b.grad) == pytest.approx((slope * (6.0 + 1 / 3), slope / 3), rel=1e-14)


def test_the_function_sees_the_gradient_itself() -> None:
    # the share is not a product with the gradient, which is clipped
    x = Value(3.0)
    out = Value(3.0, {x}, "clipped")

    def _backward():
        x.grad += max(-1.0, min(1.0, out.grad))

    out._backward = _backward
    (out * 100.0).backward()
    assert x.grad == 1.0
    (out * -0.25).backward()
    assert x.grad == 0.75


def test_without_a_function_nothing_is_passed_on() -> None:
    x = Value(3.0)
    (Value(9.0, _children=(x,), _op="?") * 2.0 + x).backward()
    assert x.grad == 1.0


def test_a_function_given_to_one_of_our_operations_is_called() -> None:
    x = Value(3.0)
    out = x * 2.0

    def straight_through():
        x.grad += out.grad

    out._backward = straight_through
    (out * 5.0).backward()
    assert x.grad == 5.0


def test_the_lectures_loop_over_the_nodes() -> None:
    x = Value(0.5)
    y = sin(x)
    y.grad = 1.0
    y._backward()
    assert x.grad == math.cos(0.5)


def test_grad_and_its_relatives_differentiate_them() -> None:
    assert grad(lambda x: sin(x) * x)(0.5) == pytest.approx(math.sin(0.5) + 0.5 * math.cos(0.5))
    assert value_and_grad(sin)(0.5) == (math.sin(0.5), math.cos(0.5))
    assert jvp(sin, (0.5,), (2.0,)) == (math.sin(0.5), 2.0 * math.cos(0.5))
    assert gradcheck(lambda x: sin(x) * 3.0, 0.5).ok


def test_gradcheck_names_a_wrong_one() -> None:
    def wrong(v):
        out = Value(math.sin(v.data), (v,), "wrong")

        def _backward():
            v.grad -= math.cos(v.data) * out.grad

        out._backward = _backward
        return out

    report = gradcheck(lambda x: wrong(x) * 3.0, 0.5)
    assert not report.ok
    assert "made by hand" in report.guilty
    assert "wrong(0.5)" in report.guilty


def test_unknown_derivatives_and_copies_are_refused() -> None:
    with pytest.raises(TypeError, match="first derivatives only"):
        grad(grad(sin))(0.5)
    with pytest.raises(TypeError, match="first derivatives only"):
        sin(Value(0.5)).backward(create_graph=True)
    with pytest.raises(TypeError, match="cannot follow a Value made by hand"):
        compile(sin)(0.5)
    for copied in (copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="cannot be copied or pickled"):
            copied(sin(Value(0.5)) * 2.0)
    with pytest.raises(TypeError, match="label is a str"):
        Value(1.0, (2.0, 3.0), "+")


def test_pictures_show_them() -> None:
    x = Value(0.5, label="x")
    y = sin(x) * 2.0
    y.backward()
    assert "sin" in viz.draw_dot(y).source
    assert "sin(x)" in str(viz.trace(y))
    page = viz.play(y).html
    assert repr(math.cos(0.5)) in page


def test_a_long_chain_is_made_and_dropped() -> None:
    x = y = Value(1.0)
    for _ in range(20_000):
        y = times(y, Value(1.0))
    y.backward()
    assert x.grad == 1.0
    del y


def test_no_grad_records_none() -> None:
    with no_grad():
        assert sin(Value(0.5)).parents == ()


def test_attributes_of_the_users_are_kept_and_copied() -> None:
    p = Value(1.0, label="p")
    p.m, p.v, p._vis_color = 0.5, [1.0], "lightgreen"
    y = p * 2.0
    y.name = "y"
    for twin in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        (q,) = [parent for parent in twin.parents if parent.label]
        assert (twin.name, q.m, q.v, q._vis_color, q.label) == ("y", 0.5, [1.0], "lightgreen", "p")
        assert q.v is not p.v
    with pytest.raises(AttributeError):
        p.unknown  # noqa: B018 - reading it is the point


def test_adam_that_keeps_its_moments_on_the_parameters() -> None:
    # EurekaLabsAI/micrograd's AdamW: p.m and p.v, made when first asked for
    p = Value(2.0)
    for t in range(1, 4):
        p.grad = 0.0
        (p * p).backward()
        if not hasattr(p, "m"):
            p.m, p.v = 0.0, 0.0
        p.m = 0.9 * p.m + 0.1 * p.grad
        p.v = 0.95 * p.v + 0.05 * p.grad**2
        p.data -= 0.1 * (p.m / (1 - 0.9**t)) / ((p.v / (1 - 0.95**t)) ** 0.5 + 1e-8)
    assert p.data == pytest.approx(1.7, abs=0.001)  # Adam's first steps are as long as the rate


def test_values_without_attributes_take_no_extra_memory() -> None:
    # 80 bytes in CPython 3.11: two words of the object header, two of the cycle collector, five
    # slots, and the pointer to a dict that is not created
    assert sys.getsizeof(Value(1.0)) <= 80
    x = Value(0.5)
    tracemalloc.start()
    nodes = [x.tanh() for _ in range(1_000)]
    size = tracemalloc.get_traced_memory()[0] / 1_000
    tracemalloc.stop()
    assert len(nodes) == 1_000
    assert size < 80 + 24 + 10  # the node, its number, its place in the list

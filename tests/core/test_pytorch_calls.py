"""Calls that PyTorch's users make on a Value, and functions with a gradient of their own."""

import copy
import math
import pickle
import threading
from functools import partial

import numpy as np
import pytest

from autograd_core import (
    Value,
    custom_vjp,
    grad,
    gradcheck,
    hvp,
    is_grad_enabled,
    jacobian,
    no_grad,
    set_grad_enabled,
    value_and_grad,
    vhp,
)


def test_grad_of_values_in_an_existing_graph() -> None:
    x, y = Value(3.0), Value(2.0)
    h = x * y
    out = h * h + x
    assert grad(out, [x, y, h]) == (2 * 6 * 2 + 1, 2 * 6 * 3, 12.0)
    assert grad(out, x) == (25.0,)
    assert grad([out, h], (x,), [2.0, 10.0]) == (70.0,)
    assert grad(outputs=[out, h], inputs=[x], grad_outputs=[Value(2.0), None]) == (52.0,)
    assert (x.grad, y.grad, h.grad) == (0.0, 0.0, 0.0)  # untouched


def test_grad_of_values_may_be_differentiated_again() -> None:
    # a penalty on the length of a gradient: d/dx (2 x y)^2 = 8 x y^2
    x, y = Value(3.0), Value(2.0)
    (slope,) = grad(x * x * y, x, create_graph=True)
    assert slope.data == 12.0
    (slope**2).backward()
    assert (x.grad, y.grad) == (8 * 3 * 4, 8 * 9 * 2)


def test_a_gradient_by_hand_is_taken_by_key() -> None:
    def f(p):
        return p["w"] * 3.0 + p["b"] * 5.0

    point = {"w": 1.0, "b": 2.0}
    assert gradcheck(f, point, gradient=lambda p: {"b": 5.0, "w": 3.0}).ok
    assert not gradcheck(f, point, gradient=lambda p: {"b": 3.0, "w": 5.0}).ok


def test_grad_of_values_says_what_is_unused() -> None:
    x, y = Value(3.0), Value(2.0)
    with pytest.raises(ValueError, match=r"input 1 .*allow_unused"):
        grad(x * x, [x, y])
    assert grad(x * x, [x, y], allow_unused=True) == (6.0, None)
    with pytest.raises(ValueError, match="grad_outputs wants 1 numbers, got 2"):
        grad(x * x, [x], [1.0, 2.0])
    with pytest.raises(TypeError, match="inputs are a Value or a sequence of them, got int 0"):
        grad(x * x)
    assert x.requires_grad_(False) is x
    assert grad(x * y, [x, y], allow_unused=True) == (None, 3.0)


def test_backward_takes_pytorchs_arguments() -> None:
    x, y = Value(3.0), Value(2.0)
    h = x * y
    out = h * h
    out.backward(None, retain_graph=True)
    assert (x.grad, y.grad, h.grad) == (24.0, 36.0, 12.0)
    out.backward(Value(1.0))
    assert x.grad == 48.0
    x.grad = y.grad = 0.0
    out.backward(inputs=[x, x])
    out.backward(inputs=[x])
    assert (x.grad, y.grad) == (48.0, 0.0)
    out.backward(inputs=[h, Value(1.0)])  # intermediate nodes in `inputs` accumulate as well
    assert h.grad == 24.0
    assert (x.is_leaf, h.is_leaf, h.retain_grad()) == (True, False, None)


def test_a_hook_sees_the_whole_gradient_and_may_change_it() -> None:
    seen = []
    x = Value(3.0)
    h = x * 2.0
    out = h * 5.0 + h * 7.0
    handle = h.register_hook(seen.append)
    assert seen == []
    out.backward()
    assert (seen, x.grad) == ([12.0], 24.0)
    halved = h.register_hook(lambda gradient: 0.5 * gradient)
    x.grad = 0.0
    out.backward()
    assert (x.grad, h.grad) == (12.0, 6.0)
    assert grad(out, x) == (12.0,)
    handle.remove()
    halved.remove()
    halved.remove()
    out.backward()
    assert (seen, x.grad) == ([12.0, 12.0, 12.0], 36.0)


def test_a_hook_on_a_leaf_gets_the_gradient_of_this_pass() -> None:
    seen = []
    x = Value(3.0)
    x.register_hook(lambda gradient: seen.append(gradient) or 10.0 * gradient)
    for _ in range(2):
        (x * 2.0).backward()
    assert (seen, x.grad) == ([2.0, 2.0], 40.0)
    for twin in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):  # hooks are not copied
        (twin * 2.0).backward()
        assert twin.grad == 42.0


def test_a_hook_gets_values_where_the_graph_goes_on() -> None:
    x = Value(3.0)
    h = x * x
    h.register_hook(lambda gradient: gradient * x)
    h.backward(create_graph=True)
    assert x.grad.data == 18.0  # 2 x times x
    slope = x.grad
    x.grad = 0.0
    slope.backward()
    assert x.grad == 12.0  # 4 x


def test_grad_is_switched_from_here_on_or_inside_with() -> None:
    x = Value(2.0)
    with set_grad_enabled(False):
        assert (x * 3.0).parents == ()
        with set_grad_enabled(True):
            assert len((x * 3.0).parents) == 2
        assert not is_grad_enabled()
    assert len((x * 3.0).parents) == 2
    set_grad_enabled(False)
    try:
        assert (x * 3.0).parents == ()
        others = []
        thread = threading.Thread(target=lambda: others.append(is_grad_enabled()))
        thread.start()
        thread.join()
        assert others == [True]
        with no_grad():
            set_grad_enabled(True)
            assert len((x * 3.0).parents) == 2
        assert (x * 3.0).parents == ()
    finally:
        set_grad_enabled(True)
    assert len((x * 3.0).parents) == 2


def test_vhp_equals_hvp() -> None:
    def f(x, y):
        return (x[0] * y["a"]).sin() * x[1].exp()

    primals, vector = ([0.3, 0.5], {"a": 2.0}), ([1.0, -2.0], {"a": 0.5})
    one, other = vhp(f, primals, vector), hvp(f, primals, vector)
    assert one[0] == pytest.approx(other[0], rel=1e-14)
    assert one[1] == pytest.approx(other[1], rel=1e-14)
    assert vhp(lambda x: x**3, (2.0,), (5.0,)) == 60.0


@custom_vjp
def lengths(x, scale, *, p=2):
    """A function of another library: arrays in, a dict out."""
    x = np.asarray(x)
    return {"length": scale * float(np.sum(np.abs(x) ** p)) ** (1 / p), "first": float(x[0])}


@lengths.defvjp
def _(x, scale, *, p=2):
    out = lengths(x, scale, p=p)
    plain = out["length"] / scale

    def back(gradient):
        by_x = gradient["length"] * scale * np.abs(x) ** (p - 1) * np.sign(x) / plain ** (p - 1)
        by_x[0] += gradient["first"]
        return by_x, gradient["length"] * plain

    return out, back


def test_a_function_with_a_gradient_of_its_own() -> None:
    x = np.array([3.0, -4.0])

    def f(x, scale):
        out = lengths(x * 1.0, scale)
        return out["length"] * out["first"]

    value, (by_x, by_scale) = value_and_grad(f, (0, 1))(x, 2.0)
    assert (value, by_scale) == (30.0, 15.0)
    np.testing.assert_allclose(by_x, [10.0 + 2.0 * 0.6 * 3.0, -2.0 * 0.8 * 3.0], rtol=1e-15)
    assert gradcheck(f, [x, 2.0]).ok
    assert lengths(x, 2.0) == {"length": 10.0, "first": 3.0}
    by_three = jacobian(lambda x: lengths(x, 1.0, p=3)["length"])(np.array([1.0, 2.0]))
    np.testing.assert_allclose(by_three, np.array([1.0, 4.0]) / 9.0 ** (2 / 3), rtol=1e-14)


def test_a_custom_vjp_as_jax_writes_it() -> None:
    @custom_vjp
    def clipped(x, limit):
        return x

    def backward(limit, gradient):
        return min(gradient, limit), None

    clipped.defvjp(lambda x, limit: (x, limit), backward)
    x = Value(2.0)
    (clipped(x, 1.0) * 100.0).backward()
    assert x.grad == 1.0


def test_a_custom_vjp_takes_arguments_without_gradient() -> None:  # jax.custom_vjp's argument
    @partial(custom_vjp, nondiff_argnums=(0, 2))
    def scaled(f, x, name):
        return f(x)

    def backward(f, name, x, gradient):
        return ({"a": gradient * x["b"], "b": None},) if name == "known" else (None,)

    scaled.defvjp(lambda f, x, name: (f(x), x), backward)
    product = partial(scaled, lambda x: x["a"] * x["b"])
    at = {"a": 2.0, "b": 3.0}
    assert product(at, "known") == 6.0
    assert grad(lambda x: product(x, "known"))(at) == {"a": 3.0, "b": 0.0}
    assert grad(lambda x: product(x, "unknown"))(at) == {"a": 0.0, "b": 0.0}


def test_a_custom_vjp_says_what_it_wants() -> None:
    f = custom_vjp(lambda x: x * 2.0)
    assert f(3.0) == 6.0
    with pytest.raises(TypeError, match=r"has no gradient yet; give it one with .*defvjp"):
        f(Value(3.0))
    f.defvjp(lambda x: (x * 2.0, lambda gradient: 2.0 * gradient))
    with pytest.raises(TypeError, match="wants a tuple of 1, one gradient per argument, got float"):
        f(Value(3.0)).backward()
    f.defvjp(lambda x: (x * 2.0, lambda gradient: ([2.0 * gradient],)))
    with pytest.raises(ValueError, match="gradient by argument 0 wants one number, got a sequence"):
        f(Value(3.0)).backward()
    f.defvjp(lambda x: (x * 2.0, lambda gradient: (2.0 * gradient,)))
    assert grad(f)(3.0) == 2.0
    with pytest.raises(TypeError, match="first derivatives only"):
        grad(grad(f))(3.0)
    assert math.isnan(f(Value(math.nan)).data)


@pytest.mark.parametrize(  # torch 2.13.0, float64, at (3.7, -2)
    ("f", "wanted", "slopes"),
    [
        (lambda x, y: x.add(y, alpha=3), -2.3, (1.0, 3.0)),
        (lambda x, y: x.sub(y, alpha=3), 9.7, (1.0, -3.0)),
        (lambda x, y: x.div(y, rounding_mode="trunc"), -1.0, (0.0, 0.0)),
        (lambda x, y: x.div(y, rounding_mode="floor"), -2.0, (0.0, 0.0)),
        (lambda x, y: x.round(decimals=-1), 0.0, (0.0, 0.0)),
        (lambda x, y: (x / 10).logit(0.4), -0.4054651081081643, (0.0, 0.0)),
        (lambda x, y: (x / 10).logit(eps=0.2), -0.5322168137473082, (0.42900042900042895, 0.0)),
        (lambda x, y: x.mul(y).neg().atan2(y), 1.8347600504206012, (-0.06807351940095302, 0.0)),
        (np.copysign, -3.7, (-1.0, 0.0)),
        (lambda x, y: np.copysign(y, x), 2.0, (0.0, -1.0)),
        (np.ldexp, 0.925, (0.25, 0.6411611420179494)),
    ],
)  # fmt: skip
def test_pytorchs_names_and_arguments(f, wanted, slopes) -> None:
    value, found = value_and_grad(f, (0, 1))(3.7, -2.0)
    assert value == pytest.approx(wanted, rel=1e-14)
    assert found == pytest.approx(slopes, rel=1e-13)


def test_a_rounding_mode_is_one_of_three() -> None:
    with pytest.raises(ValueError, match="rounding_mode is None, 'trunc' or 'floor', got 'up'"):
        Value(1.0).div(2.0, rounding_mode="up")


@pytest.mark.parametrize(
    "name", ["mean", "amax", "amin", "logsumexp", "softmax", "log_softmax", "norm"]
)
def test_an_axis_is_not_taken_for_a_number(name: str) -> None:
    x = Value(3.0)
    with pytest.raises(TypeError, match="looks like an axis"):
        getattr(x, name)(0)  # PyTorch allows it for a tensor without dimensions: axis 0
    assert getattr(x, name)(0.0).parents[1].data == 0.0
    assert len(getattr(x, name)(1, 2).parents) == 3
    with pytest.raises(TypeError, match="axis"):
        np.mean(x, 0)
    with pytest.raises(TypeError):
        x.var(0)

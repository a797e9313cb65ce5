"""grad to hvp: closed forms, structures, nesting, and the arguments of JAX."""

import inspect
import math
from collections import namedtuple

import numpy as np
import pytest

from autograd_core import (
    Value,
    compile,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vjp,
)
from autograd_core.functional import exp, total, where

Point = namedtuple("Point", "x y")


def rosenbrock(p):
    return (1.0 - p[0]) ** 2 + 100.0 * (p[1] - p[0] ** 2) ** 2


# Closed forms of Rosenbrock's function at (-1.2, 1).
ROSENBROCK_GRADIENT = [-215.6, -88.0]
ROSENBROCK_HESSIAN = [[1330.0, 480.0], [480.0, 200.0]]


def test_gradient_of_rosenbrock() -> None:
    assert grad(rosenbrock)([-1.2, 1.0]) == pytest.approx(ROSENBROCK_GRADIENT, rel=1e-14)


def test_hessian_of_rosenbrock() -> None:
    rows = hessian(rosenbrock)([-1.2, 1.0])
    for row, expected in zip(rows, ROSENBROCK_HESSIAN):
        assert row == pytest.approx(expected, rel=1e-14)


def two_outputs(x):
    return np.stack([x[0] * x[1] ** 2, np.sin(x[0]) * x[1]])


HESSIANS = [[[0.0, 4.0], [4.0, 1.0]],
         [[-0.958851077208406, 0.8775825618903728], [0.8775825618903728, 0.0]]]  # fmt: skip


def test_hessian_of_several_outputs() -> None:  # shapes and numbers of jax 0.10.2
    x = np.array([0.5, 2.0])
    np.testing.assert_allclose(hessian(two_outputs)(x), HESSIANS, rtol=1e-15)
    both, aux = hessian(lambda x: (two_outputs(x), "aux"), has_aux=True)(x)
    np.testing.assert_allclose(both, HESSIANS, rtol=1e-15)
    assert aux == "aux"
    assert hessian(lambda x, y: [x * y, x**3 * y], (0, 1))(2.0, 3.0) == [
        ((0.0, 1.0), (1.0, 0.0)),
        ((36.0, 12.0), (12.0, 0.0)),
    ]
    assert hessian(lambda x: np.sum(x**3, keepdims=True))(x).tolist() == [[3.0, 0.0], [0.0, 12.0]]
    with pytest.raises(TypeError, match="returns \\(value, anything\\)"):
        hessian(lambda x: x * x, has_aux=True)(2.0)


@pytest.mark.parametrize(
    "f", [two_outputs, lambda x: {"a": [x[1]], "b": (3.0, x[0] ** 3)}, lambda x: []]
)
def test_a_jacobian_by_forward_mode_is_the_same(f) -> None:
    x = np.array([0.5, 2.0])
    assert repr(jacfwd(f)(x)) == repr(jacobian(f)(x))
    assert repr(jacfwd(f)([0.5, 2.0])) == repr(jacrev(f)([0.5, 2.0]))
    assert jacfwd(lambda x: [1.0, 2.0])([]) == [[], []]
    assert jacfwd(lambda x, y: (x * y, x), (1, 0), has_aux=True)(2.0, 3.0) == ((2.0, 3.0), 2.0)
    assert jacfwd(jacrev(lambda x: [x**3, x]))(2.0) == [12.0, 0.0]


def test_one_graph_for_many_directions() -> None:
    calls = []

    def f(d, y):
        calls.append(y)
        return [d["a"] ** 2 * y, y], "aux"

    output, tangent, aux = linearize(f, {"a": 3.0}, 2.0, has_aux=True)
    assert (output, aux) == ([18.0, 2.0], "aux")
    assert tangent({"a": 1.0}, 0.0) == [12.0, 0.0]
    assert tangent({"a": 0.5}, 1.0) == [15.0, 1.0]
    assert len(calls) == 1
    with pytest.raises(ValueError, match="wanted 2 tangents"):
        tangent({"a": 1.0})
    assert grad(lambda x: linearize(lambda y: y**3, x)[1](1.0))(2.0) == 12.0
    assert grad(lambda v: linearize(lambda y: y**3, 2.0)[1](v * v))(3.0) == 72.0


def test_arrays_in_arrays_out() -> None:
    x = np.array([-1.2, 1.0])
    gradient, second = grad(rosenbrock)(x), hessian(rosenbrock)(x)
    assert gradient.dtype == second.dtype == float
    np.testing.assert_allclose(gradient, ROSENBROCK_GRADIENT, rtol=1e-14)
    np.testing.assert_allclose(second, ROSENBROCK_HESSIAN, rtol=1e-14)


def test_an_array_without_dimensions_is_a_number() -> None:
    slope = grad(lambda x: x.tanh() + exp(x))(np.array(0.5))
    assert slope.shape == ()
    assert slope == pytest.approx(1.0 - math.tanh(0.5) ** 2 + math.exp(0.5), rel=1e-15)
    assert hessian(lambda x: exp(2.0 * x))(np.array(0.0)) == 4.0


def test_jacobian_of_array_by_array_has_both_shapes() -> None:
    A = np.arange(6.0).reshape(2, 3)
    J = jacobian(lambda x: A @ x)(np.ones(3))
    np.testing.assert_allclose(J, A, rtol=0)
    assert jacobian(lambda X: X * 2.0)(np.ones((2, 2))).shape == (2, 2, 2, 2)


def test_structures_come_back_as_they_went_in() -> None:
    def f(p):
        return p["a"][0] * p["b"].x + p["b"].y ** 2

    gradient = grad(f)({"a": [2.0, 5.0], "b": Point(3.0, 4.0)})
    assert gradient == {"a": [3.0, 0.0], "b": Point(2.0, 8.0)}
    assert isinstance(gradient["b"], Point)


def test_argnums_one_or_several() -> None:
    def f(x, y):
        return x * y**2

    assert grad(f, 1)(2.0, 3.0) == 12.0
    assert grad(f, -1)(2.0, 3.0) == 12.0
    assert grad(f, (0, 1))(2.0, 3.0) == (9.0, 12.0)
    assert value_and_grad(f, argnums=(1,))(2.0, 3.0) == (18.0, (12.0,))
    with pytest.raises(TypeError, match="argument 2, but got 2"):
        grad(f, 2)(2.0, 3.0)


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: x.floor().sqrt(), 0.5, 0.0),  # the adjoint of floor is inf
        (lambda x: x * x.step().sqrt(), -1.0, 0.0),
        (lambda x: x * (x.sqrt() < 2.0), -1.0, 0.0),  # a bool: sqrt(-1) = nan is only compared
        (lambda x: x * x.sqrt().less(2.0) + 3.0 * x, -1.0, 3.0),
        (lambda x: where(x.log().floor(), x, 2.0 * x), 0.0, 1.0),
    ],
)
def test_what_is_only_rounded_or_compared_gets_no_gradient(f, x, slope) -> None:
    # PyTorch 2.13.0 gives these slopes, where 0 * inf would be nan
    v = Value(x)
    f(v).backward()
    assert v.grad == grad(f)(x) == jvp(f, (x,), (1.0,))[1] == compile(f).grad(x) == slope
    assert grad(lambda w: grad(f)(w) + 0.0 * w)(x) == 0.0


def test_auxiliary_output_is_passed_through() -> None:
    def f(x):
        y = x * x
        return y, {"double": 2.0 * x}

    assert value_and_grad(f, has_aux=True)(3.0) == ((9.0, {"double": 6.0}), 6.0)
    assert grad(f, has_aux=True)(3.0) == (6.0, {"double": 6.0})
    assert grad(lambda x: (x, "text"), has_aux=True)(3.0) == (1.0, "text")
    mixed = grad(lambda x: (x, {"name": "loss", "parts": [x, (2.0 * x, None)]}), has_aux=True)
    assert mixed(3.0)[1] == {"name": "loss", "parts": [3.0, (6.0, None)]}


def test_any_order() -> None:
    f = math.exp
    derivative = lambda x: exp(2.0 * x)  # noqa: E731
    for n in range(1, 6):
        derivative = grad(derivative)
        assert derivative(0.5) == pytest.approx(2.0**n * f(1.0), rel=1e-14)


def test_derivatives_inside_one_another_are_not_confused() -> None:
    # d/dx x * (d/dy (x + y)) = d/dx x * 1 = 1 (Siskind & Pearlmutter 2005)
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(2.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x + y)(x))(2.0) == 1.0
    # d/dx (d/dy x*y) at y = 3 is d/dx x = 1, although y is a plain number
    assert grad(lambda x: grad(lambda y: x * y)(3.0))(2.0) == 1.0


def test_grad_changes_no_grad_attribute() -> None:
    w = Value(3.0)
    w.grad = 7.0
    assert grad(lambda x: w * x * x)(2.0) == 12.0
    assert w.grad == 7.0


def test_values_in_values_out() -> None:
    x = Value(2.0)
    slope = grad(lambda v: v**3)(x)
    assert isinstance(slope, Value)
    slope.backward()
    assert x.grad == 12.0


def test_a_result_that_does_not_depend_on_the_argument_has_gradient_zero() -> None:
    assert grad(lambda x, y: y * 2.0)(1.0, 3.0) == 0.0
    assert grad(lambda x: 5.0)(1.0) == 0.0
    assert hessian(lambda x: 3.0 * x[0])([1.0, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]


def test_forward_and_reverse_mode_agree() -> None:
    def f(x, y):
        return [x * y, (x / y).sin()]

    output, tangent = jvp(f, (2.0, 3.0), (1.0, 0.0))
    again, pull = vjp(f, 2.0, 3.0)
    assert output == again
    assert [pull([1.0, 0.0])[0], pull([0.0, 1.0])[0]] == pytest.approx(tangent, rel=1e-15)
    assert tangent == pytest.approx([3.0, math.cos(2 / 3) / 3], rel=1e-15)


def test_hessian_times_vector() -> None:
    v = [0.5, -2.0]
    expected = [sum(h * x for h, x in zip(row, v)) for row in ROSENBROCK_HESSIAN]
    assert hvp(rosenbrock, ([-1.2, 1.0],), (v,)) == pytest.approx(expected, rel=1e-13)


def test_reverse_over_forward() -> None:
    second = grad(lambda x: jvp(lambda y: y**3, (x,), (1.0,))[1])(2.0)
    assert second == 12.0


def test_wrong_functions_and_arguments_are_named() -> None:
    with pytest.raises(TypeError, match=r"one Value, got list .*use jacobian"):
        grad(lambda x: [x, x])(1.0)
    with pytest.raises(TypeError, match="must be a number"):
        grad(lambda x: x)("text")
    with pytest.raises(ValueError, match="cotangent wants a sequence of 2, got a sequence of 1"):
        vjp(lambda x: [x, x], 1.0)[1]([1.0])
    with pytest.raises(ValueError, match="wanted 1 tangents, one per argument, got 2"):
        jvp(lambda x: x, (1.0,), (1.0, 2.0))
    with pytest.raises(
        ValueError, match=r"tangents\[0\] wants a sequence of 2, got a sequence of 1"
    ):
        jvp(lambda x: x[0], ([1.0, 2.0],), ([1.0],))
    with pytest.raises(TypeError, match="primals is a tuple or list"):
        jvp(lambda x: x, 1.0, 1.0)
    with pytest.raises(TypeError, match="primals is a tuple or list"):
        hvp(lambda x: x, 1.0, 1.0)
    with pytest.raises(TypeError, match="has_aux=True wants"):
        grad(lambda x: x, has_aux=True)(1.0)
    with pytest.raises(TypeError, match="argnums is an int or a sequence of ints, got 'x'"):
        grad(lambda x: x, "x")
    with pytest.raises(ValueError, match="names an argument twice"):
        grad(lambda x, y: x * y, (0, -2))(1.0, 2.0)


def test_jacobians_of_trees_have_the_output_outside_and_the_argument_inside() -> None:
    # as jax.jacrev of jax 0.10 gives them
    w = np.array([1.0, 2.0, 3.0])
    J = jacobian(lambda p: {"out": p["w"] * p["b"]})({"w": w, "b": 2.0})
    np.testing.assert_array_equal(J["out"]["w"], 2.0 * np.eye(3))
    np.testing.assert_array_equal(J["out"]["b"], w)
    by_both = jacobian(lambda a, b: [a * b, a], (0, 1))(2.0, 3.0)
    assert by_both == [(3.0, 2.0), (1.0, 0.0)]
    assert jacobian(lambda x: x[:0])(w).shape == (0, 3)


def test_a_cotangent_may_be_a_value() -> None:
    assert grad(lambda c: vjp(lambda x: x**3, 2.0)[1](c)[0])(1.0) == 12.0
    c = Value(1.0)
    vjp(lambda x: x**3, 2.0)[1](c)[0].backward()
    assert c.grad == 12.0


def test_a_cotangent_that_is_a_value_changes_no_later_call() -> None:
    _, pull = vjp(lambda x: x**3, 2.0)
    pull(Value(1.0))
    assert [type(gradient) for gradient in pull(1.0)] == [float]


def test_derivatives_are_named_after_their_function() -> None:
    def rate(x):
        return x * x

    assert grad(rate).__name__ == "rate"
    assert hessian(rate).__doc__ == "Hessian of rate; takes the same arguments."


def test_deep_functions() -> None:
    def f(x):
        for _ in range(20_000):
            x = x * 1.0001
        return x

    assert grad(f)(1.0) == pytest.approx(1.0001**20_000, rel=1e-10)


def test_many_inputs() -> None:
    gradient = grad(lambda xs: total(x * x for x in xs))(list(map(float, range(1000))))
    assert gradient == [2.0 * i for i in range(1000)]


@pytest.mark.parametrize(
    ("tangent", "message"),
    [
        (
            {"w": np.ones((3, 2)), "b": 1.0},
            r"tangents\[0\]\['w'\] wants a sequence of 2, got a .*3",
        ),
        ({"w": np.ones(6), "b": 1.0}, "wants a sequence of 2, got a sequence of 6"),
        ({"w": np.ones((2, 3)), "b": [1.0]}, r"\['b'\] wants one number, got a sequence of 1"),
        ({"w": np.ones((2, 3)), "c": 1.0}, "wants a dict of 'b', 'w', got a dict of 'c', 'w'"),
        ([np.ones((2, 3)), 1.0], "wants a dict of 'b', 'w', got a sequence of 2"),
        ({"w": np.ones((2, 3)), "b": None}, "wants one number, got None"),
    ],
)
def test_tangents_and_cotangents_of_another_shape_are_refused(tangent, message) -> None:
    primal = {"w": np.ones((2, 3)), "b": 1.0}
    with pytest.raises(ValueError, match=message):
        jvp(lambda p: p["w"].sum(), (primal,), (tangent,))
    with pytest.raises(ValueError, match=message):
        hvp(lambda p: (p["w"] ** 2).sum(), (primal,), (tangent,))
    with pytest.raises(ValueError, match=message.removeprefix(r"tangents\[0\]")):
        vjp(lambda p: p, primal)[1](tangent)


def test_tangents_and_cotangents_are_taken_by_key_and_place() -> None:
    # x * (1, 10): in the order of the keys, 10 would come first
    pull = vjp(lambda x: {"a": x, "b": 10.0 * x}, 1.0)[1]
    assert pull({"b": 1.0, "a": 0.0}) == pull({"a": 0.0, "b": 1.0}) == (10.0,)
    rows = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert jvp(lambda x: x[0, 1] * 1.0, (rows,), ([[0.0, 5.0], [0.0, 0.0]],))[1] == 5.0
    assert jvp(lambda x: x * 2.0, (3.0,), (np.array(1.0),))[1] == 2.0


def test_elementwise_grad_is_the_derivative_at_each_place_and_nests():
    x = np.array([[-1.0, 0.5], [2.0, 0.0]])
    slope = 1.0 - np.tanh(x) ** 2
    assert elementwise_grad(np.tanh)(x) == pytest.approx(slope, rel=1e-14)
    twice = elementwise_grad(elementwise_grad(np.tanh))(x)
    assert twice == pytest.approx(-2.0 * np.tanh(x) * slope, rel=1e-13, abs=1e-15)
    # each of f(x, y) = x y^2 by the argument that is named
    by_y = elementwise_grad(lambda x, y: x * y**2, 1)(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert by_y.tolist() == [6.0, 16.0]
    assert elementwise_grad(lambda x: x**3)(2.0) == 12.0
    with pytest.raises(TypeError, match="output"):
        elementwise_grad(lambda x: "text")(1.0)


def test_a_derivative_has_the_signature_of_its_function() -> None:
    def f(x, flag):  # jax's tests/api_test.py, test_grad_wrap
        return x if flag else 0.0 * x

    assert str(inspect.signature(grad(f))) == "(x, flag)"
    compiled = compile(grad(f), static="flag")
    assert (compiled(1.0, True), compiled(1.0, False)) == (1.0, 0.0)

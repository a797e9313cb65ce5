"""compile: values returned beside a gradient, Values that stand for arguments, no_grad."""

import numpy as np
import pytest

from autograd_core import Value, compile, no_grad
from autograd_core.functional import dot


def test_has_aux_returns_what_is_beside_the_value():
    f = compile(lambda x, y: (x * y, {"sum": x + y, "both": [x, y]}))
    assert f.value_and_grad(2.0, 5.0, wrt=(0, 1), has_aux=True) == (
        (10.0, {"sum": 7.0, "both": [2.0, 5.0]}),
        (5.0, 2.0),
    )
    assert f.grad(2.0, 5.0, has_aux=True) == (5.0, {"sum": 7.0, "both": [2.0, 5.0]})


def test_has_aux_with_a_batch_sums_gradients_and_keeps_a_row_per_sample():
    f = compile(lambda w, x: (dot(w, x), np.array([x[0], w[0]])), batch=(None, 0))
    x = np.arange(10.0).reshape(5, 2)
    (value, aux), gradient = f.value_and_grad([1.0, 2.0], x, has_aux=True)
    assert value.tolist() == (x @ [1.0, 2.0]).tolist()
    assert aux.tolist() == [[a, 1.0] for a in x[:, 0]]
    assert gradient == pytest.approx(x.sum(axis=0))


@pytest.mark.parametrize("returned", [lambda x: x, lambda x: [x], lambda x: ([x], x)])
def test_has_aux_wants_a_pair(returned):
    with pytest.raises(TypeError, match="with has_aux=True it must return a pair"):
        compile(returned).value_and_grad(1.0, has_aux=True)


def test_inputs_are_the_values_that_the_function_already_uses():
    weights = [Value(1.0), Value(2.0)]
    f = compile(lambda w, x: dot(weights, x) ** 2, inputs={0: weights}, batch=(None, 0))
    value, gradient = f.value_and_grad(np.array([3.0, 4.0]), [[1.0, 1.0], [0.0, 1.0]])
    assert value.tolist() == [49.0, 16.0]
    assert gradient.tolist() == [14.0, 22.0]
    assert [w.data for w in weights] == [3.0, 4.0]  # the numbers of the call that captured it


def test_inputs_survive_a_new_capture_after_a_branch():
    w = Value(1.0)
    f = compile(lambda given, x: w * x if w > 0.0 else w * w * x, inputs={0: [w]})
    assert f.value_and_grad([2.0], 3.0) == (6.0, [3.0])
    assert f.value_and_grad([-2.0], 3.0) == (12.0, [-12.0])


def test_inputs_of_another_number_are_a_clear_error():
    f = compile(lambda given, x: x, inputs={0: [Value(1.0)]})
    with pytest.raises(ValueError, match="argument 0 has 2 numbers, inputs= names 1 Values"):
        f([1.0, 2.0], 3.0)


def test_the_first_call_may_be_inside_no_grad():
    f = compile(lambda x: x * x)
    with no_grad():
        assert f(3.0) == 9.0
    assert f.value_and_grad(4.0) == (16.0, 8.0)


@pytest.mark.parametrize("static", [-1, 2, 1.5, "m"])
def test_static_that_names_no_argument_is_an_error(static):
    with pytest.raises(ValueError, match="is none of the arguments x, n"):
        compile(lambda x, n: x**n, static=[static])


def test_batch_is_one_entry_for_each_argument():
    with pytest.raises(ValueError, match=r"got 0; write \(0,\)"):
        compile(lambda x: x, batch=0)


def test_a_bool_of_numpy_is_a_number():
    assert compile(lambda x: x * 2.0)(np.bool_(True)) == 2.0

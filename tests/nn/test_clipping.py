"""Clipping of gradients, by norm and by value."""

import math

import pytest

import nn

from .recorded import one


def test_clip_value_limits_every_gradient():
    parameters = [one(grad=5.0), one(grad=-0.25)]
    nn.SGD(parameters, lr=1.0, clip_value=0.5).step()
    assert [p.data for p in parameters] == [0.5, 1.25]


def test_clip_grad_norm_shrinks_all_gradients_together():
    parameters = [one(grad=3.0), one(grad=4.0)]
    assert nn.clip_grad_norm_(parameters, 1.0) == 5.0
    assert [p.grad for p in parameters] == pytest.approx([0.6, 0.8])


def test_clip_grad_value_limits_every_gradient():
    parameters = [one(grad=3.0), one(grad=-4.0)]
    nn.clip_grad_value_(parameters, 3.5)
    assert [p.grad for p in parameters] == [3.0, -3.5]


def test_clipping_by_value_leaves_a_gradient_that_is_no_number_for_all_to_see():
    w = nn.Value(0.0)
    w.grad = math.nan
    nn.clip_grad_value_([w], 1.0)
    assert math.isnan(w.grad)


def test_clipping_takes_one_value_and_refuses_what_is_none():
    w = nn.Value(0.0)
    w.grad = 4.0
    assert nn.clip_grad_norm_(w, 2.0) == 4.0
    nn.clip_grad_value_(w, 1.0)
    assert w.grad == 1.0
    with pytest.raises(TypeError, match=r"clipping takes Values, got .*pass model.parameters"):
        nn.clip_grad_value_(nn.MLP(2, [1]), 1.0)

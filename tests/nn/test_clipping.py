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


@pytest.mark.parametrize("norm_type", [2.0, 3.0])
def test_a_norm_too_large_for_a_number_is_inf_and_takes_gradients_to_0(norm_type):
    # torch 2.13.0: nn.utils.clip_grad_norm_ of a float64 gradient of 1e200 returns inf
    parameters = [one(grad=1e200), one(grad=3.0)]
    assert nn.clip_grad_norm_(parameters, 1.0, norm_type) == math.inf
    assert [p.grad for p in parameters] == [0.0, 0.0]


def test_the_largest_of_gradients_that_hold_nan_is_nan():
    parameters = [one(grad=1.0), one(grad=math.nan)]
    assert math.isnan(nn.clip_grad_norm_(parameters, 1.0, math.inf))


@pytest.mark.parametrize(
    ("norm_type", "norm"), [(1, 7.0), (2, 5.0), (3, 91 ** (1 / 3)), ("inf", 4)]
)
def test_clipping_goes_by_any_norm(norm_type, norm):
    parameters = [one(grad=3.0), one(grad=-4.0)]
    assert nn.clip_grad_norm_(parameters, 1.0, norm_type) == pytest.approx(norm, rel=1e-14)
    assert parameters[0].grad == pytest.approx(3.0 / norm, rel=1e-6)  # the guard in `shrink`
    assert nn.clip_grad_norm_([], 1.0, norm_type) == 0.0


def test_limits_that_would_turn_gradients_round_are_refused():
    parameter = one(grad=1.0)
    for call, name in ((nn.clip_grad_norm_, "max_norm"), (nn.clip_grad_value_, "clip_value")):
        with pytest.raises(ValueError, match=f"{name} must be at least 0, got -1"):
            call([parameter], -1.0)
    with pytest.raises(ValueError, match=r"norm_type must be above 0, got 0\.0; 2 is the length"):
        nn.clip_grad_norm_([parameter], 1.0, 0)
    assert parameter.grad == 1.0

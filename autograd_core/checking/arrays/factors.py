"""Factors: what a gradient is multiplied by."""

from __future__ import annotations

import math

import numpy as np

from autograd_core.checking.arrays.sample import Sample, beside, common_factor, factor_text


def lost(sample: Sample) -> str:
    """Return whether all of it is 0."""
    if np.all(sample.got == 0.0):
        return "is zero: the gradient is lost on the way (detach, stop_gradient, a plain number)"
    return ""


def ratio(sample: Sample) -> str:
    """Return a factor that all entries share."""
    factor = common_factor(sample)
    if factor is None or abs(factor) < 1e-12:
        return ""
    return factor_text(factor, sample.compared)


def coarse(sample: Sample) -> str:
    """Return to how many digits it is right, if that is most of them."""
    scale = np.maximum(np.abs(sample.right), 1e-300)
    off = float((np.abs(sample.mine - sample.right) / scale).max())
    if off < 1e-3:
        return (
            f"is right to {max(1, int(-math.log10(off)))} digits only: a step runs in float32, or "
            "it is made of finite differences"
        )
    return ""


def unsigned(sample: Sample) -> str:
    """Return whether it is an absolute value."""
    if sample.close(sample.mine, np.abs(sample.right), sample.error):
        return "is the absolute value of what it should be: the sign is lost"
    return ""


def powers(sample: Sample) -> str:
    """Return a factor of x, 1 / x, x², or of the output."""
    large = np.abs(sample.right) > 1e-6 * np.abs(sample.right).max(initial=0.0)
    if large.sum() < 2 or not np.isfinite(sample.mine).all():
        return ""
    ratio = sample.mine[large] / sample.right[large]
    for name, numbers in beside(sample):
        other = numbers[large]
        if np.any(other == 0.0) or np.ptp(np.abs(other)) <= 1e-6 * np.abs(other).max():
            continue
        for power, words in ((1, "{}"), (-1, "1 / {}"), (2, "{}²"), (-2, "1 / {}²")):
            left = ratio / other**power
            if abs(left.mean()) > 0.0 and np.ptp(left) <= 2.0 * sample.rtol * np.abs(left).max():
                times = "" if abs(left.mean() - 1.0) < 1e-3 else f"{left.mean():.4g} * "
                return f"is multiplied by {times}{words.format(name)}: that factor is wrong"
    return ""

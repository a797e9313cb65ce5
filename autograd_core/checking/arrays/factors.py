"""Factors: mistakes by which a gradient is multiplied; each function returns "" if it is none."""

from __future__ import annotations

import math

import numpy as np

from autograd_core.checking.arrays.sample import Sample, common_factor, factor_text, related_arrays


def zero(sample: Sample) -> str:
    """Return the mistake if all of it is 0."""
    if np.all(sample.got == 0.0):
        return "is zero: the gradient is lost on the way (detach, stop_gradient, a plain number)"
    return ""


def ratio(sample: Sample) -> str:
    """Return the mistake if all entries have the same factor."""
    factor = common_factor(sample)
    if factor is None or abs(factor) < 1e-12:
        return ""
    return factor_text(factor, sample.reference)


def low_precision(sample: Sample) -> str:
    """Return the mistake if it is right to three digits or more."""
    scale = np.maximum(np.abs(sample.right), 1e-300)
    off = float((np.abs(sample.tested - sample.right) / scale).max())
    if off < 1e-3:
        return (
            f"is right to {max(1, int(-math.log10(off)))} digits only: a step runs in float32, or "
            "it is made of finite differences"
        )
    return ""


def absolute(sample: Sample) -> str:
    """Return the mistake if it is the absolute value of the right gradient."""
    if sample.close(sample.tested, np.abs(sample.right), sample.error):
        return "is the absolute value of what it should be: the sign is lost"
    return ""


def powers(sample: Sample) -> str:
    """Return the mistake if the factor is x, 1 / x, x² or 1 / x² of an input or the output."""
    large = np.abs(sample.right) > 1e-6 * np.abs(sample.right).max(initial=0.0)
    if large.sum() < 2 or not np.isfinite(sample.tested).all():
        return ""
    ratio = sample.tested[large] / sample.right[large]
    for name, numbers in related_arrays(sample):
        other = numbers[large]
        if np.any(other == 0.0) or np.ptp(np.abs(other)) <= 1e-6 * np.abs(other).max():
            continue
        for power, words in ((1, "{}"), (-1, "1 / {}"), (2, "{}²"), (-2, "1 / {}²")):
            left = ratio / other**power
            if abs(left.mean()) > 0.0 and np.ptp(left) <= 2.0 * sample.rtol * np.abs(left).max():
                times = "" if abs(left.mean() - 1.0) < 1e-3 else f"{left.mean():.4g} * "
                return f"is multiplied by {times}{words.format(name)}: that factor is wrong"
    return ""

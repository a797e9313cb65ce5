"""Causes: names the mistake in a wrong gradient: a transpose, a sum over an axis, a factor."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import numpy as np

from autograd_core.checking.arrays.factors import absolute, low_precision, powers, ratio, zero
from autograd_core.checking.arrays.problem import index_name
from autograd_core.checking.arrays.sample import Reference, Sample, matches
from autograd_core.checking.arrays.shapes import axes_text
from autograd_core.checking.arrays.terms import diagonal, exchanged, partly, shifted
from autograd_core.checking.differences import Estimate
from autograd_core.table import Floats


def cause_of(reference: Reference, got: Floats, rtol: float, rng: np.random.Generator) -> str:
    """Return the mistake in one array of a gradient; empty if it is right.

    Args:
        reference: The right numbers.
        got: The array.
        rtol: Relative error allowed.
        rng: Draws the entries to examine.
    """
    sample = Sample(reference, got, rtol, rng)
    if not np.isfinite(got).all() and len(sample.places):
        wrong = int((~np.isfinite(got)).sum())
        if not np.isfinite(sample.tested).all():
            return f"is nan or infinite in {wrong} of {got.size} entries, where there is a slope"
    if not sample.bad.any():
        return ""
    for hypothesis in (zero, ratio, low_precision, _permuted, _summed, absolute, powers,
                       _cotangents, diagonal, exchanged, partly, shifted):  # fmt: skip
        message = hypothesis(sample)
        if message:
            return message
    worst = int(np.argmax(np.where(sample.bad, np.abs(sample.tested - sample.right), -1.0)))
    name = index_name("entry ", got.shape, sample.places[worst]) if got.shape else "it"
    return (
        f"is wrong: {name} is {sample.tested[worst]:.6g}, finite differences give "
        f"{sample.right[worst]:.6g}; a term is missing or wrong (no factor, sum or transpose)"
    )


def _is_weighted_sum(sample: Sample, make: Callable[[Floats], Floats]) -> bool:
    """Return whether each entry is a weighted sum of the right ones.

    `make` takes an array with a 1 at one entry, else 0, and returns the weights for that entry.
    """

    def right(place: int) -> Estimate:
        unit = np.eye(1, sample.got.size, place)[0].reshape(sample.got.shape)
        return sample.reference.weighted(make(unit))

    return matches(sample, right)


def _permuted(sample: Sample) -> str:
    shape = sample.got.shape
    for order in itertools.permutations(range(len(shape))):
        moved = tuple(shape[i] for i in order)
        if moved == shape and order != tuple(range(len(shape))):
            back = tuple(np.argsort(order))
            if _is_weighted_sum(sample, lambda a, back=back: a.transpose(back)):  # type: ignore[misc]
                named = "" if len(shape) == 2 else f" (axes {order})"
                return f"is transposed{named}: entry [i, j] is that of [j, i]"
    for axis, length in enumerate(shape):
        if length < 2:
            continue
        if _is_weighted_sum(sample, lambda a, axis=axis: np.flip(a, axis)):  # type: ignore[misc]
            return f"is reversed along axis {axis}"
        for shift in (1, -1):
            if _is_weighted_sum(sample, lambda a, axis=axis, s=shift: np.roll(a, s, axis)):  # type: ignore[misc]
                return f"is shifted along axis {axis} by {-shift}: an index is one off"
    return ""


def _summed(sample: Sample) -> str:
    shape = sample.got.shape
    for count in range(1, len(shape) + 1):
        for axes in itertools.combinations(range(len(shape)), count):
            length = math.prod(shape[a] for a in axes)
            if length < 2:
                continue
            for what, divisor in (("sum", 1.0), ("mean", float(length))):

                def spread(a: Floats, axes=axes, divisor=divisor) -> Floats:  # type: ignore[no-untyped-def]
                    return np.broadcast_to(a.sum(axis=axes, keepdims=True) / divisor, a.shape)

                if _is_weighted_sum(sample, spread):
                    return f"is the {what} over {axes_text(axes)} of what it should be"
    return ""


def _cotangents(sample: Sample) -> str:
    """Return the mistake if the numbers are right for another cotangent (or tangent)."""
    reference = sample.reference
    given, matrix = reference.weights, reference.problem.matrix
    if len(given) < 2:
        return ""
    if reference.mode == "vjp" and matrix is not None and matrix.shape[0] == matrix.shape[1]:
        x = reference.problem.slices()[reference.which]
        tested = (matrix @ given)[x][sample.places]
        if sample.close(tested, sample.right, sample.error):
            return "is made with a Jacobian that is transposed: rows are outputs, columns inputs"
    for words, weights in _other_weights(reference):
        if matches(sample, lambda place, w=weights: reference.at(place, w)):  # type: ignore[misc]
            return f"is {words}"
    return ""


def _other_weights(reference: Reference) -> Iterator[tuple[str, Floats]]:
    """Yield vectors that may have been used for the cotangent or tangent, each with its message."""
    given, mode = reference.weights, reference.mode
    what = "cotangent" if mode == "vjp" else "tangent"
    yield f"as if the {what} were 1 everywhere", np.ones_like(given)
    yield f"made with the mean of the {what}", np.full_like(given, given.mean())
    yield f"made with the sum of the {what}", np.full_like(given, given.sum())
    yield f"made with the absolute value of the {what}", np.abs(given)
    sides = reference.problem.result_arrays("jvp" if mode == "vjp" else "vjp")
    if len(sides) > 1:
        return
    shape = sides[0].shape
    turned = given.reshape(shape)
    for axis, length in enumerate(shape):
        if length > 1 and len(shape) > 1:
            total = np.broadcast_to(turned.sum(axis=axis, keepdims=True), shape).ravel()
            yield f"made with the {what} summed over axis {axis}", total
            yield f"made with the mean of the {what} over axis {axis}", total / length
    if len(shape) == 2 and shape[0] == shape[1]:
        yield f"made with the {what} transposed", turned.T.ravel()
    if len(shape) and shape[0] > 1:
        yield f"made with the {what} reversed", given[::-1].copy()

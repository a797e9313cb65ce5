"""Causes: what a wrong gradient is instead of the right one: its transpose, a sum, a factor."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import numpy as np

from autograd_core.checking.arrays.factors import coarse, lost, powers, ratio, unsigned
from autograd_core.checking.arrays.problem import index_name
from autograd_core.checking.arrays.sample import Compared, Sample, explains
from autograd_core.checking.arrays.shapes import axes_text
from autograd_core.checking.arrays.terms import diagonal, exchanged, partly, shifted
from autograd_core.checking.differences import Estimate
from autograd_core.table import Floats


def cause_of(compared: Compared, got: Floats, rtol: float, rng: np.random.Generator) -> str:
    """Return what is wrong with one array of a gradient; nothing if it is right.

    Args:
        compared: The right numbers.
        got: The array.
        rtol: Relative error allowed.
        rng: Draws the entries to look at.
    """
    sample = Sample(compared, got, rtol, rng)
    if not np.isfinite(got).all() and len(sample.places):
        wrong = int((~np.isfinite(got)).sum())
        if not np.isfinite(sample.mine).all():
            return f"is nan or infinite in {wrong} of {got.size} entries, where there is a slope"
    if not sample.bad.any():
        return ""
    for supposition in (lost, ratio, coarse, _moved, _summed, unsigned, powers, _cotangents,
                        diagonal, exchanged, partly, shifted):  # fmt: skip
        said = supposition(sample)
        if said:
            return said
    worst = int(np.argmax(np.where(sample.bad, np.abs(sample.mine - sample.right), -1.0)))
    name = index_name("entry ", got.shape, sample.places[worst]) if got.shape else "it"
    return (
        f"is wrong: {name} is {sample.mine[worst]:.6g}, finite differences give "
        f"{sample.right[worst]:.6g}; a term is missing or wrong (no factor, sum or transpose)"
    )


def _patterns(sample: Sample, make: Callable[[Floats], Floats]) -> bool:
    """Return whether the entries are the sums of the right ones that `make` gives the weights of.

    `make` takes an array with a 1 at one entry and returns which right entries are summed there.
    """

    def right(place: int) -> Estimate:
        one = np.eye(1, sample.got.size, place)[0].reshape(sample.got.shape)
        return sample.compared.weighted(make(one))

    return explains(sample, right)


def _moved(sample: Sample) -> str:
    shape = sample.got.shape
    for order in itertools.permutations(range(len(shape))):
        moved = tuple(shape[i] for i in order)
        if moved == shape and order != tuple(range(len(shape))):
            back = tuple(np.argsort(order))
            if _patterns(sample, lambda a, back=back: a.transpose(back)):  # type: ignore[misc]
                named = "" if len(shape) == 2 else f" (axes {order})"
                return f"is transposed{named}: entry [i, j] is that of [j, i]"
    for axis, length in enumerate(shape):
        if length < 2:
            continue
        if _patterns(sample, lambda a, axis=axis: np.flip(a, axis)):  # type: ignore[misc]
            return f"is reversed along axis {axis}"
        for shift in (1, -1):
            if _patterns(sample, lambda a, axis=axis, s=shift: np.roll(a, s, axis)):  # type: ignore[misc]
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

                if _patterns(sample, spread):
                    return f"is the {what} over {axes_text(axes)} of what it should be"
    return ""


def _cotangents(sample: Sample) -> str:
    """Return another cotangent (or tangent) for which the numbers would be right."""
    compared = sample.compared
    given, matrix = compared.weights, compared.problem.matrix
    if len(given) < 2:
        return ""
    if compared.mode == "vjp" and matrix is not None and matrix.shape[0] == matrix.shape[1]:
        x = compared.problem.slices()[compared.which]
        mine = (matrix @ given)[x][sample.places]
        if sample.close(mine, sample.right, sample.error):
            return "is made with a Jacobian that is transposed: rows are outputs, columns inputs"
    for words, weights in _other_weights(compared):
        if explains(sample, lambda place, w=weights: compared.at(place, w)):  # type: ignore[misc]
            return f"is {words}"
    return ""


def _other_weights(compared: Compared) -> Iterator[tuple[str, Floats]]:
    """Yield what may have been taken for the cotangent or tangent, and how to say so."""
    given, mode = compared.weights, compared.mode
    what = "cotangent" if mode == "vjp" else "tangent"
    yield f"as if the {what} were 1 everywhere", np.ones_like(given)
    yield f"made with the mean of the {what}", np.full_like(given, given.mean())
    yield f"made with the sum of the {what}", np.full_like(given, given.sum())
    yield f"made with the absolute value of the {what}", np.abs(given)
    sides = compared.problem.arrays("jvp" if mode == "vjp" else "vjp")
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

"""Terms: mistakes in a term, or in some entries only; each function returns "" if it is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from autograd_core.checking.arrays.problem import index_name
from autograd_core.checking.arrays.sample import (
    FEW,
    Reference,
    Sample,
    common_factor,
    factor_text,
    matches,
    related_arrays,
)
from autograd_core.table import Floats


def diagonal(sample: Sample) -> str:
    """Return the mistake if terms through other entries are missing, as in softmax or a mean."""
    reference = sample.reference
    problem = reference.problem
    size = sample.got.size
    if reference.mode != "vjp" or len(problem.outputs) != 1 or size < 2 or problem.vjp is None:
        return ""
    if problem.outputs[0].shape != sample.got.shape:
        return ""
    place = sample.places[0]
    unit = np.eye(1, size, place)[0]
    row = np.asarray(problem.pulled(unit)[reference.which])
    if row.shape != sample.got.shape or np.any(np.delete(row.ravel(), place)):
        return ""
    others = [p for p in sample.places if p != place][:FEW]
    right = [reference.at(p, unit) for p in others]
    if any(abs(e.slope) > 1e-6 * abs(row.ravel()[place]) + 20.0 * e.error for e in right):
        return (
            "misses the terms through other entries: each output is differentiated by its own "
            "input only, as if a mean, a sum or a norm over the others were constant"
        )
    return ""


def shifted(sample: Sample) -> str:
    """Return the mistake if a term is off: a constant, or a multiple of an array of this shape."""
    off = sample.tested - sample.right
    if len(off) < 3 or not np.isfinite(off).all():
        return ""
    scale = np.abs(off).max()
    noise = 20.0 * sample.error.max(initial=0.0) + sample.floor
    if scale <= 10.0 * noise:
        return ""
    slack = sample.rtol * scale + noise
    if np.ptp(off) <= slack:
        return f"is off by {off.mean():.6g} everywhere: a constant term is missing or too much"
    return _multiple(sample, off, slack) or _same_along(sample, off, slack)


def _multiple(sample: Sample, off: Floats, slack: float) -> str:
    """Return the mistake if the error is a multiple of a related array."""
    reference = sample.reference
    candidates = list(related_arrays(sample))
    sides = reference.problem.result_arrays("jvp" if reference.mode == "vjp" else "vjp")
    if len(sides) == 1 and sides[0].shape == sample.got.shape:
        candidates.append(("the cotangent", reference.weights[sample.places]))
    for name, other in candidates:
        if np.ptp(other) <= 1e-9 * np.abs(other).max(initial=0.0):
            continue
        factor = float(off @ other / (other @ other))
        if np.abs(off - factor * other).max() <= slack:
            return f"is off by {factor:.6g} * {name}: that term is missing or too much"
    return ""


def _same_along(sample: Sample, off: Floats, slack: float) -> str:
    """Return the mistake if the error is constant along an axis."""
    axes = sample.got.ndim
    for axis in range(axes) if axes > 1 else ():
        several = [group for group in _along(sample, off, axis) if len(group) > 1]
        if several and all(np.ptp(group) <= slack for group in several):
            return (
                f"is off by the same number all along axis {axis}: the terms through a mean or "
                "a sum over it are missing"
            )
    return ""


def _along(sample: Sample, numbers: Floats, axis: int) -> Iterable[list[float]]:
    """Return the numbers of the entries in groups that differ in one index only."""
    index = np.array(np.unravel_index(sample.places, sample.got.shape)).T
    groups: dict[tuple[int, ...], list[float]] = {}
    for place, number in zip(np.delete(index, axis, axis=1).tolist(), numbers.tolist()):
        groups.setdefault(tuple(place), []).append(number)
    return groups.values()


def exchanged(sample: Sample) -> str:
    """Return the mistake if it is the gradient by another input."""
    reference = sample.reference
    problem, mode = reference.problem, reference.mode
    for k, (name, array) in enumerate(zip(problem.result_names(mode), problem.result_arrays(mode))):
        if k == reference.which or array.shape != sample.got.shape:
            continue
        if matches(sample, Reference(problem, mode, k, reference.weights).at):
            return f"is that of {name}: two gradients are exchanged"
    return ""


def partly(sample: Sample) -> str:
    """Return where it is wrong, if it is right at other entries."""
    bad = sample.bad
    if bad.all() or len(bad) < 2:
        return ""
    there = ""
    if np.any(sample.right[bad]):
        factor = common_factor(sample, bad)
        if factor is not None and abs(factor) > 1e-12:
            there = f"; there it {factor_text(factor, sample.reference)}"
        elif np.all(sample.tested[bad] == 0.0):
            there = "; there it is zero"
    counted = f"in {int(bad.sum())} of the {len(bad)} entries looked at"
    shape = sample.got.shape
    branch = ": a wrong branch"
    for found, why in ((_signs, branch), (_indices, ""), (_sizes, branch)):
        for where in found(sample):
            return f"is wrong only {where}, {counted}{why}{there}"
    some = ", ".join(index_name("", shape, sample.places[i]) for i in np.flatnonzero(bad)[:3])
    return f"is wrong {counted}: {some}{there}"


def _signs(sample: Sample) -> Iterator[str]:
    """Yield conditions on the sign of a related array that hold exactly at the wrong entries."""
    for name, numbers in related_arrays(sample):
        for words, mask in (("< 0", numbers < 0), ("> 0", numbers > 0), ("= 0", numbers == 0)):
            if np.array_equal(mask, sample.bad):
                yield f"where {name} {words}"


def _indices(sample: Sample) -> Iterator[str]:
    """Yield an index along an axis that all wrong entries share, and no other entry has."""
    bad, shape = sample.bad, sample.got.shape
    index = np.array(np.unravel_index(sample.places, shape)).T
    for axis in range(len(shape)) if bad.sum() > 1 or len(shape) == 1 else ():
        places = set(index[bad, axis].tolist())
        if len(places) == 1 and not places & set(index[~bad, axis].tolist()):
            only = places.pop()
            last = ", the last" if only == shape[axis] - 1 else ""
            yield f"at index {only}{last} of axis {axis}"


def _sizes(sample: Sample) -> Iterator[str]:
    """Yield limits of a related array that are passed exactly at the wrong entries."""
    for name, numbers in related_arrays(sample):
        sides = (("above", numbers), ("below", -numbers), ("beyond ±", np.abs(numbers)))
        for words, values in sides:
            low = float(values[sample.bad].min())
            if values[~sample.bad].max() < low:
                limit = -low if words == "below" else low
                yield f"where {name} is {words} about {limit:.4g}"

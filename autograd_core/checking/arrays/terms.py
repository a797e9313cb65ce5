"""Terms: what of a gradient is missing, too much, or wrong in some of its entries only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from autograd_core.checking.arrays.problem import index_name
from autograd_core.checking.arrays.sample import (
    FEW,
    Compared,
    Sample,
    beside,
    common_factor,
    explains,
    factor_text,
)
from autograd_core.table import Floats


def diagonal(sample: Sample) -> str:
    """Return whether terms through other entries are missing, as softmax and means have them."""
    compared = sample.compared
    problem = compared.problem
    size = sample.got.size
    if compared.mode != "vjp" or len(problem.outputs) != 1 or size < 2 or problem.vjp is None:
        return ""
    if problem.outputs[0].shape != sample.got.shape:
        return ""
    place = sample.places[0]
    one = np.eye(1, size, place)[0]
    row = np.asarray(problem.pulled(one)[compared.which])
    if row.shape != sample.got.shape or np.any(np.delete(row.ravel(), place)):
        return ""
    others = [p for p in sample.places if p != place][:FEW]
    right = [compared.at(p, one) for p in others]
    if any(abs(e.slope) > 1e-6 * abs(row.ravel()[place]) + 20.0 * e.error for e in right):
        return (
            "misses the terms through other entries: each output is differentiated by its own "
            "input only, as if a mean, a sum or a norm over the others were constant"
        )
    return ""


def shifted(sample: Sample) -> str:
    """Return a term too much or too little: a constant, or a multiple of an array of this shape."""
    off = sample.mine - sample.right
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
    """Return of which array beside it the error is a multiple."""
    compared = sample.compared
    candidates = list(beside(sample))
    sides = compared.problem.arrays("jvp" if compared.mode == "vjp" else "vjp")
    if len(sides) == 1 and sides[0].shape == sample.got.shape:
        candidates.append(("the cotangent", compared.weights[sample.places]))
    for name, other in candidates:
        if np.ptp(other) <= 1e-9 * np.abs(other).max(initial=0.0):
            continue
        factor = float(off @ other / (other @ other))
        if np.abs(off - factor * other).max() <= slack:
            return f"is off by {factor:.6g} * {name}: that term is missing or too much"
    return ""


def _same_along(sample: Sample, off: Floats, slack: float) -> str:
    """Return along which axis the error is the same number."""
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
    """Return whose gradient it is, if it is that of another input."""
    compared = sample.compared
    problem, mode = compared.problem, compared.mode
    for k, (name, array) in enumerate(zip(problem.named(mode), problem.arrays(mode))):
        if k == compared.which or array.shape != sample.got.shape:
            continue
        if explains(sample, Compared(problem, mode, k, compared.weights).at):
            return f"is that of {name}: two gradients are exchanged"
    return ""


def partly(sample: Sample) -> str:
    """Return where it is wrong, if it is right elsewhere."""
    bad = sample.bad
    if bad.all() or len(bad) < 2:
        return ""
    there = ""
    if np.any(sample.right[bad]):
        factor = common_factor(sample, bad)
        if factor is not None and abs(factor) > 1e-12:
            there = f"; there it {factor_text(factor, sample.compared)}"
        elif np.all(sample.mine[bad] == 0.0):
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
    """Yield the signs of numbers beside it that all wrong entries have, and no other one."""
    for name, numbers in beside(sample):
        for words, mask in (("< 0", numbers < 0), ("> 0", numbers > 0), ("= 0", numbers == 0)):
            if np.array_equal(mask, sample.bad):
                yield f"where {name} {words}"


def _indices(sample: Sample) -> Iterator[str]:
    """Yield the indices that all wrong entries have, and no other one."""
    bad, shape = sample.bad, sample.got.shape
    index = np.array(np.unravel_index(sample.places, shape)).T
    for axis in range(len(shape)) if bad.sum() > 1 or len(shape) == 1 else ():
        places = set(index[bad, axis].tolist())
        if len(places) == 1 and not places & set(index[~bad, axis].tolist()):
            only = places.pop()
            last = ", the last" if only == shape[axis] - 1 else ""
            yield f"at index {only}{last} of axis {axis}"


def _sizes(sample: Sample) -> Iterator[str]:
    """Yield limits that numbers beside all wrong entries pass, and those beside no other one."""
    for name, numbers in beside(sample):
        sides = (("above", numbers), ("below", -numbers), ("beyond ±", np.abs(numbers)))
        for words, values in sides:
            low = float(values[sample.bad].min())
            if values[~sample.bad].max() < low:
                limit = -low if words == "below" else low
                yield f"where {name} is {words} about {limit:.4g}"

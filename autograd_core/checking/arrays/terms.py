"""Terms: what of a gradient is missing, too much, or wrong in some of its entries only."""

from __future__ import annotations

import numpy as np

from autograd_core.checking.arrays.problem import index_name
from autograd_core.checking.arrays.sample import (
    FEW,
    Compared,
    Sample,
    beside,
    common_factor,
    factor_text,
    telling,
)


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
    if np.ptp(off) <= sample.rtol * scale + noise:
        return f"is off by {off.mean():.6g} everywhere: a constant term is missing or too much"
    shape = sample.got.shape
    compared = sample.compared
    candidates = list(beside(sample))
    sides = compared.problem.outputs if compared.mode == "vjp" else compared.problem.inputs
    if len(sides) == 1 and sides[0].shape == shape:
        candidates.append(("the cotangent", compared.weights[sample.places]))
    for name, other in candidates:
        if np.ptp(other) <= 1e-9 * np.abs(other).max(initial=0.0):
            continue
        factor = float(off @ other / (other @ other))
        if np.abs(off - factor * other).max() <= sample.rtol * scale + noise:
            return f"is off by {factor:.6g} * {name}: that term is missing or too much"
    if len(shape) > 1:
        index = np.array(np.unravel_index(sample.places, shape)).T
        for axis in range(len(shape)):
            groups: dict[tuple[int, ...], list[float]] = {}
            for place, number in zip(np.delete(index, axis, axis=1).tolist(), off.tolist()):
                groups.setdefault(tuple(place), []).append(number)
            several = [group for group in groups.values() if len(group) > 1]
            if several and all(np.ptp(g) <= sample.rtol * scale + noise for g in several):
                return (
                    f"is off by the same number all along axis {axis}: the terms through a mean or "
                    "a sum over it are missing"
                )
    return ""


def exchanged(sample: Sample) -> str:
    """Return whose gradient it is, if it is that of another input."""
    compared = sample.compared
    problem, mode = compared.problem, compared.mode
    for k, (name, array) in enumerate(zip(problem.named(mode), problem.arrays(mode))):
        if k == compared.which or array.shape != sample.got.shape:
            continue
        other = Compared(problem, mode, k, compared.weights)
        pairs = [(other.at(p), float(sample.got.ravel()[p])) for p in telling(sample)]
        if all(abs(e.slope - g) <= sample.rtol * abs(g) + 20.0 * e.error for e, g in pairs):
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
    for name, numbers in beside(sample):
        for words, mask in (
            ("< 0", numbers < 0.0),
            ("> 0", numbers > 0.0),
            ("= 0", numbers == 0.0),
        ):
            if np.array_equal(mask, bad):
                return f"is wrong only where {name} {words}, {counted}: a wrong branch{there}"
    shape = sample.got.shape
    index = np.array(np.unravel_index(sample.places, shape)).T
    for axis in range(len(shape)) if bad.sum() > 1 or len(shape) == 1 else ():
        places = set(index[bad, axis].tolist())
        if len(places) == 1 and not places & set(index[~bad, axis].tolist()):
            only = places.pop()
            last = ", the last" if only == shape[axis] - 1 else ""
            return f"is wrong only at index {only}{last} of axis {axis}, {counted}{there}"
    for name, numbers in beside(sample):
        for words, values in (
            ("above", numbers),
            ("below", -numbers),
            ("beyond ±", np.abs(numbers)),
        ):
            low = float(values[bad].min())
            if values[~bad].max() < low:
                limit = -low if words == "below" else low
                where = f"{name} is {words} about {limit:.4g}"
                return f"is wrong only where {where}, {counted}: a wrong branch{there}"
    some = ", ".join(index_name("", shape, sample.places[i]) for i in np.flatnonzero(bad)[:3])
    return f"is wrong {counted}: {some}{there}"

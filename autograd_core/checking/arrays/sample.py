"""Sample: entries of a wrong array of a gradient beside the right numbers, by differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograd_core.checking.arrays.problem import Line, Problem, flat
from autograd_core.checking.differences import Estimate
from autograd_core.table import Floats

SAMPLE = 32  # entries that a wrong array is looked at by
FEW = 8  # entries by which one supposition after another is tried


@dataclass(frozen=True)
class Compared:
    """One array of a gradient: the right numbers, and sums of them, by finite differences.

    Attributes:
        problem: The function.
        mode: "vjp" for the gradient by an input, "jvp" for the tangent of an output.
        which: The number of the input or output.
        weights: The cotangents, or the direction, as one vector.
    """

    problem: Problem
    mode: str
    which: int
    weights: Floats

    @property
    def like(self) -> Floats:
        """The array whose shape the gradient wants."""
        return self.problem.arrays(self.mode)[self.which]

    def weighted(self, pattern: Floats, weights: Floats | None = None) -> Estimate:
        """Return sum(pattern * right gradient): one entry for a pattern of one 1."""
        other = self.weights if weights is None else weights
        arrays = [np.zeros_like(a) for a in self.problem.arrays(self.mode)]
        arrays[self.which] = pattern.reshape(self.like.shape)
        direction, cotangent = flat(arrays), other
        if self.mode == "jvp":
            direction, cotangent = cotangent, direction
        return Line(self.problem, direction).slope(cotangent)

    def at(self, place: int, weights: Floats | None = None) -> Estimate:
        """Return the right number of one entry, for other weights than its own if there are any."""
        return self.weighted(np.eye(1, self.like.size, place)[0], weights)


class Sample:
    """Some entries of a wrong array beside the right numbers."""

    def __init__(self, compared: Compared, got: Floats, rtol: float, rng: np.random.Generator):
        self.compared, self.got = compared, got
        size = got.size
        places = np.arange(size)
        if size > SAMPLE:
            places = np.sort(rng.choice(size, SAMPLE, replace=False))
        found = [(int(p), compared.at(int(p))) for p in places]
        if size > SAMPLE:
            seen = set(places.tolist())
            found += [(p, compared.at(p)) for p in _hunted(compared, got, rng) if p not in seen]
        found = [(p, e) for p, e in found if e.kind == "smooth" and math.isfinite(e.slope)]
        found.sort(key=lambda pair: pair[0])
        self.places = [p for p, _ in found]
        self.right = np.array([e.slope for _, e in found])
        self.error = np.array([e.error for _, e in found])
        self.mine = got.ravel()[self.places]
        self.rtol = max(1e-4, min(4.0 * math.sqrt(compared.problem.eps), 0.1))
        off = np.abs(self.mine - self.right)
        floor = 4.0 * compared.problem.eps * float(np.abs(self.right).max(initial=0.0))
        allowed = 10.0 * self.error + rtol * np.maximum(np.abs(self.mine), np.abs(self.right))
        self.bad = ~(off <= allowed + floor)
        self.floor = floor

    def close(self, a: Floats, b: Floats, error: Floats | float = 0.0) -> bool:
        """Return whether two sets of numbers are the same, to differences."""
        slack = self.rtol * np.maximum(np.abs(a), np.abs(b)) + 20.0 * np.asarray(error)
        scale = 1e-3 * self.rtol * float(np.abs(b).max(initial=0.0))
        return bool(np.all(np.abs(a - b) <= slack + self.floor + scale))


def _hunted(compared: Compared, got: Floats, rng: np.random.Generator) -> list[int]:
    """Return some entries that are wrong, found by halving: the sum over a half is wrong."""
    wrong: list[int] = []
    flat_got, tries = got.ravel(), 0
    weights = rng.uniform(0.5, 1.5, got.size)
    waiting = [np.arange(got.size)]
    while waiting and len(wrong) < FEW and tries < 12 * FEW:
        block = waiting.pop()
        pattern = np.zeros(got.size)
        pattern[block] = weights[block]
        right = compared.weighted(pattern)
        tries += 1
        off = abs(float(flat_got @ pattern) - right.slope)
        if not off > 1e-7 * abs(right.slope) + 10.0 * right.error:
            continue
        if len(block) == 1:
            wrong.append(int(block[0]))
        else:
            waiting += [block[: len(block) // 2], block[len(block) // 2 :]]
    return wrong


def explains(sample: Sample, right: Callable[[int], Estimate]) -> bool:
    """Return whether a few entries, those that are wrong and large, are what `right` makes of them.

    `right` takes the place of an entry.
    """
    order = np.argsort(-np.abs(sample.mine - sample.right), kind="stable")[:FEW]
    for i in order:
        made = right(sample.places[i])
        slack = sample.rtol * abs(made.slope) + 20.0 * made.error
        if not abs(made.slope - sample.mine[i]) <= slack:
            return False
    return True


def beside(sample: Sample) -> Iterator[tuple[str, Floats]]:
    """Yield arrays that a factor or a term may be: inputs, outputs and weights of this shape."""
    problem, shape = sample.compared.problem, sample.got.shape
    for name, x in zip(problem.names, problem.inputs):
        if x.shape == shape:
            yield name, x.ravel()[sample.places]
    for y in problem.outputs:
        if y.shape == shape:
            yield "the output", y.ravel()[sample.places]


def common_factor(sample: Sample, where: NDArray[np.bool_] | None = None) -> float | None:
    """Return c where a gradient is c times the right one, if there is one c and it is not 1."""
    chosen = np.ones(len(sample.places), bool) if where is None else where
    mine, right, error = sample.mine[chosen], sample.right[chosen], sample.error[chosen]
    if not np.any(right) or not np.isfinite(mine).all():
        return None
    factor = float(mine @ right / (right @ right))
    biggest = int(np.argmax(np.abs(right)))
    if abs(mine[biggest]) > 0.0 and sample.close(mine, factor * right, abs(factor) * error):
        return factor if abs(factor - 1.0) > 2.0 * sample.rtol else None
    return None


def factor_text(factor: float, compared: Compared) -> str:
    """Return what a factor tells: a sign, a factor 2, the length of an axis."""
    size = abs(factor)
    if factor < 0.0 and abs(size - 1.0) < 1e-2:
        return "has the wrong sign"
    head = "has the wrong sign, and is " if factor < 0.0 else "is "
    if abs(size - 2.0) < 2e-2:
        return f"{head}twice too large (factor 2)"
    if abs(size - 0.5) < 5e-3:
        return f"{head}half of what it should be (factor 0.5)"
    problem = compared.problem
    outputs = [("the output", y) for y in problem.outputs]
    for name, array in [*zip(problem.names, problem.inputs), *outputs]:
        for axis, length in enumerate(array.shape):
            if times := _times(size, length):
                return (
                    f"{head}{times}: {length} is the length of axis {axis} of {name}, so look for "
                    "a mean taken for a sum, or a sum for a mean"
                )
        if array.ndim > 1 and (times := _times(size, array.size)):
            return f"{head}{times}, the number of entries of {name}"
    return f"{head}{factor:.6g} times what it should be: wrong scale, a constant factor"


def _times(size: float, count: int) -> str:
    """Return "3 times too large" (or small) where a factor is that count, else nothing."""
    if count > 2:
        for one, words in ((size / count, "too large"), (size * count, "too small")):
            if abs(one - 1.0) < 1e-3:
                return f"{count} times {words}"
    return ""

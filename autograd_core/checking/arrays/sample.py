"""Sample: some entries of an array of a gradient, with the right numbers by finite differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograd_core.checking.arrays.problem import Line, Problem, flat
from autograd_core.checking.differences import Estimate
from autograd_core.table import Floats

SAMPLE = 32  # entries drawn at random from a large array
FEW = 8  # entries by which each hypothesis about the mistake is tested


@dataclass(frozen=True)
class Reference:
    """The right numbers of one array of a gradient, and their sums, by finite differences.

    Attributes:
        problem: The function.
        mode: "vjp" for the gradient by an input, "jvp" for the tangent of an output.
        which: The position of the input or output.
        weights: The cotangents, or the direction, as one vector.
    """

    problem: Problem
    mode: str
    which: int
    weights: Floats

    @property
    def like(self) -> Floats:
        """The array whose shape the gradient has to have."""
        return self.problem.result_arrays(self.mode)[self.which]

    def weighted(self, pattern: Floats, weights: Floats | None = None) -> Estimate:
        """Return sum(pattern * right gradient), for `weights` in place of the own ones if given."""
        given = self.weights if weights is None else weights
        arrays = [np.zeros_like(a) for a in self.problem.result_arrays(self.mode)]
        arrays[self.which] = pattern.reshape(self.like.shape)
        direction, cotangent = flat(arrays), given
        if self.mode == "jvp":
            direction, cotangent = cotangent, direction
        return Line(self.problem, direction).slope(cotangent)

    def at(self, place: int, weights: Floats | None = None) -> Estimate:
        """Return the right number of one entry, for `weights` in place of the own ones if given."""
        return self.weighted(np.eye(1, self.like.size, place)[0], weights)


class Sample:
    """Some entries of an array under test, and the right numbers.

    Attributes:
        reference: The right numbers.
        got: The whole array.
        places: The positions of the entries in the flattened array, ascending.
        tested: The entries.
        right: The right numbers for them.
        error: The estimated errors of `right`.
        rtol: Relative error allowed by `close`.
        floor: Absolute error allowed for rounding.
        bad: Which entries are wrong.
    """

    def __init__(self, reference: Reference, got: Floats, rtol: float, rng: np.random.Generator):
        self.reference, self.got = reference, got
        size = got.size
        places = np.arange(size)
        if size > SAMPLE:
            places = np.sort(rng.choice(size, SAMPLE, replace=False))
        found = [(int(p), reference.at(int(p))) for p in places]
        if size > SAMPLE:
            seen = set(places.tolist())
            found += [(p, reference.at(p)) for p in _bisected(reference, got, rng) if p not in seen]
        found = [(p, e) for p, e in found if e.kind == "smooth" and math.isfinite(e.slope)]
        found.sort(key=lambda pair: pair[0])
        self.places = [p for p, _ in found]
        self.right = np.array([e.slope for _, e in found])
        self.error = np.array([e.error for _, e in found])
        self.tested = got.ravel()[self.places]
        self.rtol = max(1e-4, min(4.0 * math.sqrt(reference.problem.eps), 0.1))
        off = np.abs(self.tested - self.right)
        floor = 4.0 * reference.problem.eps * float(np.abs(self.right).max(initial=0.0))
        allowed = 10.0 * self.error + rtol * np.maximum(np.abs(self.tested), np.abs(self.right))
        self.bad = ~(off <= allowed + floor)
        self.floor = floor

    def close(self, a: Floats, b: Floats, error: Floats | float = 0.0) -> bool:
        """Return whether two sets of numbers agree within the errors of finite differences."""
        slack = self.rtol * np.maximum(np.abs(a), np.abs(b)) + 20.0 * np.asarray(error)
        scale = 1e-3 * self.rtol * float(np.abs(b).max(initial=0.0))
        return bool(np.all(np.abs(a - b) <= slack + self.floor + scale))


def _bisected(reference: Reference, got: Floats, rng: np.random.Generator) -> list[int]:
    """Return up to FEW wrong entries, found by bisection of blocks whose weighted sum is wrong."""
    wrong: list[int] = []
    flat_got, tries = got.ravel(), 0
    weights = rng.uniform(0.5, 1.5, got.size)
    waiting = [np.arange(got.size)]
    while waiting and len(wrong) < FEW and tries < 12 * FEW:
        block = waiting.pop()
        pattern = np.zeros(got.size)
        pattern[block] = weights[block]
        right = reference.weighted(pattern)
        tries += 1
        off = abs(float(flat_got @ pattern) - right.slope)
        if not off > 1e-7 * abs(right.slope) + 10.0 * right.error:
            continue
        if len(block) == 1:
            wrong.append(int(block[0]))
        else:
            waiting += [block[: len(block) // 2], block[len(block) // 2 :]]
    return wrong


def matches(sample: Sample, right: Callable[[int], Estimate]) -> bool:
    """Return whether a hypothesis about the mistake explains the FEW entries that are most wrong.

    `right(place)` is the number that the hypothesis predicts for an entry.
    """
    order = np.argsort(-np.abs(sample.tested - sample.right), kind="stable")[:FEW]
    for i in order:
        made = right(sample.places[i])
        slack = sample.rtol * abs(made.slope) + 20.0 * made.error
        if not abs(made.slope - sample.tested[i]) <= slack:
            return False
    return True


def related_arrays(sample: Sample) -> Iterator[tuple[str, Floats]]:
    """Yield inputs and outputs of the same shape, of which a factor or a term may be made."""
    problem, shape = sample.reference.problem, sample.got.shape
    for name, x in zip(problem.names, problem.inputs):
        if x.shape == shape:
            yield name, x.ravel()[sample.places]
    for y in problem.outputs:
        if y.shape == shape:
            yield "the output", y.ravel()[sample.places]


def common_factor(sample: Sample, where: NDArray[np.bool_] | None = None) -> float | None:
    """Return c if the entries are c times the right ones and c is not 1, else None."""
    chosen = np.ones(len(sample.places), bool) if where is None else where
    tested, right, error = sample.tested[chosen], sample.right[chosen], sample.error[chosen]
    if not np.any(right) or not np.isfinite(tested).all():
        return None
    factor = float(tested @ right / (right @ right))
    biggest = int(np.argmax(np.abs(right)))
    if abs(tested[biggest]) > 0.0 and sample.close(tested, factor * right, abs(factor) * error):
        return factor if abs(factor - 1.0) > 2.0 * sample.rtol else None
    return None


def factor_text(factor: float, reference: Reference) -> str:
    """Return the message about a factor: a sign, a factor 2, the length of an axis."""
    size = abs(factor)
    if factor < 0.0 and abs(size - 1.0) < 1e-2:
        return "has the wrong sign"
    head = "has the wrong sign, and is " if factor < 0.0 else "is "
    if abs(size - 2.0) < 2e-2:
        return f"{head}twice too large (factor 2)"
    if abs(size - 0.5) < 5e-3:
        return f"{head}half of what it should be (factor 0.5)"
    problem = reference.problem
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
    """Return "3 times too large" (or small) if the factor is count or 1 / count, else empty."""
    if count > 2:
        for one, words in ((size / count, "too large"), (size * count, "too small")):
            if abs(one - 1.0) < 1e-3:
                return f"{count} times {words}"
    return ""

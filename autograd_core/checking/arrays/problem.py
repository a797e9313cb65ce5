"""Problem: a function of arrays at a point, its gradient, and its slope along any line."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd_core.checking.differences import COARSEST, EPS, Estimate, derivative
from autograd_core.table import Floats

Arrays: TypeAlias = Sequence[Floats]
# (inputs, cotangents) -> one gradient an input; (inputs, tangents) -> one tangent an output
Product: TypeAlias = Callable[[Arrays, Arrays], Sequence[Any]]


@dataclass(frozen=True)
class Problem:
    """What a framework's function is to the checker: arrays of float64 in, arrays of float64 out.

    Attributes:
        names: Of the inputs.
        inputs: Where to check.
        value: The function.
        outputs: Its value there.
        eps: Distance of 1 to the next number, of the coarsest numbers on the way.
        vjp: Reverse mode: from cotangents of the outputs to gradients, which may have any shape.
        jvp: Forward mode: from tangents of the inputs to those of the outputs; either may be None.
        matrix: A hand-written Jacobian that `vjp` multiplies with, as `(outputs, inputs)`.
    """

    names: tuple[str, ...]
    inputs: tuple[Floats, ...]
    value: Callable[[Arrays], list[Floats]]
    outputs: tuple[Floats, ...]
    eps: float
    vjp: Product | None
    jvp: Product | None
    matrix: Floats | None = None

    def point(self) -> Floats:
        """Return all inputs as one vector."""
        return flat(self.inputs)

    def slices(self) -> list[slice]:
        """Return where each input stands in the vector."""
        return slices(self.inputs)

    def arrays(self, mode: str) -> tuple[Floats, ...]:
        """Return what a mode has an array for each of: "vjp" the inputs, "jvp" the outputs."""
        return self.inputs if mode == "vjp" else self.outputs

    def named(self, mode: str) -> Sequence[str]:
        """Return the names of these; outputs are `y`, or `y0`, `y1`, ..."""
        if mode == "vjp":
            return self.names
        return [f"y{i}" for i in range(len(self.outputs))] if len(self.outputs) > 1 else ["y"]

    def product(self, mode: str, weights: Floats) -> list[Any]:
        """Return what a mode gives for a cotangent or a tangent, one vector for all arrays."""
        return self.pulled(weights) if mode == "vjp" else self.pushed(weights)

    def pulled(self, weights: Floats, at: Floats | None = None) -> list[Any]:
        """Return the gradients of the weighted sum of the outputs, as reverse mode gives them."""
        assert self.vjp is not None
        inputs = self.inputs if at is None else parts(at, self.inputs)
        return list(self.vjp([x.copy() for x in inputs], parts(weights, self.outputs)))

    def pushed(self, direction: Floats) -> list[Any]:
        """Return the tangents of the outputs along a direction, as forward mode gives them."""
        assert self.jvp is not None
        return list(self.jvp([x.copy() for x in self.inputs], parts(direction, self.inputs)))


def flat(arrays: Arrays) -> Floats:
    """Return arrays as one vector.

    >>> flat([np.ones((1, 2)), np.zeros(1)])
    array([1., 1., 0.])
    """
    return np.concatenate([np.ravel(a) for a in arrays]) if arrays else np.empty(0)


def slices(arrays: Arrays) -> list[slice]:
    """Return where each array stands in the vector of all."""
    ends = np.cumsum([a.size for a in arrays]).tolist()
    return [slice(end - a.size, end) for end, a in zip(ends, arrays)]


def parts(vector: Floats, like: Arrays) -> list[Floats]:
    """Return a vector cut into arrays of the shapes of others."""
    return [vector[where].reshape(a.shape).copy() for where, a in zip(slices(like), like)]


class Line:
    """The function along one direction through the point: what is evaluated once is kept."""

    def __init__(self, problem: Problem, direction: Floats) -> None:
        self.problem = problem
        self.direction = direction
        self._point = problem.point()
        self._seen: dict[float, Floats] = {}
        there = np.flatnonzero(direction)
        self._entry = int(there[0]) if len(there) == 1 and direction[there[0]] == 1.0 else None
        self.middle = self._place(there)

    def _place(self, there: NDArray[np.intp]) -> float:
        """Return where on the line the point is: steps are relative to that."""
        if self._entry is not None:
            return float(self._point[self._entry])
        reach = np.abs(
            np.where(self._point == 0.0, 1.0, self._point)[there] / self.direction[there]
        )
        return float(max(reach.min(), 1e-3 * reach.max())) if len(there) else 1.0

    def outputs(self, s: float) -> Floats:
        """Return all outputs, as one vector, at the place s of the line."""
        if s not in self._seen:
            if self._entry is None:
                moved = self._point + (s - self.middle) * self.direction
            else:
                moved = self._point.copy()
                moved[self._entry] = s
            with np.errstate(all="ignore"):
                self._seen[s] = flat(self.problem.value(parts(moved, self.problem.inputs)))
        return self._seen[s]

    def slope(self, weights: Floats) -> Estimate:
        """Return the derivative of the weighted sum of the outputs along the line."""
        there = np.flatnonzero(weights)

        def along(s: float) -> float:
            return float(weights[there] @ self.outputs(s)[there])

        at_point = self.outputs(self.middle)[there]
        size = math.hypot(*(weights[there] * at_point).tolist())  # errors of outputs add like this
        rounding = self._rounding(along, size)
        with np.errstate(all="ignore"):
            estimate = derivative(along, self.middle, rounding)
        if estimate.grain <= 4.0 * 2.0**-23 * max(size, 1e-300):  # float32, not a staircase
            estimate = dataclasses.replace(estimate, grain=0.0)
        # what rounding makes of a gradient of 0: the last place of the sum, a step of x away
        floor = 2.0 * self.problem.eps * size / (abs(self.middle) or 1.0)
        return dataclasses.replace(estimate, error=estimate.error + floor)

    def _rounding(self, along: Callable[[float], float], size: float) -> float:
        """Return how much the sum jitters: how far close neighbours are off a straight line.

        The idea is ECnoise's (Moré and Wild, Estimating computational noise, 2011).
        """
        eps, scale, found = self.problem.eps, abs(self.middle) or 1.0, 0.0
        steps = np.arange(-3.0, 4.0)
        for distance in (32.0 * eps, 1e-8) if eps == EPS else (32.0 * eps,):
            near = np.array([along(self.middle + k * distance * scale) for k in steps])
            if not np.isfinite(near).all():
                return 0.0
            line = near.mean() + steps * (steps @ near) / (steps @ steps)
            off = float(np.abs(near - line).max())
            found = max(found, off if off <= 100.0 * max(eps, COARSEST / 1e4) * size else 0.0)
        return 2.0 * found if eps == EPS else max(2.0 * found, 2.0 * eps * size)


def entry(problem: Problem, j: int) -> Floats:
    """Return the direction of entry j alone."""
    direction = np.zeros(len(problem.point()))
    direction[j] = 1.0
    return direction


def index_name(name: str, shape: tuple[int, ...], place: int) -> str:
    """Return how Python writes an entry of an array.

    >>> index_name("w", (2, 3), 4)
    'w[1, 1]'
    """
    index = ", ".join(str(i) for i in np.unravel_index(place, shape)) if shape else ""
    return f"{name}[{index}]" if index else name

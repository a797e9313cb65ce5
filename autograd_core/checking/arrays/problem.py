"""Problem: a function of arrays at a point with its gradient, and its slope along any line."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from autograd_core.checking.differences import COARSEST, EPS, Estimate, derivative
from autograd_core.table import Floats

Arrays: TypeAlias = Sequence[Floats]
Change: TypeAlias = npt.ArrayLike | None  # a gradient or a tangent from a framework; None is 0
# (inputs, cotangents) -> a gradient for each input; (inputs, tangents) -> a tangent for each output
Product: TypeAlias = Callable[[Arrays, Arrays], Sequence[Change]]


@dataclass(frozen=True)
class Problem:
    """A function of any framework, as arrays of float64 in and arrays of float64 out.

    Attributes:
        names: The names of the inputs.
        inputs: The point at which to check.
        value: The function.
        outputs: Its value there.
        eps: Machine epsilon of the shortest floating-point format among inputs and outputs.
        vjp: Reverse mode: from cotangents of the outputs to gradients, whose shapes are not checked
            yet. None if there is none.
        jvp: Forward mode: from tangents of the inputs to those of the outputs, or None.
        matrix: A hand-written Jacobian that `vjp` multiplies by, of shape `(outputs, inputs)`.
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
        """Return the slice of each input in that vector."""
        return slices(self.inputs)

    def result_arrays(self, mode: str) -> tuple[Floats, ...]:
        """Return the arrays whose shapes a mode's results have: "vjp" inputs, "jvp" outputs."""
        return self.inputs if mode == "vjp" else self.outputs

    def result_names(self, mode: str) -> Sequence[str]:
        """Return the names of `result_arrays`; outputs are `y`, or `y0`, `y1`, ..."""
        if mode == "vjp":
            return self.names
        return [f"y{i}" for i in range(len(self.outputs))] if len(self.outputs) > 1 else ["y"]

    def product(self, mode: str, weights: Floats) -> list[Change]:
        """Return a mode's results for a cotangent or tangent, which is one vector of all arrays."""
        return self.pulled(weights) if mode == "vjp" else self.pushed(weights)

    def pulled(self, weights: Floats, at: Floats | None = None) -> list[Change]:
        """Return the gradients of the weighted sum of the outputs, by reverse mode."""
        assert self.vjp is not None
        inputs = self.inputs if at is None else parts(at, self.inputs)
        return list(self.vjp([x.copy() for x in inputs], parts(weights, self.outputs)))

    def pushed(self, direction: Floats) -> list[Change]:
        """Return the tangents of the outputs along a direction, by forward mode."""
        assert self.jvp is not None
        return list(self.jvp([x.copy() for x in self.inputs], parts(direction, self.inputs)))


def flat(arrays: Arrays) -> Floats:
    """Return arrays as one vector.

    >>> flat([np.ones((1, 2)), np.zeros(1)])
    array([1., 1., 0.])
    """
    return np.concatenate([np.ravel(a) for a in arrays]) if arrays else np.empty(0)


def slices(arrays: Arrays) -> list[slice]:
    """Return the slice of each array in the vector of all."""
    ends = np.cumsum([a.size for a in arrays]).tolist()
    return [slice(end - a.size, end) for end, a in zip(ends, arrays)]


def parts(vector: Floats, like: Arrays) -> list[Floats]:
    """Return a vector split into arrays of the shapes of `like`."""
    return [vector[where].reshape(a.shape).copy() for where, a in zip(slices(like), like)]


class Line:
    """The function along one direction through the point; its values are cached.

    Attributes:
        middle: The coordinate of the point on the line; steps are relative to it.
    """

    def __init__(self, problem: Problem, direction: Floats) -> None:
        self.problem = problem
        self.direction = direction
        self._point = problem.point()
        self._outputs: dict[float, Floats] = {}
        nonzero = np.flatnonzero(direction)
        unit = len(nonzero) == 1 and direction[nonzero[0]] == 1.0
        self._entry = int(nonzero[0]) if unit else None
        self.middle = self._coordinate(nonzero)

    def _coordinate(self, nonzero: NDArray[np.intp]) -> float:
        """Return the coordinate of the point: the one entry that moves, or a scale of several."""
        if self._entry is not None:
            return float(self._point[self._entry])
        scales = np.abs(
            np.where(self._point == 0.0, 1.0, self._point)[nonzero] / self.direction[nonzero]
        )
        return float(max(scales.min(), 1e-3 * scales.max())) if len(nonzero) else 1.0

    def outputs(self, s: float) -> Floats:
        """Return all outputs, as one vector, at the coordinate s."""
        if s not in self._outputs:
            if self._entry is None:
                moved = self._point + (s - self.middle) * self.direction
            else:
                moved = self._point.copy()
                moved[self._entry] = s
            with np.errstate(all="ignore"):
                self._outputs[s] = flat(self.problem.value(parts(moved, self.problem.inputs)))
        return self._outputs[s]

    def slope(self, weights: Floats) -> Estimate:
        """Return the derivative of the weighted sum of the outputs along the line."""
        nonzero = np.flatnonzero(weights)

        def along(s: float) -> float:
            return float(weights[nonzero] @ self.outputs(s)[nonzero])

        at_point = self.outputs(self.middle)[nonzero]
        # independent rounding errors of the outputs add up like the root of a sum of squares
        size = math.hypot(*(weights[nonzero] * at_point).tolist())
        rounding = self._rounding(along, size)
        with np.errstate(all="ignore"):
            estimate = derivative(along, self.middle, rounding)
        if estimate.grain <= 4.0 * 2.0**-23 * max(
            size, 1e-300
        ):  # float32 rounding, not a step function
            estimate = dataclasses.replace(estimate, grain=0.0)
        # where the slope is 0, rounding can make it as large as this: a last place per step x
        floor = 2.0 * self.problem.eps * size / (abs(self.middle) or 1.0)
        return dataclasses.replace(estimate, error=estimate.error + floor)

    def _rounding(self, along: Callable[[float], float], size: float) -> float:
        """Return the rounding noise of the sum: how far close neighbours are off a straight line.

        As in ECnoise (Moré and Wild, Estimating computational noise, 2011).
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
    """Return the unit vector of entry j."""
    direction = np.zeros(len(problem.point()))
    direction[j] = 1.0
    return direction


def index_name(name: str, shape: tuple[int, ...], place: int) -> str:
    """Return the Python expression for an entry of an array.

    >>> index_name("w", (2, 3), 4)
    'w[1, 1]'
    """
    index = ", ".join(str(i) for i in np.unravel_index(place, shape)) if shape else ""
    return f"{name}[{index}]" if index else name

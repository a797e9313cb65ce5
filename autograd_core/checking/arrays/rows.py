"""Rows: compares a gradient of arrays with finite differences, for all entries or a sample."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from autograd_core.checking.arrays.causes import cause_of
from autograd_core.checking.arrays.problem import (
    Change,
    Line,
    Problem,
    entry,
    flat,
    index_name,
    parts,
)
from autograd_core.checking.arrays.sample import Reference
from autograd_core.checking.differences import EPS, Estimate
from autograd_core.checking.report import (
    FAILURES,
    INCONCLUSIVE,
    KINK_INSIDE,
    KINK_OUTSIDE,
    Row,
    judge,
)
from autograd_core.table import Floats

NEIGHBOURS = 12  # points around one that may be a kink, at which the gradient is computed


def random_weights(rng: np.random.Generator, size: int) -> Floats:
    """Return distinct numbers of both signs, none near 0, so that mixed-up entries show."""
    signs: Floats = rng.choice([-1.0, 1.0], size)
    return signs * rng.uniform(0.5, 1.5, size)


def random_direction(
    problem: Problem, rng: np.random.Generator, only: slice | None = None
) -> Floats:
    """Return a random direction, each entry of the order of the point's."""
    point = problem.point()
    direction = random_weights(rng, point.size) * np.where(point == 0.0, 1.0, np.abs(point))
    if only is not None:
        direction = np.where(np.isin(np.arange(point.size), np.r_[only]), direction, 0.0)
    return direction


def as_vector(found: Sequence[Change], like: Sequence[Floats]) -> Floats:
    """Return arrays as one vector, with zeros for None."""
    return flat([np.zeros_like(x) if g is None else np.asarray(g, dtype=np.float64)
                 for g, x in zip(found, like)])  # fmt: skip


@dataclasses.dataclass
class Check:
    """The check of one mode of a problem.

    Attributes:
        problem: The function and its gradient.
        mode: "vjp" or "jvp".
        prefix: The beginning of the names of rows.
        weights: The cotangent or tangent, as one vector.
        vector: The result of the mode for it, as one vector.
        rtol: Relative error allowed.
        rng: Draws entries and directions.
    """

    problem: Problem
    mode: str
    prefix: str
    weights: Floats
    vector: Floats
    rtol: float
    rng: np.random.Generator

    def every_entry(self) -> list[Row]:
        """Return a row for each output by each input."""
        problem = self.problem
        m, n = flat(problem.outputs).size, problem.point().size
        table = self._table(m, n)
        ins = _entry_names(problem.names, problem.inputs)
        outs = _entry_names(problem.result_names("jvp"), problem.outputs)
        rows = []
        for j in range(n):
            line = Line(problem, entry(problem, j))
            for i in range(m):
                name = f"{outs[i]} by {ins[j]}" if m > 1 else ins[j]
                rows.append(self._row(name, table[i, j], line, np.eye(1, m, i)[0], j, table[i]))
        return rows

    def _table(self, m: int, n: int) -> Floats:
        """Return the whole Jacobian, from the gradient under test."""
        problem = self.problem
        if self.mode == "vjp":
            return np.stack([as_vector(problem.pulled(row), problem.inputs) for row in np.eye(m)])
        return np.stack([as_vector(problem.pushed(row), problem.outputs) for row in np.eye(n)]).T

    def samples(self, budget: int) -> list[Row]:
        """Return rows for random directions and random entries, within the budget."""
        problem, rows = self.problem, []
        where = problem.slices()
        each = max(2, (budget - 2 * len(where)) // len(where))
        for name, part in zip(problem.names, where):
            for _ in range(2):
                rows.append(self._along(f"{name}, a random direction", part))
            size = part.stop - part.start
            count = min(each if self.mode == "vjp" else each // 4 + 1, size)
            for place in sorted(self.rng.choice(size, count, replace=False).tolist()):
                j = part.start + place
                shape = problem.inputs[where.index(part)].shape
                rows.append(self._sampled(index_name(name, shape, place), j))
        return rows

    def _along(self, name: str, part: slice) -> Row:
        direction = random_direction(self.problem, self.rng, part)
        weights, slope = self._slope_along(direction)
        estimate = Line(self.problem, direction).slope(weights)
        terms = self.vector * direction if self.mode == "vjp" else np.array([slope])
        spread = float(np.linalg.norm(terms))  # the scale of rounding where the terms cancel
        if self.problem.eps > EPS:  # float32 takes wide steps, here of all numbers at once
            spread *= 1e-4 / self.problem.eps
        row = judge(self.prefix + name, math.nan, slope, self._wider(estimate, spread), self.rtol)
        if estimate.kind != "smooth" and row.verdict in FAILURES:  # the rows of entries decide
            return dataclasses.replace(row, verdict=INCONCLUSIVE, cause="")
        return row

    def _slope_along(self, direction: Floats) -> tuple[Floats, float]:
        if self.mode == "vjp":
            return self.weights, float(self.vector @ direction)
        weights = random_weights(self.rng, flat(self.problem.outputs).size)
        return weights, float(
            as_vector(self.problem.pushed(direction), self.problem.outputs) @ weights
        )

    def _sampled(self, name: str, j: int) -> Row:
        direction = entry(self.problem, j)
        line = Line(self.problem, direction)
        if self.mode == "vjp":
            return self._row(name, float(self.vector[j]), line, self.weights, j, self.vector)
        weights, slope = self._slope_along(direction)
        return self._row(name, slope, line, weights, j, np.array([slope]))

    def _wider(self, estimate: Estimate, scale: float) -> Estimate:
        """Return the estimate with the rounding error of the gradient itself added to its error."""
        return dataclasses.replace(
            estimate, error=estimate.error + 2.0 * self.problem.eps * abs(scale)
        )

    def _row(
        self, name: str, analytic: float, line: Line, weights: Floats, j: int, others: Floats
    ) -> Row:
        estimate = line.slope(weights)
        if self.mode == "vjp":  # scale by the entries of the same array: arrays may differ in scale
            others = others[next(part for part in self.problem.slices() if j < part.stop)]
        scale = float(np.max(np.abs(others[np.isfinite(others)]), initial=0.0))
        row = judge(self.prefix + name, line.middle, float(analytic),
                    self._wider(estimate, scale), self.rtol)  # fmt: skip
        if row.verdict in FAILURES and self._at_kinks(row, estimate, weights, j):
            return dataclasses.replace(row, verdict=KINK_INSIDE, cause="")
        return row

    def _at_kinks(self, row: Row, estimate: Estimate, weights: Floats, j: int) -> bool:
        """Return whether the gradient jumps at the point, and the row's is between its values.

        Where several kinks meet, as in relu(W x + b) at x = b = 0, the left and right slopes along
        an axis are no bounds of a subgradient; the gradients around the point are.
        """
        if not math.isfinite(row.analytic):
            return False
        radius = 1e-6 if self.problem.eps < 1e-15 else 1e-2
        around, close = (self._nearby(weights, j, r) for r in (radius, radius / 16.0))
        low, high = float(around.min()), float(around.max())
        spread, size = high - low, float(np.abs(around).max())
        # the spread of a smooth function shrinks with the radius; that of rounding is smaller
        if not spread > 1e-3 * size or not np.ptp(close) > 0.5 * spread:
            return False
        apart = np.diff(np.sort(around)) > 0.01 * spread
        slack = spread if int(apart.sum()) > 1 else 0.01 * spread
        if row.verdict == KINK_OUTSIDE and slack < spread:
            low, high = min(low, estimate.left), max(high, estimate.left)
            low, high = min(low, estimate.right), max(high, estimate.right)
        return low - slack <= row.analytic <= high + slack

    def _nearby(self, weights: Floats, j: int, radius: float) -> Floats:
        """Return entry j of the gradient at random points, at a relative distance of `radius`."""
        problem, point = self.problem, self.problem.point()
        scale = radius * np.where(point == 0.0, 1.0, point)
        found = []
        for _ in range(NEIGHBOURS):
            moved = point + scale * random_weights(self.rng, point.size)
            if self.mode == "vjp":
                found.append(as_vector(problem.pulled(weights, moved), problem.inputs)[j])
                continue
            assert problem.jvp is not None
            tangents = parts(entry(problem, j), problem.inputs)
            pushed = problem.jvp(parts(moved, problem.inputs), tangents)
            found.append(as_vector(pushed, problem.outputs) @ weights)
        return np.array(found)

    def explained(self, rows: Sequence[Row]) -> str:
        """Return a line for each wrong array with its mistake; empty if no row has failed."""
        if not any(row.verdict in FAILURES for row in rows):
            return ""
        lines = []
        arrays = parts(self.vector, self.problem.result_arrays(self.mode))
        for k, (name, part) in enumerate(zip(self.problem.result_names(self.mode), arrays)):
            reference = Reference(self.problem, self.mode, k, self.weights)
            message = cause_of(reference, part, self.rtol, self.rng)
            if message:
                kind = "d_" if self.mode == "vjp" else "the tangent of "
                lines.append(f"guilty: {kind}{name} {message}")
        if lines:
            return "\n".join(lines[:4])
        bad = [row.name for row in rows if row.verdict in FAILURES]
        given = "cotangent" if self.mode == "vjp" else "tangent"
        return (
            f"guilty: {', '.join(bad[:3])}: wrong, though the {self.mode} of a random {given} is "
            f"right; look at how the rule treats a {given} that is 0 at most entries"
        )


def _entry_names(names: Sequence[str], arrays: Sequence[Floats]) -> list[str]:
    return [index_name(name, a.shape, i) for name, a in zip(names, arrays) for i in range(a.size)]

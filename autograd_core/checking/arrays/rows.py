"""Rows: a gradient of arrays against finite differences, entry by entry or by samples."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core.checking.arrays.causes import cause_of
from autograd_core.checking.arrays.problem import Line, Problem, entry, flat, index_name, parts
from autograd_core.checking.arrays.sample import Compared
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

NEIGHBOURS = 12  # gradients next to a point that may be a kink


def random_weights(rng: np.random.Generator, size: int) -> Floats:
    """Return numbers of both signs, none near 0 and no two alike: products of them tell axes."""
    signs: Floats = rng.choice([-1.0, 1.0], size)
    return signs * rng.uniform(0.5, 1.5, size)


def random_direction(
    problem: Problem, rng: np.random.Generator, only: slice | None = None
) -> Floats:
    """Return a random direction whose steps are small beside each entry."""
    point = problem.point()
    direction = random_weights(rng, point.size) * np.where(point == 0.0, 1.0, np.abs(point))
    if only is not None:
        direction = np.where(np.isin(np.arange(point.size), np.r_[only]), direction, 0.0)
    return direction


def filled(found: Sequence[Any], like: Sequence[Floats]) -> Floats:
    """Return arrays as one vector; None is zeros."""
    return flat([np.zeros_like(x) if g is None else np.asarray(g, dtype=np.float64)
                 for g, x in zip(found, like)])  # fmt: skip


@dataclasses.dataclass
class Check:
    """One mode of one problem: rows by finite differences, and what is wrong with them."""

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
        outs = _entry_names(problem.named("jvp"), problem.outputs)
        rows = []
        for j in range(n):
            line = Line(problem, entry(problem, j))
            for i in range(m):
                name = f"{outs[i]} by {ins[j]}" if m > 1 else ins[j]
                rows.append(self._row(name, table[i, j], line, np.eye(1, m, i)[0], j, table[i]))
        return rows

    def _table(self, m: int, n: int) -> Floats:
        """Return the whole Jacobian as the gradient under test has it."""
        problem = self.problem
        if self.mode == "vjp":
            return np.stack([filled(problem.pulled(row), problem.inputs) for row in np.eye(m)])
        return np.stack([filled(problem.pushed(row), problem.outputs) for row in np.eye(n)]).T

    def samples(self, budget: int) -> list[Row]:
        """Return rows of random directions and of entries drawn at random, within the budget."""
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
        spread = float(np.linalg.norm(terms))  # what rounding has to go by where terms cancel
        if self.problem.eps > EPS:  # wide steps of all numbers at once, in float32
            spread *= 1e-4 / self.problem.eps
        row = judge(self.prefix + name, math.nan, slope, self._wider(estimate, spread), self.rtol)
        if estimate.kind != "smooth" and row.verdict in FAILURES:  # its entries are looked at
            return dataclasses.replace(row, verdict=INCONCLUSIVE, cause="")
        return row

    def _slope_along(self, direction: Floats) -> tuple[Floats, float]:
        if self.mode == "vjp":
            return self.weights, float(self.vector @ direction)
        weights = random_weights(self.rng, flat(self.problem.outputs).size)
        return weights, float(
            filled(self.problem.pushed(direction), self.problem.outputs) @ weights
        )

    def _sampled(self, name: str, j: int) -> Row:
        direction = entry(self.problem, j)
        line = Line(self.problem, direction)
        if self.mode == "vjp":
            return self._row(name, float(self.vector[j]), line, self.weights, j, self.vector)
        weights, slope = self._slope_along(direction)
        return self._row(name, slope, line, weights, j, np.array([slope]))

    def _wider(self, estimate: Estimate, scale: float) -> Estimate:
        """Return the estimate with the rounding of the gradient itself in its error."""
        return dataclasses.replace(
            estimate, error=estimate.error + 2.0 * self.problem.eps * abs(scale)
        )

    def _row(
        self, name: str, analytic: float, line: Line, weights: Floats, j: int, others: Floats
    ) -> Row:
        estimate = line.slope(weights)
        if self.mode == "vjp":  # entries of one array are of one scale, arrays need not be
            others = others[next(part for part in self.problem.slices() if j < part.stop)]
        scale = float(np.max(np.abs(others[np.isfinite(others)]), initial=0.0))
        row = judge(self.prefix + name, line.middle, float(analytic),
                    self._wider(estimate, scale), self.rtol)  # fmt: skip
        if row.verdict in FAILURES and self._at_kinks(row, estimate, weights, j):
            return dataclasses.replace(row, verdict=KINK_INSIDE, cause="")
        return row

    def _at_kinks(self, row: Row, estimate: Estimate, weights: Floats, j: int) -> bool:
        """Return whether the gradient changes next to the point, and this one is between.

        Where several kinks meet, as in relu(W x + b) at x = b = 0, the slopes along an axis bound
        nothing; the gradients around the point do.
        """
        if not math.isfinite(row.analytic):
            return False
        radius = 1e-6 if self.problem.eps < 1e-15 else 1e-2
        around, close = (self._nearby(weights, j, r) for r in (radius, radius / 16.0))
        low, high = float(around.min()), float(around.max())
        spread, size = high - low, float(np.abs(around).max())
        # of a smooth function the spread shrinks with the radius; what rounds is not so wide
        if not spread > 1e-3 * size or not np.ptp(close) > 0.5 * spread:
            return False
        apart = np.diff(np.sort(around)) > 0.01 * spread
        slack = spread if int(apart.sum()) > 1 else 0.01 * spread
        if row.verdict == KINK_OUTSIDE and slack < spread:
            low, high = min(low, estimate.left), max(high, estimate.left)
            low, high = min(low, estimate.right), max(high, estimate.right)
        return low - slack <= row.analytic <= high + slack

    def _nearby(self, weights: Floats, j: int, radius: float) -> Floats:
        """Return the gradient's entry at random points around, so far away beside each number."""
        problem, point = self.problem, self.problem.point()
        scale = radius * np.where(point == 0.0, 1.0, point)
        found = []
        for _ in range(NEIGHBOURS):
            moved = point + scale * random_weights(self.rng, point.size)
            if self.mode == "vjp":
                found.append(filled(problem.pulled(weights, moved), problem.inputs)[j])
                continue
            assert problem.jvp is not None
            tangents = parts(entry(problem, j), problem.inputs)
            pushed = problem.jvp(parts(moved, problem.inputs), tangents)
            found.append(filled(pushed, problem.outputs) @ weights)
        return np.array(found)

    def explained(self, rows: Sequence[Row]) -> str:
        """Return a line for each array that has a wrong row: which, and what it is instead."""
        if not any(row.verdict in FAILURES for row in rows):
            return ""
        lines = []
        arrays = parts(self.vector, self.problem.arrays(self.mode))
        for k, (name, part) in enumerate(zip(self.problem.named(self.mode), arrays)):
            compared = Compared(self.problem, self.mode, k, self.weights)
            said = cause_of(compared, part, self.rtol, self.rng)
            if said:
                kind = "d_" if self.mode == "vjp" else "the tangent of "
                lines.append(f"guilty: {kind}{name} {said}")
        if lines:
            return "\n".join(lines[:4])
        bad = [row.name for row in rows if row.verdict in FAILURES]
        return (
            f"guilty: {', '.join(bad[:3])}: wrong by itself, though right in the sum of all: "
            "look at how the rule treats a cotangent that is 0 nearly everywhere"
        )


def _entry_names(names: Sequence[str], arrays: Sequence[Floats]) -> list[str]:
    return [index_name(name, a.shape, i) for name, a in zip(names, arrays) for i in range(a.size)]

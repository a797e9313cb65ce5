"""Compare: checks the vjp and the jvp of a function of arrays, and the shapes of their results."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core.checking.arrays.kinds import problem_of
from autograd_core.checking.arrays.numpy_functions import ShapeFault
from autograd_core.checking.arrays.problem import Problem, flat
from autograd_core.checking.arrays.rows import Check, as_vector, random_direction, random_weights
from autograd_core.checking.arrays.shapes import shape_fault
from autograd_core.checking.report import WRONG, Report, Row
from autograd_core.derivatives import Function, Tree

BUDGET = 256  # derivatives by finite differences; each takes 30 to 90 calls of the function
_SHAPE = r"(?:float\w*|got |with )\[([\d, ]*)\]"  # in the messages of torch and JAX


def check_arrays(
    f: Function,
    args: Sequence[Tree],
    names: Sequence[str],
    by_hand: dict[str, Function | None],
    *,
    rtol: float,
    budget: int = BUDGET,
    seed: int = 0,
) -> Report:
    """Return the report of a function of arrays; arguments as for `gradcheck`.

    Raises:
        ValueError: If f gives different results at one point, or the budget is below 1.
        TypeError: If no input is an array of floating point.
    """
    if budget < 1:
        raise ValueError(f"budget is a number of derivatives, at least 1, got {budget}")
    try:
        problem = problem_of(f, args, names, by_hand)
    except ShapeFault as fault:
        return _failed("the jacobian", str(fault))
    _same_twice(problem)
    rng = np.random.default_rng(seed)
    reports = []
    for mode, make in (("vjp", problem.vjp), ("jvp", problem.jvp)):
        if make is not None:
            prefix = "jvp: " if mode == "jvp" and problem.vjp is not None else ""
            reports.append(_checked(problem, mode, prefix, rtol, budget, rng))
    rows = tuple(row for report in reports for row in report.rows)
    messages = [report.guilty for report in reports if report.guilty]
    return Report(rows, "\n".join(messages), shown=None if len(rows) <= 40 else 40)


def _failed(name: str, message: str) -> Report:
    row = Row(name, math.nan, math.nan, math.nan, math.nan, math.nan, WRONG)
    return Report((row,), f"guilty: {message}")


def _same_twice(problem: Problem) -> None:
    first, second = (flat(problem.value([x.copy() for x in problem.inputs])) for _ in range(2))
    if first.shape != second.shape or not np.array_equal(first, second, equal_nan=True):
        raise ValueError(
            "gradcheck wants a function that gives the same result each time, got "
            f"{first[:3].tolist()} and {second[:3].tolist()} at one point; seed its random "
            "numbers inside the function, or turn them off: module.eval()"
        )


def _checked(
    problem: Problem, mode: str, prefix: str, rtol: float, budget: int, rng: np.random.Generator
) -> Report:
    """Return the report of one mode."""
    m, n = flat(problem.outputs).size, problem.point().size
    weights = random_weights(rng, m)
    if mode == "jvp":
        weights = random_direction(problem, rng)
    try:
        found, again, twice = (
            problem.product(mode, factor * weights) for factor in (1.0, 1.0, 2.0)
        )
    except (TypeError, RuntimeError, ValueError) as error:
        return _shape_error(problem, mode, error)
    refused = _shape_mismatch(problem, mode, prefix, found)
    if refused is not None:
        return refused
    wanted = problem.result_arrays(mode)
    vector, second, double = (as_vector(g, wanted) for g in (found, again, twice))
    if not np.array_equal(vector, second, equal_nan=True):
        return _failed(
            f"the {mode}",
            f"the {mode} is not deterministic: two calls at one point differ by "
            f"{np.nanmax(np.abs(vector - second)):.3g}",
        )
    tolerance = max(rtol, min(1000.0 * problem.eps, 2.0 * math.sqrt(problem.eps)) if
                    problem.eps > 1e-15 else 0.0)  # fmt: skip
    check = Check(problem, mode, prefix, weights, vector, tolerance, rng)
    rows = check.every_entry() if n * m <= budget else check.samples(budget)
    off = np.abs(double - 2.0 * vector)
    if np.isfinite(off).all() and off.max(initial=0.0) > 8.0 * tolerance * np.abs(vector).max():
        of = "the cotangent" if mode == "vjp" else "the tangent"
        does = "ignores" if np.array_equal(double, vector) else "is not linear in"
        most = int(np.argmax(off))
        got, right = float(double[most]), 2.0 * float(vector[most])
        rows.append(Row(f"{prefix}twice {of}", 2.0, got, right, 0.0, got / right, WRONG))
        message = f"guilty: the {mode} {does} {of}; multiply each gradient by it, even if it is 1"
        return Report(tuple(rows), message)
    return Report(tuple(rows), check.explained(rows))


def _shape_mismatch(
    problem: Problem, mode: str, prefix: str, found: Sequence[Any]
) -> Report | None:
    """Return the report of a gradient with a wrong number of arrays or a wrong shape, else None."""
    wanted = problem.result_arrays(mode)
    if len(found) != len(wanted):
        message = f"the {mode} gives {len(found)} arrays, wanted {len(wanted)}"
        return _failed(f"the {mode}", message)
    for name, got, x in zip(problem.result_names(mode), found, wanted):
        if got is not None and np.shape(got) != x.shape:
            message = shape_fault(np.shape(got), x.shape)
            return _failed(f"{prefix}{name}", f"{'d_' if mode == 'vjp' else ''}{name} {message}")
    return None


def _shape_error(problem: Problem, mode: str, error: Exception) -> Report:
    """Return the report of a gradient that its framework refuses because of its shape.

    Raises:
        Exception: The error itself, if its message names no such shape.
    """
    shapes = [
        tuple(int(n) for n in re.findall(r"\d+", inside))
        for inside in re.findall(_SHAPE, str(error))
    ]
    wanted = [x.shape for x in problem.result_arrays(mode)]
    pairs = [(a, b) for a in shapes for b in wanted if a != b and b in shapes]
    if not pairs:
        raise error
    got, right = pairs[0]
    index = wanted.index(right)
    if named := re.search(r"(?:at index |output\[)(\d+)", str(error)):
        index = int(named[1]) if wanted[int(named[1])] == right else index
    name = problem.result_names(mode)[index]
    message = shape_fault(got, right)
    first = str(error).splitlines()[0]
    return _failed(name, f"d_{name} {message}\n({type(error).__name__}: {first:.150})")

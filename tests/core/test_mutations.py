"""gradcheck on the whole table: what is right passes; each way to be wrong is caught and named."""

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence

import pytest

from autograd_core import gradcheck
from autograd_core.compiler.structure.tape import partials_template
from autograd_core.compiler.structure.template import Step, elementary
from autograd_core.graph import apply
from autograd_core.table import FLOAT, TABLE, Op, polygamma_constant, power_constant

ROWS = [
    *[op for op in TABLE.values() if op.name != "stop_gradient"],  # wrong on purpose
    *[power_constant(exponent) for exponent in (-2.0, -0.5, 0.5, 2.0, 3.0)],
    *[polygamma_constant(order) for order in (1.0, 2.0)],
]
CHANGES: dict[str, Callable[[float], float]] = {
    "sign": lambda p: -p,
    "factor 2": lambda p: 2.0 * p,
    "zero": lambda p: 0.0 * p,
    "extra term": lambda p: p + 0.01,
}


def inside(op: Op) -> tuple[float, ...]:
    """Return a point in the middle of the operation's domain, away from kinks and steps."""
    count = op.arity or 4
    point = []
    for (low, high), x in zip(op.intervals(count), [0.35, 0.6, -0.45, 1.3]):
        if math.isfinite(low) and math.isfinite(high):
            x = (low + high) / 2 + x * (high - low) / 4
        elif math.isfinite(low):
            x = low + abs(x) + 0.1
        point.append(x)
    if op.name == "clip":
        return (0.35, -1.0, 1.0)
    if op.name in ("softmax", "log_softmax"):  # the first operand is one of the others
        return (point[1], *point[1:])
    return tuple(point)


def partials_at(op: Op, point: tuple[float, ...]) -> Sequence[float]:
    return op.partials(FLOAT, op.value(FLOAT, *point), *point)


def check(wrong: Op, operand: int, point: tuple[float, ...]) -> None:
    """Assert that gradcheck finds the operation inside a larger function, and says which."""
    report = gradcheck(lambda *xs: (apply(wrong, *xs) * 0.5).arctan() + xs[0] * xs[0], point)
    assert not report.ok, (operand, str(report))
    assert f"{wrong.name}(" in report.guilty
    assert f"operand {operand}" in report.guilty


@pytest.mark.parametrize("op", ROWS, ids=repr)
def test_every_partial_of_the_table_agrees_with_finite_differences(op: Op) -> None:
    report = gradcheck(lambda *xs: apply(op, *xs), inside(op), order=2)
    assert {row.verdict for row in report.rows} <= {"ok", "kink (subgradient inside)"}, str(report)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("op", ROWS, ids=repr)
def test_a_wrong_partial_is_caught_and_named(op: Op, change: str) -> None:
    point = inside(op)
    for operand, right in enumerate(partials_at(op, point)):
        if CHANGES[change](right) == right:
            continue  # 0 with another sign, or twice: the condition of where, or floor

        def partials(m, y, *xs, operand=operand):  # type: ignore[no-untyped-def]
            found = list(op.partials(m, y, *xs))
            found[operand] = CHANGES[change](found[operand])
            return tuple(found)

        check(dataclasses.replace(op, partials=partials), operand, point)


def without_a_term(op: Op, operands: int) -> Iterator[Op]:
    """Yield the operation once for each term of a sum in its partials, without that term."""
    template = partials_template(op, operands)
    for i, step in enumerate(template.steps):
        if step.name not in ("add", "subtract", "total"):
            continue
        for left_out in range(len(step.operands)):
            kept = tuple(0.0 if j == left_out else x for j, x in enumerate(step.operands))
            steps = [*template.steps[:i], Step(step.name, kept), *template.steps[i + 1 :]]

            def partials(m, *numbers, steps=steps):  # type: ignore[no-untyped-def]
                known = list(numbers)
                for step in steps:
                    xs = [known[x] if isinstance(x, int) else x for x in step.operands]
                    known.append(elementary(step.name, m)(*xs))
                return tuple(known[x] if isinstance(x, int) else x for x in template.results)

            yield dataclasses.replace(op, partials=partials)


SUMS = [op for op in ROWS if any(without_a_term(op, op.arity or 4))]


def test_many_rules_have_a_sum() -> None:
    assert len(SUMS) >= 20


@pytest.mark.parametrize("op", SUMS, ids=repr)
def test_a_missing_term_is_caught_and_named(op: Op) -> None:
    point = inside(op)
    right = partials_at(op, point)
    caught = 0
    for wrong in without_a_term(op, len(point)):
        pairs = enumerate(zip(right, partials_at(wrong, point)))
        # a term may be 0 here: the branch of clip that is not taken
        changed = [i for i, (r, w) in pairs if not math.isclose(r, w, rel_tol=1e-4)]
        if changed:
            check(wrong, changed[0], point)
            caught += 1
    assert caught, "no term matters at this point"


def test_rows_without_slope_are_mutated_too() -> None:
    flat = {op.name for op in ROWS if not any(partials_at(op, inside(op)))}
    assert flat == {
        "floor", "ceil", "round", "trunc", "sign", "step", "heaviside", "floor_divide",
        "less", "less_equal", "greater", "greater_equal", "equal",
    }  # fmt: skip
    assert CHANGES["extra term"](0.0) != 0.0

"""Shrink: find a smaller program that fails in the same way.

python -m tests.core.compiler.generated.shrink SEED
"""

import sys
import time

from .build import program_of
from .compare import verdict


def kind_of(found):
    """Return the part of a verdict that is the same for all programs with the same fault."""
    words = found.split()
    if words[0] == "RAISES":
        where = words[2] if "compiled" not in words[2] else found.split(":")[-1][:30]
        return [*words[:2], where]
    return words[:1]


def smaller(program):
    """Yield simpler programs: fewer steps and arguments, first choices, shorter arguments."""
    for i in range(len(program.steps)):
        yield program._replace(steps=program.steps[:i] + program.steps[i + 1 :])
    for i in range(len(program.arguments)):
        if len(program.arguments) > 1:
            yield program._replace(
                arguments=program.arguments[:i] + program.arguments[i + 1 :],
                batched=program.batched[:i] + program.batched[i + 1 :],
            )
    for i, argument in enumerate(program.arguments):
        rows, columns, planes = argument.sizes
        changes = [
            {"layout": "plain"}, {"scale": 1.0}, {"name": "pqrs"[i]}, {"form": "vector"},
            {"sizes": (rows // 2, columns, planes)}, {"sizes": (rows - 1, columns, planes)},
            {"sizes": (rows, columns // 2, planes)}, {"sizes": (rows, columns - 1, planes)},
            {"sizes": (rows, columns, 1)},
        ]  # fmt: skip
        for change in changes:
            new = argument._replace(**change)
            if new != argument and min(new.sizes) > 0:
                yield program._replace(
                    arguments=(*program.arguments[:i], new, *program.arguments[i + 1 :])
                )
    for change in (
        {"check": "plain"}, {"plan": "auto"}, {"batch": 2}, {"batch": 1}, {"limit": 64},
        {"limit": 12}, {"limit": 6}, {"seed": 0}, {"output": (0,)}, {"output": (1,)},
        {"batched": (True, *[False] * (len(program.batched) - 1))},
    ):  # fmt: skip
        if any(getattr(program, name) != value for name, value in change.items()):
            yield program._replace(**change)
    for i, step in enumerate(program.steps):
        for count in range(0, len(step.picks), 2):  # other choices are the first ones then
            new = step._replace(picks=step.picks[:count])
            yield program._replace(steps=(*program.steps[:i], new, *program.steps[i + 1 :]))
    for i, step in enumerate(program.steps):
        for j, pick in enumerate(step.picks):
            for value in {0, 1, pick % 2, pick % 3, pick % 5, pick % 7, pick % 12, pick % 60}:
                if value < pick:
                    picks = (*step.picks[:j], value, *step.picks[j + 1 :])
                    yield program._replace(
                        steps=(
                            *program.steps[:i], step._replace(picks=picks), *program.steps[i + 1 :]
                        )
                    )  # fmt: skip


def shrunk(program, seconds=60.0):
    """Return the smallest failing program found in that time."""
    wanted, end = kind_of(verdict(program)), time.perf_counter() + seconds
    going = True
    while going:
        going = False
        for candidate in smaller(program):
            if time.perf_counter() > end:
                return program
            if kind_of(verdict(candidate)) == wanted:
                program, going = candidate, True
                break
    return program


if __name__ == "__main__":
    for seed in map(int, sys.argv[1:]):
        found = shrunk(program_of(seed))
        print(seed, verdict(found), "\n   ", found, flush=True)

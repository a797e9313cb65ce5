"""Straight: steps as lines of Python; what is used once is written where it is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograd_core.compiler.structure import Steps

_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
_DEEP = 20  # the most nested steps of an expression: Python's parser takes 200 brackets
_COMPARE = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "=="}


def python_lines(steps: Steps, inputs: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return an assignment for each step that is used several times, and the text of each output.

    Args:
        steps: The steps.
        inputs: The names of their inputs.

    >>> steps = Steps(2, [], ["add", "tanh", "multiply"], [(0, 1), (2,), (3, 3)], [4])
    >>> python_lines(steps, ["a", "b"])
    (['t1 = tanh(a + b)'], ['t1 * t1'])
    """
    uses = Counter(steps.outputs)
    for place in range(len(steps.names) - 1, -1, -1):
        if uses[steps.inputs + place]:
            uses.update(steps.operands[place])
    # constants have the numbers -1, -2, ..., Python's indices from the end
    texts = [*inputs, *[""] * len(steps.names), *map(repr, reversed(steps.constants))]
    loose = [text.startswith("-") for text in texts]  # whether it needs brackets
    depths = [0] * len(texts)
    lines: list[str] = []
    for number, (name, operands) in enumerate(zip(steps.names, steps.operands), steps.inputs):
        if not uses[number]:
            continue
        bare = [texts[operand] for operand in operands]
        inside = [f"({text})" if loose[a] else text for text, a in zip(bare, operands)]
        texts[number], loose[number] = _call(name, bare, inside)
        depths[number] = 1 + max([depths[operand] for operand in operands], default=0)
        if uses[number] > 1 or depths[number] > _DEEP:
            lines.append(f"t{len(lines) + 1} = {texts[number]}")
            texts[number], loose[number], depths[number] = f"t{len(lines)}", False, 0
    return lines, [texts[output] for output in steps.outputs]


def _call(name: str, bare: Sequence[str], inside: Sequence[str]) -> tuple[str, bool]:
    """Return a step as text, and whether that needs brackets as an operand.

    Args:
        name: The elementary function.
        bare: Its operands, as arguments of a call.
        inside: Its operands, in brackets where needed.
    """
    if name in _INFIX:
        return f"{inside[0]} {_INFIX[name]} {inside[1]}", True
    if name in _COMPARE:
        return f"1.0 if {inside[0]} {_COMPARE[name]} {inside[1]} else 0.0", True
    if name == "negative":
        return f"-{inside[0]}", True
    if name == "where":
        return f"{inside[1]} if {inside[0]} else {inside[2]}", True
    return f"{name}({', '.join(bare)})", False

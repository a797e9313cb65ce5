"""Rescale: where a constant factor is multiplied in, if several results want the same one.

`0.5 * (a * v)` and `0.5 * (b * v)` are three products when `v` itself is multiplied by 0.5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograd_core.compiler.arrays import Instruction, Program, Var, View, in_order
from autograd_core.compiler.structure import moderate

_LINEAR = frozenset(("multiply", "divide", "add", "subtract", "negative", "copy"))
_MOST = 200  # instructions: in more of them it would take too long to look
_PLACES = 4  # that are worth trying for a factor
_DIGITS = 12  # in which factors are the same but for rounding


def candidates(program: Program) -> list[tuple[int, float]]:
    """Return variables with a factor that more than one result of theirs is multiplied by.

    Those that most results are made from come first, a few for each factor.
    """
    if len(program.instructions) > _MOST:
        return []
    made = {
        var: writers[0]
        for var, writers in program.writers().items()
        if len(writers) == 1 and in_order(program.variables, writers[0].out)
    }
    votes: Counter[tuple[str, int]] = Counter()
    factors: dict[str, float] = {}
    for name, operands, *_ in program.instructions:
        match name, operands:
            case "multiply", (float(factor), View(var)) if abs(factor) != 1.0 and moderate(factor):
                alike = f"{abs(factor):.{_DIGITS}g}"
                factors[alike] = abs(factor)
                votes.update(
                    [(alike, carrier) for carrier in _carriers(program.variables, var, made)]
                )
    found: dict[str, list[tuple[int, float]]] = {alike: [] for alike in factors}
    for (alike, var), count in votes.most_common():
        if count > 1 and len(found[alike]) < _PLACES:
            found[alike].append((var, factors[alike]))
    return [place for places in found.values() for place in places]


def _carriers(of: Sequence[Var], var: int, made: dict[int, Instruction]) -> set[int]:
    """Return the variables that could have a factor of `var` already, itself among them.

    None is larger: there would be more to multiply.
    """
    found: set[int] = set()
    waiting = [var]
    while waiting:
        number = waiting.pop()
        instruction = made.get(number)
        larger = (of[number].batched, of[number].size) > (of[var].batched, of[var].size)
        if number in found or instruction is None or larger or of[number].truth:
            continue
        found.add(number)
        if instruction.name in _LINEAR:
            operands = instruction.operands[: 1 if instruction.name == "divide" else 2]
            waiting += [a.var for a in operands if isinstance(a, View)]
    return found

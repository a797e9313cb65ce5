"""Sums: which additions of a program form one sum, whose terms may be added in another order.

Only the rules here permit to reorder the additions that the user wrote; all passes obey them, by
`Var.exact`:

- A chain of `+` is one sum. Terms of one group are added first, as a reduction or a matrix product,
  which changes rounding as NumPy's own `sum` and `@` do. Such a sum starts at 0.0: if all its terms
  are -0.0 it is 0.0.
- Differences are not reordered. Error-free transformations (two-sum, Kahan's sum, Dekker's product,
  rounding by adding 1.5 * 2**52) depend on their order. So a chain of three or more terms of which
  only some are differences, or with a large constant or several constants, is added from left to
  right as it is written.
- Constant factors of moderate size (`moderate`) may be multiplied in elsewhere, so that results
  within such a factor of overflow or underflow may differ from those of the graph.
- In gradients, whose additions the user did not write, any order is allowed that does not overflow.
"""

from __future__ import annotations

from collections.abc import Callable

from autograd_core.compiler.structure.scalars import Expanded

_LARGE = 2.0**20  # constants from here on may be added in order to round
_DIFFERENCES = ("subtract", "negative")
_MODERATE = 2.0**64  # the largest factor that may be moved; its reciprocal is the smallest


def sum_roots(
    program: Expanded, used_once: list[bool], arithmetic: Callable[[int], str]
) -> tuple[set[int], bytearray]:
    """Return the last addition of each sum, and for each number 1 if it is an earlier one.

    Args:
        program: The instructions.
        used_once: For each number, whether it is used once.
        arithmetic: Returns the name of an instruction of arithmetic, or an empty string.
    """
    base, ops = program.inputs, program.ops
    absorbed = bytearray(base + len(ops))
    roots: set[int] = set()

    def is_addition(number: int) -> bool:
        return number not in program.edges and arithmetic(number) in ("add", "total")

    def inner(number: int) -> bool:
        """Return whether a number is an addition that is used once."""
        return number >= base and used_once[number] and is_addition(number)

    for number in range(base + len(ops) - 1, base - 1, -1):
        if absorbed[number] or not is_addition(number):
            continue
        roots.add(number)
        parts, terms = [], []
        waiting = list(program.operands[number - base])
        while waiting:
            operand = waiting.pop()
            if inner(operand):
                parts.append(operand)
                waiting += program.operands[operand - base]
            else:
                terms.append(operand)
        if len(terms) < 3 or _any_order(program, terms, arithmetic):
            for part in parts:
                absorbed[part] = 1
    return roots, absorbed


def _any_order(program: Expanded, terms: list[int], arithmetic: Callable[[int], str]) -> bool:
    """Return whether the terms may be added in any order."""
    constants = [program.constants[-1 - term] for term in terms if term < 0]
    if (len(constants) > 1 and any(constants)) or any(abs(c) >= _LARGE for c in constants):
        return False
    differences = sum(_is_difference(program, term, arithmetic) for term in terms)
    return differences in (0, len(terms) - len(constants))


def _is_difference(program: Expanded, term: int, arithmetic: Callable[[int], str]) -> bool:
    """Return whether a term is a difference, or a number that is subtracted."""
    if term < program.inputs:
        return False
    if arithmetic(term) == "multiply":
        operands = program.operands[term - program.inputs]
        return any(n < 0 and program.constants[-1 - n] == -1.0 for n in operands)
    return arithmetic(term) in _DIFFERENCES


def moderate(factor: float) -> bool:
    """Return whether a constant factor may be moved: its size is from 2**-64 to 2**64.

    >>> moderate(-3.0), moderate(1e-30), moderate(float("nan"))
    (True, False, False)
    """
    return 1.0 / _MODERATE <= abs(factor) <= _MODERATE

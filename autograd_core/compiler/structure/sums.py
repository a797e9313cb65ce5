"""Sums: which additions of a program are one sum, whose terms may be added in another order.

This is the one place that says what may be reordered in what the user's program computes; every
pass keeps to it, by `Var.exact`:

- A chain of `+` is one sum, and like terms of it are added up first, as a reduction or a matrix
  product. That changes rounding as NumPy's own `sum` and `@` do. Such a sum starts at 0.0: if all
  its terms are -0.0 it is 0.0.
- What is subtracted is not part of it. Error-free transformations (two-sum, Kahan's sum, Dekker's
  product, rounding by adding 1.5 * 2**52) live on the order of a difference: a chain of three or
  more terms of which some are differences, or with a large constant or several constants, is added
  from left to right as it is written.
- Constant factors of moderate size (`moderate`) may be multiplied in elsewhere, so results
  that are within that of overflow, or of 0, may differ from those of the graph.
- Gradients have no order of the user's: there the compiler is free but for overflow.
"""

from __future__ import annotations

from collections.abc import Callable

from autograd_core.compiler.structure.scalars import Expanded

_LARGE = 2.0**20  # a constant that is added to round, and not to shift
_DIFFERENCES = ("subtract", "negative")
_MODERATE = 2.0**64  # a factor


def sum_roots(
    program: Expanded, once: list[bool], kind: Callable[[int], str]
) -> tuple[set[int], bytearray]:
    """Return the additions that are whole sums, and a mark on those that are part of one.

    Args:
        program: The instructions.
        once: For each number, whether it is used once.
        kind: Gives for an instruction the name of the arithmetic that it is, or an empty text.
    """
    base, ops = program.inputs, program.ops
    absorbed = bytearray(base + len(ops))
    roots: set[int] = set()

    def inner(number: int) -> bool:
        """Say whether a number is a sum that only another one uses."""
        return number >= base and once[number] and number not in program.edges and (
            kind(number) in ("add", "total")
        )  # fmt: skip

    for number in range(base + len(ops) - 1, base - 1, -1):
        if absorbed[number] or kind(number) not in ("add", "total") or number in program.edges:
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
        if len(terms) < 3 or _any_order(program, terms, kind):
            for part in parts:
                absorbed[part] = 1
    return roots, absorbed


def _any_order(program: Expanded, terms: list[int], kind: Callable[[int], str]) -> bool:
    """Say whether terms may be added in any order."""
    constants = [program.constants[-1 - term] for term in terms if term < 0]
    if (len(constants) > 1 and any(constants)) or any(abs(c) >= _LARGE for c in constants):
        return False
    differences = sum(_is_difference(program, term, kind) for term in terms)
    return differences in (0, len(terms) - len(constants))


def _is_difference(program: Expanded, term: int, kind: Callable[[int], str]) -> bool:
    """Say whether a term is a difference, or a number that is subtracted."""
    if term < program.inputs:
        return False
    if kind(term) == "multiply":
        operands = program.operands[term - program.inputs]
        return any(n < 0 and program.constants[-1 - n] == -1.0 for n in operands)
    return kind(term) in _DIFFERENCES


def moderate(factor: float) -> bool:
    """Say whether a factor may be moved without a result that overflows or vanishes.

    >>> moderate(-3.0), moderate(1e-30), moderate(float("nan"))
    (True, False, False)
    """
    return 1.0 / _MODERATE <= abs(factor) <= _MODERATE

"""Memory: where each variable of a program of loops is: with the caller, on the stack, in scratch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from autograd_core.compiler.arrays import Numbers
from autograd_core.compiler.printers.loops.tree import LoopProgram, Spot, assigns

_STACK = 4096  # numbers that a variable on the stack may have
_STACK_IN_ALL = 16384


@dataclass
class Memory:
    """Names of variables, and the order of pointers that a printed function takes.

    Attributes:
        names: What each variable is called.
        pointers: The names of what it is given: arguments, results, constants, tables, scratch.
        stack: Name, size and kind (whether bools) of what it keeps itself.
        scratch: For each variable in scratch: its number.
        constants: For each constant: its number.
        tables: The tables of positions, in order.
    """

    names: dict[int, str]
    pointers: list[str]
    stack: list[tuple[str, int, bool]]
    scratch: list[int]
    constants: list[int]
    tables: list[Numbers]
    _by_table: dict[int, str] = field(default_factory=dict)

    def table_name(self, table: Numbers) -> str:
        """Return what a table is called."""
        return self._by_table[id(table)]


def memory_of(program: LoopProgram) -> Memory:
    """Return a place for every variable."""
    variables, used = program.variables, program.used
    given = [argument.var for argument in program.arguments]
    results = [program.results.outputs, *program.results.gradients]
    names = {var: f"x{i}" for i, var in enumerate(given)}
    names |= {var: f"y{i}" for i, var in enumerate(results)}
    constants, scratch, stack = [], [], []
    left = _STACK_IN_ALL
    for var in used:
        if var in names:
            continue
        variable = variables[var]
        if variable.data is not None:
            names[var] = f"c{var}"
            constants.append(var)
        elif not variable.batched and variable.size <= min(_STACK, left):
            names[var] = f"v{var}"
            left -= variable.size
            stack.append((names[var], variable.size, variable.truth))
        else:
            names[var] = f"v{var}"
            scratch.append(var)
    tables: list[Numbers] = []
    by_table: dict[int, str] = {}
    content: dict[tuple[int, bytes], str] = {}
    for spot in (s for a in assigns(program.body) for s in a.spots if isinstance(s, Spot)):
        if spot.table is None or id(spot.table) in by_table:
            continue
        key = (len(spot.table), spot.table.tobytes())
        if key not in content:
            content[key] = f"t{len(tables)}"
            tables.append(np.ascontiguousarray(spot.table, np.int64))
        by_table[id(spot.table)] = content[key]
    order = [*given, *results, *constants]
    pointers = [*[names[v] for v in order], *content.values(), *[names[v] for v in scratch]]
    return Memory(names, pointers, stack, scratch, constants, tables, by_table)

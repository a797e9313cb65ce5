"""Memory: where the variables of a program of loops are: given, on the stack, in scratch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from autograd_core.compiler.arrays import Numbers
from autograd_core.compiler.printers.loops.tree import LoopProgram, assigns
from autograd_core.compiler.printers.names import Names

_STACK = 4096  # numbers that a variable on the stack may have
_STACK_IN_ALL = 16384


@dataclass(frozen=True)
class Memory:
    """Where the variables of a program are.

    Attributes:
        names: What each variable is called.
        stack: The variables that the printed function keeps itself.
        given: The variables that it is given: arguments, outputs, gradients, constants, scratch.
        tables: For each table of positions its name and numbers; they are given as well, last.
    """

    names: dict[int, str]
    stack: tuple[int, ...]
    given: tuple[int, ...]
    scratch: tuple[int, ...]
    tables: dict[str, Numbers]
    by_table: dict[int, str]

    @property
    def pointers(self) -> list[str]:
        """The names of what a printed function is given, in order."""
        return [*[self.names[var] for var in self.given], *self.tables]

    def prefixed(self, prefix: str) -> Memory:
        """Return the same with other names, which cannot be those of anything else."""
        return replace(
            self,
            names={var: prefix + name for var, name in self.names.items()},
            tables={prefix + name: table for name, table in self.tables.items()},
            by_table={key: prefix + name for key, name in self.by_table.items()},
        )

    def table_name(self, table: Numbers) -> str:
        """Return what a table is called."""
        return self.by_table[id(table)]


def memory_of(program: LoopProgram, reserved: Iterable[str]) -> Memory:
    """Return a place for every variable.

    Args:
        program: What is done.
        reserved: Names that mean something else in the text.
    """
    variables, names = program.variables, Names(reserved)
    arguments = [argument.var for argument in program.arguments]
    results = [program.results.outputs, *program.results.gradients]
    called = {var: names.like(_ascii(variables[var].name)) for var in (*arguments, *results)}
    constants, scratch, stack = [], [], []
    left = _STACK_IN_ALL
    for var in program.used:
        variable = variables[var]
        if var in called:
            continue
        stem = {"value": "v", "constant": "c"}.get(variable.role, "t")
        called[var] = names.numbered(stem)
        if variable.data is not None:
            constants.append(var)
        elif not variable.batched and variable.size <= min(_STACK, left):
            left -= variable.size
            stack.append(var)
        else:
            scratch.append(var)
    tables: dict[str, Numbers] = {}
    by_table: dict[int, str] = {}
    content: dict[bytes, str] = {}
    for table in (s.table for a in assigns(program.body) for s in a.spots if s.table is not None):
        if id(table) not in by_table:
            numbers = np.ascontiguousarray(table, np.int64)
            name = content.setdefault(numbers.tobytes(), f"{len(content)}")
            if name.isdigit():
                name = content[numbers.tobytes()] = names.numbered("at")
                tables[name] = numbers
            by_table[id(table)] = name
    given = (*arguments, *results, *constants, *scratch)
    return Memory(called, tuple(stack), given, tuple(scratch), tables, by_table)


def _ascii(name: str) -> str:
    return name if name.isascii() else "x"

"""C file: a program of loops as one self-contained file of C99."""

from __future__ import annotations

from collections.abc import Iterable

from autograd_core.compiler.arrays import Var
from autograd_core.compiler.printers.loops.c_names import RESERVED
from autograd_core.compiler.printers.loops.tree import LoopProgram, Memory
from autograd_core.compiler.printers.names import Names

_PER_LINE = 8  # numbers of a table in one line


def c_file(program: LoopProgram, memory: Memory, function: str, name: str) -> str:
    """Return a file with a function `name`, and a `main` that calls it if EXAMPLE is defined.

    Args:
        program: The program.
        memory: The names and the storage of its variables.
        function: The text that `c_function` returns for it.
        name: The name of the function, `f` if C does not allow that.
    """
    name = Names(RESERVED).like(name if name.isascii() and name.isidentifier() else "f")
    return "\n".join(_File(program, memory, name).lines(function))


class _File:
    """Writes the file.

    Attributes:
        names: The names of the variables.
        arguments: The variables that the function takes; none of size 0.
        results: The variables that it fills: outputs and gradients.
    """

    def __init__(self, program: LoopProgram, memory: Memory, name: str) -> None:
        self.program, self.memory, self.name = program, memory, name
        self.variables, self.names = program.variables, memory.names
        taken = [argument.var for argument in program.arguments]
        self.arguments = [var for var in taken if self.variables[var].size]
        self.results = [program.results.outputs, *program.results.gradients]

    def lines(self, function: str) -> list[str]:
        parameters = [f"const double *{self.names[v]}" for v in self.arguments]
        parameters += [f"double *{self.names[v]}" for v in self.results]
        parameters += ["long long samples"] * self.program.batch
        head = f"int {self.name}({', '.join(parameters)})"
        used = [*self.arguments, *self.results]
        return [
            f"/* {self.name}: value and gradients, printed by autograd_core.",
            *[f"   {self.names[v]}: {_numbers(self.variables[v])}" for v in used],
            "   Returns 0, or 1 if there is no memory. An example of a call is at the end:",
            f"   cc -O3 -ffp-contract=off -DEXAMPLE {self.name}.c -lm && ./a.out */",
            "#include <math.h>",
            "#include <stdlib.h>",
            "",
            f"{head};",
            "",
            *self._tables(),
            function,
            "",
            f"{head} {{",
            *self._body(),
            "}",
            "",
            *self._example(),
            "",
        ]

    def _tables(self) -> list[str]:
        """Return the definitions of constants and of tables of positions."""
        data = [(self.names[var], self.variables[var].data) for var in self.memory.given]
        return [
            *[
                _table("double", name, map(repr, numbers.ravel().tolist()))
                for name, numbers in data
                if numbers is not None
            ],
            *[
                _table("long long", name, map(str, table.tolist()))
                for name, table in self.memory.tables.items()
            ],
        ]

    def _body(self) -> list[str]:
        """Return the body of the function: allocate scratch, run the program, free scratch."""
        made, scratch = [], [self.names[var] for var in self.memory.scratch]
        for var in self.memory.scratch:
            variable = self.variables[var]
            kind = "unsigned char" if variable.truth else "double"
            count = f"{'samples * ' * variable.batched}{max(1, variable.size)}"
            made.append(f"    {kind} *{self.names[var]} = malloc(sizeof({kind}) * ({count}));")
        empty = {a.var for a in self.program.arguments} - {*self.arguments}
        passed = ["0" if var in empty else self.names[var] for var in self.memory.given]
        passed += [*self.memory.tables, *["samples"] * self.program.batch]
        call = f"program({', '.join(passed)});"
        if not scratch:
            return [f"    {call}", "    return 0;"]
        return [
            *made,
            f"    int missing = {' || '.join(f'!{name}' for name in scratch)};",
            f"    if (!missing) {call}",
            *[f"    free({name});" for name in scratch],
            "    return missing;",
        ]

    def _example(self) -> list[str]:
        """Return a `main` that fills the arguments with 0.5 and prints the results."""
        lines = ["#ifdef EXAMPLE", "#include <stdio.h>", "int main(void) {"]
        sizes = {v: max(1, self.variables[v].size) for v in (*self.arguments, *self.results)}
        names = self.names
        lines += [f"    static double {names[v]}[{size}];" for v, size in sizes.items()]
        for v in self.arguments:
            lines.append(f"    for (int i = 0; i < {sizes[v]}; i++) {names[v]}[i] = 0.5;")
        passed = [names[v] for v in sizes] + ["1"] * self.program.batch
        lines.append(f"    if ({self.name}({', '.join(passed)})) return 1;")
        for v in self.results:
            lines.append(
                f'    for (int i = 0; i < {self.variables[v].size}; i++) printf("{names[v]}[%d] = '
                f'%.17g\\n", i, {names[v]}[i]);'
            )
        return [*lines, "    return 0;", "}", "#endif"]


def _numbers(variable: Var) -> str:
    each = " for each sample" if variable.batched else ""
    return f"{variable.size} number{'s' * (variable.size != 1)}{each}"


def _table(kind: str, name: str, numbers: Iterable[str]) -> str:
    items = [n.replace("inf", "INFINITY").replace("nan", "NAN") for n in numbers]
    rows = [", ".join(items[i : i + _PER_LINE]) for i in range(0, len(items), _PER_LINE)]
    return f"static const {kind} {name}[] = {{\n    " + ",\n    ".join(rows or ["0"]) + "};"

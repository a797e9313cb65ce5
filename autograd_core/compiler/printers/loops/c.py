"""C: a program of loops as C99 that calls only the mathematical library."""

from __future__ import annotations

from collections.abc import Iterator

from autograd_core.compiler.printers.definitions import DEFINITIONS
from autograd_core.compiler.printers.loops.braces import OPERATORS, Writer
from autograd_core.compiler.printers.loops.c_names import C_LIBRARY, RENAMED, RESERVED
from autograd_core.compiler.printers.loops.results import SAMPLES
from autograd_core.compiler.printers.loops.tree import (
    Assign,
    Loop,
    LoopProgram,
    Memory,
    memory_of,
)

C_FUNCTIONS = frozenset((*OPERATORS, *C_LIBRARY, *DEFINITIONS))
"""The elementary functions that can be printed in C."""
_TYPES = ("double", "unsigned char")  # of numbers and of bools


def c_memory(program: LoopProgram) -> Memory:
    """Return the names and the storage of the variables, with names that are legal in C."""
    return memory_of(program, RESERVED)


def c_function(program: LoopProgram, memory: Memory) -> str:
    """Return `static void program(...)`, after the functions it calls that C's library lacks.

    Raises:
        KeyError: If the program calls a function that is not in `C_FUNCTIONS`.
    """
    return _Writer(program, memory).text()


def c_library(program: LoopProgram, memory: Memory) -> str:
    """Return the source of a library with `entry(addresses, samples)`, which calls the program."""
    variables = program.variables
    kinds = ["unsigned char *" if variables[v].truth else "double *" for v in memory.given]
    kinds += ["long long *"] * len(memory.tables)
    passed = [f"({kind})p[{place}]" for place, kind in enumerate(kinds)]
    passed += ["samples"] * program.batch
    return "\n".join([
        "#include <math.h>",
        c_function(program, memory),
        "void entry(void **p, long long samples) {",
        "    (void)samples;",
        f"    program({', '.join(passed)});",
        "}",
        "",
    ])  # fmt: skip


class _Writer(Writer):
    nan, infinity = "NAN", "INFINITY"

    def text(self) -> str:
        body = list(self.body(self.program.body, "    "))
        memory, written = self.memory, self.program.used
        parameters = [
            f"{'const ' * (not written[var])}{self._type(var)} *restrict {memory.names[var]}"
            for var in memory.given
        ]
        parameters += [f"const long long *restrict {name}" for name in memory.tables]
        parameters += ["const long long samples"] * self.program.batch
        declared = [
            f"    {self._type(var)} {memory.names[var]}"
            + (f"[{self.variables[var].size}];" if self.variables[var].size != 1 else ";")
            for var in memory.stack
            if var not in self.once
        ]
        own = [line for name in DEFINITIONS for line in self._defined(name)]
        head = (
            "static void program(" + ",\n                    ".join(parameters or ["void"]) + ") {"
        )
        return "\n".join([*own, head, *declared, *body, "}"])

    def _defined(self, name: str) -> list[str]:
        """Return the definition of a function that C's library lacks, if it is called."""
        c_name = RENAMED.get(name, name)
        if c_name not in self.called:
            return []
        parameters = ("double a", "double a, double b")[DEFINITIONS[name][1] - 1]
        lines = [f"    {line}" for line in self.definition(name)]
        return [f"static inline double {c_name}({parameters}) {{", *lines, "}"]

    def _type(self, var: int) -> str:
        return _TYPES[self.variables[var].truth]

    def loop(self, loop: Loop, indent: str) -> Iterator[str]:
        """Yield the lines of a loop."""
        count = "samples" if loop.turns == SAMPLES else loop.turns
        i, step = f"i{loop.number}", loop.step
        first = f"{count} - {count} % {loop.rest}" if loop.rest > 1 else "0"
        end = f"{i} + {step - 1} < {count}; {i} += {step}" if step > 1 else f"{i} < {count}; {i}++"
        if sums := self._sums(loop):
            yield f"#pragma omp simd reduction(+:{','.join(sums)})"
        yield f"{indent}for (long long {i} = {first}; {end}) {{"
        yield from self.body(loop.body, indent + "    ")
        yield f"{indent}}}"

    def _sums(self, loop: Loop) -> list[str]:
        """Return the scalars that a loop sums up, for a `simd reduction`: it may reorder the terms.

        Empty unless all that the loop combines are such sums.
        """
        found = set()
        inner = [s for s in loop.body if isinstance(s, Assign)]
        if len(inner) < len(loop.body) or any(s.out.table is not None for s in inner):
            return []
        for assign in inner:
            moves = any(index == loop.number for index, _ in assign.out.terms)
            if assign.combine and not moves:
                if assign.combine != "add" or assign.out.var not in self.scalars:
                    return []
                found.add(self.memory.names[assign.out.var])
        return sorted(found)

    def function(self, name: str) -> str:
        """Return the name of an elementary function in C, and note that it is called."""
        c_name = C_LIBRARY.get(name) or RENAMED.get(name, name)
        if c_name not in RESERVED:
            raise KeyError(name)
        self.called.add(c_name)
        return c_name

    def declared(self, truth: bool) -> str:
        """Return the text before the name in the declaration of a constant, a number or a bool."""
        return f"const {_TYPES[truth]} "

"""C file: a program of loops as one file of C99, to read, to ship and to compile anywhere."""

from __future__ import annotations

from collections.abc import Iterable

from autograd_core.compiler.arrays import Var
from autograd_core.compiler.printers.loops.c_names import RESERVED
from autograd_core.compiler.printers.loops.tree import LoopProgram, Memory
from autograd_core.compiler.printers.names import Names

_A_LINE = 8  # numbers in one line of a table


def c_file(program: LoopProgram, memory: Memory, function: str, name: str) -> str:
    """Return a file with a function `name`, and a `main` that calls it if EXAMPLE is defined.

    Args:
        program: What is done.
        memory: Where its variables are.
        function: Its text, see `c_function`.
        name: What the function is called, if C allows that.
    """
    name = Names(RESERVED).like(name if name.isascii() and name.isidentifier() else "f")
    variables, names = program.variables, memory.names
    given = [argument.var for argument in program.arguments]
    arguments = [var for var in given if variables[var].size]
    results = [program.results.outputs, *program.results.gradients]
    constants = [var for var in memory.given if variables[var].data is not None]
    what = [f"   {names[v]}: {_numbers(variables[v])}" for v in (*arguments, *results)]
    parameters = [f"const double *{names[v]}" for v in arguments]
    parameters += [f"double *{names[v]}" for v in results]
    parameters += ["long long samples"] * program.batch
    head = f"int {name}({', '.join(parameters)})"
    scratch = []
    for var in memory.scratch:
        kind = "unsigned char" if variables[var].truth else "double"
        many = "samples * " * variables[var].batched + f"{max(1, variables[var].size)}"
        scratch.append((names[var], kind, many))
    passed = [names[var] if variables[var].size or var not in given else "0"
              for var in memory.given]  # fmt: skip
    passed += [*memory.tables, *["samples"] * program.batch]
    return "\n".join([
        f"/* {name}: value and gradients, printed by autograd_core.",
        *what,
        "   Returns 0, or 1 if there is no memory. An example of a call is at the end:",
        f"   cc -O3 -ffp-contract=off -DEXAMPLE {name}.c -lm && ./a.out */",
        "#include <math.h>",
        "#include <stdlib.h>",
        "",
        f"{head};",
        "",
        *[_table("double", names[v], _numbers_of(variables[v])) for v in constants],
        *[_table("long long", n, map(str, table.tolist())) for n, table in memory.tables.items()],
        function,
        "",
        f"{head} {{",
        *[f"    {kind} *{n} = malloc(sizeof({kind}) * ({many}));" for n, kind, many in scratch],
        *[f"    int missing = {' || '.join(f'!{n}' for n, _, _ in scratch)};"] * bool(scratch),
        f"    {'if (!missing) ' * bool(scratch)}program({', '.join(passed)});",
        *[f"    free({n});" for n, _, _ in scratch],
        f"    return {'missing' if scratch else 0};",
        "}",
        "",
        *_example(program, memory, name, arguments, results),
        "",
    ])  # fmt: skip


def _numbers_of(variable: Var) -> Iterable[str]:
    assert variable.data is not None
    return map(repr, variable.data.ravel().tolist())


def _numbers(variable: Var) -> str:
    each = " for each sample" if variable.batched else ""
    return f"{variable.size} number{'s' * (variable.size != 1)}{each}"


def _table(kind: str, name: str, numbers: Iterable[str]) -> str:
    items = [n.replace("inf", "INFINITY").replace("nan", "NAN") for n in numbers]
    rows = [", ".join(items[i : i + _A_LINE]) for i in range(0, len(items), _A_LINE)]
    return f"static const {kind} {name}[] = {{\n    " + ",\n    ".join(rows or ["0"]) + "};"


def _example(
    program: LoopProgram, memory: Memory, name: str, arguments: list[int], results: list[int]
) -> list[str]:
    """Return a `main` that fills the arguments with 0.5 and prints the results."""
    variables, names = program.variables, memory.names
    lines = ["#ifdef EXAMPLE", "#include <stdio.h>", "int main(void) {"]
    sizes = {v: max(1, variables[v].size) for v in (*arguments, *results)}
    lines += [f"    static double {names[v]}[{size}];" for v, size in sizes.items()]
    lines += [f"    for (int i = 0; i < {sizes[v]}; i++) {names[v]}[i] = 0.5;" for v in arguments]
    passed = [names[v] for v in sizes] + ["1"] * program.batch
    lines.append(f"    if ({name}({', '.join(passed)})) return 1;")
    for var in results:
        lines.append(
            f'    for (int i = 0; i < {variables[var].size}; i++) printf("{names[var]}[%d] = '
            f'%.17g\\n", i, {names[var]}[i]);'
        )
    return [*lines, "    return 0;", "}", "#endif"]

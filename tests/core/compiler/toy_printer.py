"""A smallest printer: loops as Python loops over lists of floats.

It reads a program of loops and imports no stage of the compiler, so it tests that the loops alone
tell a printer all it needs, and runs them without a compiler.
"""

import math

import numpy as np

from autograd_core.compiler.printers.loops import SAMPLES, Loop, Spot
from autograd_core.compiler.structure import elementary
from autograd_core.table import FLOAT

OWN = {
    "copy": lambda a: a,
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "negative": lambda a: -a,
    "not_equal": lambda a, b: float(a != b),
    "logical_not": lambda a: float(not a),
    "logical_and": lambda a, b: float(bool(a) and bool(b)),
}


def function(name):
    return OWN.get(name) or elementary(name, FLOAT)


def position(spot):
    text = " + ".join([str(spot.offset), *[f"{step} * i{loop}" for loop, step in spot.terms]])
    if spot.table is not None:
        place = " + ".join(["0", *[f"{step} * i{loop}" for loop, step in spot.steps]])
        text += f" + T{id(spot.table)}[{place}]"
    return f"V{spot.var}[{text}]"


def written(source):
    if isinstance(source, Spot):
        return position(source)
    return repr(source) if math.isfinite(source) else f"float('{source}')"


def lines(body, indent="    "):
    for statement in body:
        if isinstance(statement, Loop):
            turns = "samples" if statement.turns == SAMPLES else statement.turns
            first = f"{turns} - {turns} % {statement.rest}" if statement.rest > 1 else "0"
            rows = f"range({first}, {turns} - {statement.step - 1}, {statement.step})"
            yield f"{indent}for i{statement.number} in {rows}:"
            yield from lines(statement.body, indent + "    ")
            continue
        out = position(statement.out)
        text = f"{statement.function}({', '.join(map(written, statement.sources))})"
        if statement.combine:
            text = f"{statement.combine}({out}, {text})"
        yield f"{indent}{out} = {text}"


def source(loops):
    names = ", ".join([*[f"V{var}" for var in loops.used], "samples"])
    return "\n".join([f"def program({names}):", *lines(loops.body), "    pass"])


def run(program, loops, arguments, samples=1):
    """Return the outputs and gradients of an array program as loops, as `interpret` does."""
    variables = loops.variables
    memory = {a.var: np.ravel(x).tolist() for a, x in zip(loops.arguments, arguments)}
    for var in loops.used:
        variable = variables[var]
        rows = samples if variable.batched else 1
        if variable.data is not None:
            memory[var] = variable.data.ravel().tolist()
        memory.setdefault(var, [math.nan] * (rows * variable.size))  # not written yet
    spots = [spot for assign in loops.assigns for spot in assign.spots]
    names = {f"T{id(s.table)}": s.table.tolist() for s in spots if s.table is not None}
    called = {a.function for a in loops.assigns} | {a.combine for a in loops.assigns if a.combine}
    namespace = names | {name: function(name) for name in called}
    exec(source(loops), namespace)
    namespace["program"](*[memory[var] for var in loops.used], samples)
    outputs = np.array(memory[loops.results.outputs]).reshape(samples, -1)
    found = []
    for var, (_, argument) in zip(loops.results.gradients, program.gradients):
        rows = (samples,) if argument.batched else ()
        found.append(np.array(memory[var]).reshape((*rows, *argument.shape)))
    return outputs, found

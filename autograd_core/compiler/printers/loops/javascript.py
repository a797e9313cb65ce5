"""JavaScript: a program of loops as a function on typed arrays, for a page that runs it itself."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from autograd_core.compiler.printers.loops.braces import OPERATORS, STRUCTURE, Writer
from autograd_core.compiler.printers.loops.results import SAMPLES
from autograd_core.compiler.printers.loops.tree import (
    Assign,
    Loop,
    LoopProgram,
    Memory,
    Spot,
    Statement,
    assigns,
    memory_of,
)

_AT_ONCE = (4, 5, 3, 2)
"""Turns of an innermost loop that are written out, the first that divides: 250 -> 155 us in V8."""

_MATH = {
    **{name: name for name in ("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin",
       "cos", "tan", "sinh", "cosh", "tanh", "cbrt", "hypot", "floor", "ceil", "abs")},
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh",
    "arctanh": "atanh", "arctan2": "atan2",
}  # fmt: skip
_OWN = {
    "maximum": "(a, b) => a > b || a !== a ? a : b",
    "minimum": "(a, b) => a < b || a !== a ? a : b",
    "sign": "a => (a > 0) - (a < 0)",
    "exp2": "a => Math.pow(2, a)",
    "sigmoid": "a => { const small = Math.exp(-Math.abs(a)); "
    "return (a >= 0 ? 1 : small) / (1 + small); }",
    # as in C: JavaScript's own 1 ** Infinity is NaN
    "power": "(a, b) => a === 1 || b === 0 || (a === -1 && Math.abs(b) === Infinity) ? 1 "
    ": Math.pow(a, b)",
    "round": "a => { const low = Math.floor(a), rest = a - low; "
    "return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1; }",
    "logaddexp": "(a, b) => a === b ? a + Math.LN2 "
    ": (a > b || a !== a ? a : b) + Math.log1p(Math.exp(-Math.abs(a - b)))",
}
_ELSEWHERE = ("erf", "erfc", "erfinv", "gamma", "lgamma", "remainder", "floor_divide")
JAVASCRIPT_FUNCTIONS = frozenset((*OPERATORS, *_MATH, *_OWN, *_ELSEWHERE, *STRUCTURE))
"""The instructions that can be printed; of `reduce`, what it reduces with."""
RESERVED = frozenset((
    *_OWN, "m", "samples", "program", "await", "break", "case", "catch", "class", "const",
    "continue", "debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends",
    "false", "finally", "for", "function", "if", "implements", "import", "in", "instanceof", "let",
    "interface", "new", "null", "package", "private", "protected", "public", "return", "static",
    "run", "held", "Object",
    "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with",
    "yield", "arguments", "async", "of", "Math", "Infinity", "NaN", "Float64Array", "Uint8Array",
    "Int32Array", "undefined",
))  # fmt: skip


def javascript(program: LoopProgram) -> str:
    """Return `(samples, m = {}) => (...arrays, samples) => {...}`, as text.

    The outer function makes room for at most that many samples; `m` holds the functions that
    JavaScript does not have, by name: erf, erfc, lgamma, remainder, floor_divide ... The inner one
    takes a `Float64Array` for each argument, for the outputs, and for each gradient, in this order,
    and then, for a batch, how many samples there are. Its `outputs` says how many numbers a sample
    has in that array: what the function returns, and then what it has decided on.

    Raises:
        KeyError: If the program calls another function.
    """
    return _Writer(program, memory_of(program, RESERVED)).text()


class _Writer(Writer):
    def __init__(self, program: LoopProgram, memory: Memory) -> None:
        super().__init__(memory.names, memory.table_name)
        self.program, self.memory = program, memory
        found = list(assigns(program.body))
        written = [assign.out.var for assign in found]
        self.scalars = frozenset(v for v in memory.stack if program.variables[v].size == 1)
        self.once = {var for var in self.scalars if written.count(var) == 1}
        self.once -= {assign.out.var for assign in found if assign.combine}

    def text(self) -> str:
        body = list(self._body(self.program.body, "    "))
        memory, variables = self.memory, self.program.variables
        kept = [f"  const {name} = {_OWN[name]};" for name in sorted(self.called)]
        held = {
            memory.names[var]: f"Float64Array.of({_numbers(data.ravel().tolist())})"
            for var in memory.given
            if (data := variables[var].data) is not None
        }
        for name, table in memory.tables.items():
            held[name] = f"Int32Array.of({', '.join(map(str, table.tolist()))})"
        for var in (*memory.scratch, *memory.stack):
            if var not in self.scalars:
                held[memory.names[var]] = self._array(var)
        if held:
            lines = [f"    {name}: {array}," for name, array in held.items()]
            kept += ["  const held = {", *lines, "  };"]
        own = {*memory.scratch, *memory.stack}
        parameters = [
            memory.names[var]
            for var in memory.given
            if var not in own and variables[var].data is None and variables[var].size
        ]
        parameters += ["samples"] * self.program.batch
        scalars = [memory.names[var] for var in memory.stack if var in self.scalars - self.once]
        # variables of its own: V8 reads those around a function in every turn, 340 -> 215 us
        declared = [f"    const {{ {', '.join(held)} }} = held;"] if held else []
        declared += [f"    let {', '.join(f'{name} = 0' for name in scalars)};"] if scalars else []
        head = f"  const run = ({', '.join(parameters)}) => {{"
        width = variables[self.program.results.outputs].size
        end = ["  };", f"  return Object.assign(run, {{ outputs: {width} }});", "}"]
        return "\n".join(["(samples, m = {}) => {", *kept, head, *declared, *body, *end])

    def _array(self, var: int) -> str:
        variable = self.program.variables[var]
        kind = "Uint8Array" if variable.truth else "Float64Array"
        return f"new {kind}({'samples * ' * variable.batched}{max(1, variable.size)})"

    def _body(self, body: Sequence[Statement], indent: str) -> Iterator[str]:
        for statement in body:
            if not isinstance(statement, Loop):
                yield indent + self.assign(statement)
                continue
            count = "samples" if statement.turns == SAMPLES else statement.turns
            i, turns = f"i{statement.number}", self._at_once(statement)
            step = f"{i}++" if turns == 1 else f"{i} += {turns}"
            yield f"{indent}for (let {i} = 0; {i} < {count}; {step}) {{"
            for turn in range(turns):
                body = [_ahead(inner, statement.number, turn) for inner in statement.body]
                yield from self._body(body, indent + "  ")
            yield f"{indent}}}"

    def _at_once(self, loop: Loop) -> int:
        """Return how many turns of a loop are written one after the other."""
        if loop.turns == SAMPLES or not all(isinstance(inner, Assign) for inner in loop.body):
            return 1
        found = list(assigns(loop.body))
        spots = [spot for assign in found for spot in assign.spots]
        if any(assign.out.var in self.once for assign in found) or any(s.steps for s in spots):
            return 1
        return next((turns for turns in _AT_ONCE if loop.turns % turns == 0), 1)

    def call(self, name: str, values: Sequence[str]) -> str:
        """Return an elementary function of some texts."""
        if name in OPERATORS:
            return OPERATORS[name].format(*values)
        arguments = f"({', '.join(values)})"
        if name in _MATH:
            return f"Math.{_MATH[name]}{arguments}"
        if name in _ELSEWHERE:
            return f"m.{name}{arguments}"
        if name not in _OWN:
            raise KeyError(name)
        self.called.add(name)
        return f"{name}{arguments}"

    def number(self, number: float) -> str:
        """Return a number as JavaScript writes it."""
        return _number(number)

    def declared(self, var: int) -> str:
        """Return what stands before the name of a scalar where it is declared."""
        return "const "


def _ahead(statement: Statement, loop: int, turns: int) -> Statement:
    """Return what a statement of a loop does so many turns later."""
    if not turns or isinstance(statement, Loop):
        return statement

    def moved(spot: Spot) -> Spot:
        far = sum(stride for number, stride in spot.terms if number == loop)
        return spot._replace(offset=spot.offset + far * turns)

    sources = [moved(s) if isinstance(s, Spot) else s for s in statement.sources]
    return statement._replace(out=moved(statement.out), sources=tuple(sources))


def _number(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0.0 else "(-Infinity)"
    return f"({number!r})" if math.copysign(1.0, number) < 0.0 else repr(float(number))


def _numbers(numbers: Sequence[float]) -> str:
    return ", ".join(map(_number, numbers))

"""JavaScript: a program of loops as a function on typed arrays, for a page that runs it itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from autograd_core.compiler.arrays import Program
from autograd_core.compiler.printers.definitions import DEFINITIONS
from autograd_core.compiler.printers.loops.braces import OPERATORS, Writer
from autograd_core.compiler.printers.loops.local import loops_of
from autograd_core.compiler.printers.loops.results import SAMPLES
from autograd_core.compiler.printers.loops.tree import Assign, Loop, Spot, memory_of, moved
from autograd_core.compiler.printers.refusal import refuse_unknown

_AT_ONCE = (4, 5, 3, 2)
"""Turns of an innermost loop that are written out, the first that divides: 250 -> 155 us in V8."""

_MATH = {
    **{name: name for name in ("exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin",
       "cos", "tan", "sinh", "cosh", "tanh", "cbrt", "hypot", "floor", "ceil", "abs")},
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh",
    "arctanh": "atanh", "arctan2": "atan2",
}  # fmt: skip
_OWN = {
    "exp2": "a => Math.pow(2, a)",
    # as in C: JavaScript's own 1 ** Infinity is NaN
    "power": "(a, b) => a === 1 || b === 0 || (a === -1 && Math.abs(b) === Infinity) ? 1 "
    ": Math.pow(a, b)",
    "round": "a => { const low = Math.floor(a), rest = a - low; "
    "return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1; }",
}
_ELSEWHERE = ("erf", "erfc", "erfinv", "gamma", "lgamma", "remainder", "floor_divide")
_RESERVED = frozenset((
    *_OWN, *DEFINITIONS, "m", "samples", "program", "await", "break", "case",
    "catch", "class", "const",
    "continue", "debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends",
    "false", "finally", "for", "function", "if", "implements", "import", "in", "instanceof", "let",
    "interface", "new", "null", "package", "private", "protected", "public", "return", "static",
    "run", "held", "Object",
    "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with",
    "yield", "arguments", "async", "of", "Math", "Infinity", "NaN", "Float64Array", "Uint8Array",
    "Int32Array", "undefined",
))  # fmt: skip


def javascript(program: Program) -> str:
    """Return `(samples, m = {}) => (...arrays, samples) => {...}`, as text.

    The outer function makes room for at most that many samples; `m` holds the functions that
    JavaScript does not have, by name: erf, erfc, lgamma, remainder, floor_divide ... The inner one
    takes a `Float64Array` for each argument, for the outputs, and for each gradient, in this order,
    and then, for a batch, how many samples there are. Its `outputs` says how many numbers a sample
    has in that array: what the function returns, and then what it has decided on.

    Raises:
        NoCompiler: If the program calls another function.
    """
    known = {*OPERATORS, *_MATH, *_OWN, *_ELSEWHERE, *DEFINITIONS}
    refuse_unknown([step.name for step in program.instructions], known, "JavaScript")
    loops = loops_of(program)
    return _Writer(loops, memory_of(loops, _RESERVED)).text()


class _Writer(Writer):
    nan, infinity = "NaN", "Infinity"

    def text(self) -> str:
        body = list(self.body(self.program.body, "    "))
        kept = [line for name in sorted(self.called) for line in self._defined(name)]
        # variables of its own: V8 reads those around a function in every turn, 340 -> 215 us
        declared = []
        if held := self._held():
            lines = [f"    {name}: {array}," for name, array in held.items()]
            kept += ["  const held = {", *lines, "  };"]
            declared.append(f"    const {{ {', '.join(held)} }} = held;")
        scalars = [self.names[v] for v in self.memory.stack if v in self.scalars - self.once]
        if scalars:
            declared.append(f"    let {', '.join(f'{name} = 0' for name in scalars)};")
        width = self.variables[self.program.results.outputs].size
        return "\n".join([
            "(samples, m = {}) => {",
            *kept,
            f"  const run = ({', '.join(self._parameters())}) => {{",
            *declared,
            *body,
            "  };",
            f"  return Object.assign(run, {{ outputs: {width} }});",
            "}",
        ])  # fmt: skip

    def _defined(self, name: str) -> list[str]:
        """Return a function that JavaScript lacks."""
        if name in _OWN:
            return [f"  const {name} = {_OWN[name]};"]
        parameters = "a, b"[: 3 * DEFINITIONS[name][1] - 2]
        lines = [f"    {line}" for line in self.definition(name)]
        return [f"  const {name} = ({parameters}) => {{", *lines, "  };"]

    def _parameters(self) -> list[str]:
        """Return the names of what the function takes: arguments and results."""
        results = [self.program.results.outputs, *self.program.results.gradients]
        taken = [*[argument.var for argument in self.program.arguments], *results]
        names = [self.names[var] for var in taken if self.variables[var].size]
        return [*names, *["samples"] * self.program.batch]

    def _held(self) -> dict[str, str]:
        """Return the arrays that are made once: constants, tables and those to write in."""
        memory, variables, held = self.memory, self.variables, dict[str, str]()
        for var in memory.given:
            if (data := variables[var].data) is not None:
                numbers = ", ".join(map(self.number, data.ravel().tolist()))
                held[memory.names[var]] = f"Float64Array.of({numbers})"
        for name, table in memory.tables.items():
            held[name] = f"Int32Array.of({', '.join(map(str, table.tolist()))})"
        for var in (*memory.scratch, *memory.stack):
            if var not in self.scalars:
                kind = "Uint8Array" if variables[var].truth else "Float64Array"
                size = f"{'samples * ' * variables[var].batched}{max(1, variables[var].size)}"
                held[memory.names[var]] = f"new {kind}({size})"
        return held

    def loop(self, loop: Loop, indent: str) -> Iterator[str]:
        """Yield the lines of a loop, some turns one after the other."""
        count = "samples" if loop.turns == SAMPLES else loop.turns
        i, turns = f"i{loop.number}", self._at_once(loop)
        step = f"{i}++" if turns == 1 else f"{i} += {turns}"
        yield f"{indent}for (let {i} = 0; {i} < {count}; {step}) {{"
        yield from self.body(loop.body, indent + "  ")
        for turn in range(1, turns):
            yield from self.body(moved(loop.body, [_ahead(loop, turn)]), indent + "  ")
        yield f"{indent}}}"

    def _at_once(self, loop: Loop) -> int:
        """Return how many turns of a loop are written one after the other."""
        inner = [statement for statement in loop.body if isinstance(statement, Assign)]
        if loop.turns == SAMPLES or len(inner) < len(loop.body):
            return 1
        spots = [spot for assign in inner for spot in assign.spots]
        if any(assign.out.var in self.once for assign in inner) or any(s.steps for s in spots):
            return 1
        return next((turns for turns in _AT_ONCE if loop.turns % turns == 0), 1)

    def function(self, name: str) -> str:
        """Return what an elementary function is called."""
        if name in _MATH:
            return f"Math.{_MATH[name]}"
        if name in _ELSEWHERE:
            return f"m.{name}"
        if name not in _OWN and name not in DEFINITIONS:
            raise KeyError(name)
        self.called.add(name)
        return name

    def declared(self, truth: bool) -> str:
        """Return what stands before the name of a number, or of a truth, that stays the same."""
        return "const "


def _ahead(loop: Loop, turns: int) -> Callable[[Spot], Spot]:
    """Return where a number is so many turns later."""

    def ahead(spot: Spot) -> Spot:
        far = dict(spot.terms).get(loop.number, 0)
        return spot._replace(offset=spot.offset + far * turns)

    return ahead

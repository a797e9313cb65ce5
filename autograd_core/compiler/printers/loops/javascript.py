"""JavaScript: an array program as a function on typed arrays, for web pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from autograd_core.compiler.arrays import Program
from autograd_core.compiler.printers.definitions import DEFINITIONS
from autograd_core.compiler.printers.loops.braces import OPERATORS, Writer
from autograd_core.compiler.printers.loops.local import loops_of
from autograd_core.compiler.printers.loops.results import SAMPLES
from autograd_core.compiler.printers.loops.tree import Assign, Loop, Spot, memory_of, replaced
from autograd_core.compiler.printers.refusal import refuse_unknown

_UNROLLED = (4, 5, 3, 2)
"""How often innermost loops are unrolled: the first that divides the count. 250 -> 155 us in V8."""

# Functions of `Math`, functions that are printed here, and functions that the caller passes.
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
    """Return the source of `(samples, m = {}) => (...arrays, samples) => {...}`.

    The outer function allocates memory for at most that many samples; `m` holds the functions that
    JavaScript lacks, by name: erf, erfc, lgamma, remainder, floor_divide ... The inner function
    takes a `Float64Array` for each argument, for the outputs, and for each gradient, in this order,
    and then, for a batch, the number of samples. Its property `outputs` is the number of outputs of
    one sample: the numbers that the compiled function returns, then those that its guards check.

    Raises:
        NoCompiler: If JavaScript and `m` lack a function that the program calls.
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
        # as local variables: V8 loads those of an enclosing function in each iteration,
        # 340 -> 215 us
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
        """Return the definition of a function that JavaScript lacks."""
        if name in _OWN:
            return [f"  const {name} = {_OWN[name]};"]
        parameters = "a, b"[: 3 * DEFINITIONS[name][1] - 2]
        lines = [f"    {line}" for line in self.definition(name)]
        return [f"  const {name} = ({parameters}) => {{", *lines, "  };"]

    def _parameters(self) -> list[str]:
        """Return the parameters of the inner function: arguments, results, number of samples."""
        results = [self.program.results.outputs, *self.program.results.gradients]
        taken = [*[argument.var for argument in self.program.arguments], *results]
        names = [self.names[var] for var in taken if self.variables[var].size]
        return [*names, *["samples"] * self.program.batch]

    def _held(self) -> dict[str, str]:
        """Return the arrays that are allocated once, by name: constants, tables, scratch."""
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
        """Yield the lines of a loop, unrolled if it is an innermost one."""
        count = "samples" if loop.turns == SAMPLES else loop.turns
        i, unrolled = f"i{loop.number}", self._unrolled(loop)
        step = f"{i}++" if unrolled == 1 else f"{i} += {unrolled}"
        yield f"{indent}for (let {i} = 0; {i} < {count}; {step}) {{"
        yield from self.body(loop.body, indent + "  ")
        for turn in range(1, unrolled):
            yield from self.body(replaced(loop.body, [_ahead(loop, turn)]), indent + "  ")
        yield f"{indent}}}"

    def _unrolled(self, loop: Loop) -> int:
        """Return how often to unroll a loop: how many iterations its body does."""
        inner = [statement for statement in loop.body if isinstance(statement, Assign)]
        if loop.turns == SAMPLES or len(inner) < len(loop.body):
            return 1
        spots = [spot for assign in inner for spot in assign.spots]
        if any(assign.out.var in self.once for assign in inner) or any(s.steps for s in spots):
            return 1
        return next((turns for turns in _UNROLLED if loop.turns % turns == 0), 1)

    def function(self, name: str) -> str:
        """Return the name of an elementary function in JavaScript, and note that it is called."""
        if name in _MATH:
            return f"Math.{_MATH[name]}"
        if name in _ELSEWHERE:
            return f"m.{name}"
        if name not in _OWN and name not in DEFINITIONS:
            raise KeyError(name)
        self.called.add(name)
        return name

    def declared(self, truth: bool) -> str:
        """Return the text before the name in the declaration of a constant."""
        return "const "


def _ahead(loop: Loop, turns: int) -> Callable[[Spot], Spot]:
    """Return the function from a spot to that of some iterations later."""

    def ahead(spot: Spot) -> Spot:
        stride = dict(spot.terms).get(loop.number, 0)
        return spot._replace(offset=spot.offset + stride * turns)

    return ahead

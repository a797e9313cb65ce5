"""JavaScript: the rules of the table as functions of the page, written by running each once.

Every operation inside a rule gets a name of its own (`t1 = m.exp(a)`), so that the length of the
code grows with the number of operations, and not with the number of times a result is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, TypeAlias

from autograd_core.table import JAVASCRIPT, Op, Symbolic, Text, pattern, shares

Operand: TypeAlias = "Bound | float"
_SPECIAL = re.compile(
    r"\bm\.(remainder|floor_divide|round|logaddexp|erfc?|erfinv|l?gamma|polygamma)\("
)


class Bound(Symbolic):
    """A number of the page that has a name; arithmetic on it writes one more line of code."""

    __slots__ = ("kind", "text")

    kind: Block

    def __init__(self, text: Text, kind: Block) -> None:
        self.text, self.kind = text, kind

    def __neg__(self) -> Bound:
        return self.kind.bind(-self.text)


@dataclass
class Block:
    """The namespace `m` that writes a function body; the same line is written only once."""

    names: dict[str, Bound] = field(default_factory=dict)
    words: ClassVar[tuple[str, ...]] = ()  # no operation is abbreviated to its name

    def bind(self, expression: Text) -> Bound:
        """Return the name of an expression, a new one if it has none yet."""
        found = self.names.get(expression.text)
        if found is None:
            found = Bound(JAVASCRIPT.name(f"t{len(self.names) + 1}"), self)
            self.names[expression.text] = found
        return found

    def arithmetic(self, function: Callable[..., Text], a: Operand, b: Operand) -> Bound:
        """Return a + b, a - b or a * b."""
        return self.bind(function(plain(a), plain(b)))

    def lines(self) -> str:
        """Return the body: one `const` per name."""
        return "".join(f"const {name.text}={text};" for text, name in self.names.items())

    def __getattr__(self, name: str) -> Callable[..., Bound]:
        if name.startswith("__"):
            raise AttributeError(name)
        function = getattr(JAVASCRIPT, name)
        return lambda *operands: self.bind(
            JAVASCRIPT.text(function(*[plain(operand) for operand in operands]))
        )


def plain(operand: Operand) -> Text | float:
    """Return the text that names an operand; a number stays a number."""
    return operand.text if isinstance(operand, Bound) else operand


def write(number: Operand) -> str:
    """Return a number, or the name of one, as JavaScript."""
    return JAVASCRIPT.text(plain(number)).text


def source(op: Op, operands: int) -> str:
    """Return `{value: (m, x) => ..., partials: (m, y, x) => [...]}`, `x` the array of operands.

    >>> from autograd_core import ops
    >>> print(source(ops.TANH, 1).replace(",partials", ",\\n partials"))
    {value:(m,x)=>{const t1=m.tanh(x[0]);return t1;},
     partials:(m,y,x)=>{const t1=y * y;const t2=1.0 - t1;return [t2];}}
    """
    flat, chooses = pattern(op, operands)
    parts = {
        "value": _function("m,x", operands, lambda m, y, adjoint, *x: op.value(m, *x)),
        "partials": _function("m,y,x", operands, lambda m, y, adjoint, *x: op.partials(m, y, *x)),
    }
    if flat:  # operands to which no gradient is passed
        parts["flat"] = str([*flat])
    if chooses:  # of an infinite gradient, an operand that is not chosen gets 0
        parts["shares"] = _function("m,adjoint,y,x", operands, partial(_shares, op))
    return f"{{{','.join(f'{name}:{text}' for name, text in parts.items())}}}"


def functions(script: str) -> list[str]:
    """Return the assets with the functions that a script of such rules calls."""
    return ["functions.js", "special.js"] if _SPECIAL.search(script) else ["functions.js"]


def _shares(op: Op, m: Block, y: Bound, adjoint: Bound, *x: Bound) -> list[Operand]:
    return [0.0 if share is None else share for share in shares(op, m, adjoint, y, *x)]


def _function(
    parameters: str, operands: int, rule: Callable[..., Operand | Sequence[Operand]]
) -> str:
    """Return a rule as a JavaScript function: its operations, then what it returns."""
    m = Block()
    result = rule(m, _named("y", m), _named("adjoint", m), *_operands(m, operands))
    if isinstance(result, Bound | float | int):
        return f"({parameters})=>{{{m.lines()}return {write(result)};}}"
    return f"({parameters})=>{{{m.lines()}return [{','.join(map(write, result))}];}}"


def _operands(block: Block, operands: int) -> list[Bound]:
    return [_named(f"x[{index}]", block) for index in range(operands)]


def _named(name: str, block: Block) -> Bound:
    return Bound(JAVASCRIPT.name(name), block)

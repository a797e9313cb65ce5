"""TEXT: the kind of number that prints a rule as a formula: plain text, LaTeX or JavaScript.

Run a rule on it and the result is the formula: `TANH.partials(TEXT, y, a)` is `1 - y * y`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias

from autograd_core.table.op import Op
from autograd_core.table.symbolic import Symbolic

# Levels of precedence, from loose to tight; they decide where brackets are needed.
COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)

# Replaces a formula that is too long to read, and every formula that contains it: a rule is a graph
# with shared parts, whose text can double with every step.
TOO_LONG = "…"

Operand: TypeAlias = "Text | float"
_COMPARISONS = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=",
                "equal": "=="}  # fmt: skip


class Text(Symbolic):
    """A piece of formula: its text, its level of precedence and its dialect (`kind`)."""

    __slots__ = ("kind", "level", "text")

    kind: Dialect

    def __init__(self, text: str, level: int, kind: Dialect) -> None:
        if len(text) > kind.longest or (TOO_LONG in text and kind.longest < math.inf):
            text, level = TOO_LONG, ATOM
        self.text, self.level, self.kind = text, level, kind

    def __str__(self) -> str:
        return self.text

    def at(self, level: int) -> str:
        """Return the text, in brackets when it binds more loosely than `level`."""
        return self.text if self.level >= level else self.kind.brackets(self.text)

    def __neg__(self) -> Text:
        return Text(f"-{self.at(SIGN + 1)}", SIGN, self.kind)


def _is_one(number: Operand) -> bool:
    return not isinstance(number, Text) and number == 1.0


class Dialect:
    """The namespace `m` for text: every elementary function returns the text of its call.

    Args:
        digits: Significant digits of a number; None for all of them.
        times: The multiplication sign.
        functions: Function names that differ from those of the table.
        templates: Whole expressions for some functions, with `{0}`, `{1}` for the operands.
        brackets: How to put something in brackets.
        special: How to write inf, -inf and nan.
        words: Operations written as a call, since their formula is too long to read: `softmax`.
        longest: Maximum number of characters of a formula.
    """

    def __init__(
        self,
        *,
        digits: int | None = 6,
        times: str = "*",
        functions: Mapping[str, str] | Callable[[str], str] | None = None,
        templates: Mapping[str, str] | None = None,
        brackets: str = "({0})",
        special: Mapping[str, str] | None = None,
        words: Collection[str] = (),
        longest: float = 2_000,
    ) -> None:
        self.digits, self.times, self.words, self.longest = digits, times, words, longest
        self.rename = functions if callable(functions) else dict(functions or {}).get
        self.templates = dict(templates or {})
        self.brackets = brackets.format
        self.special = dict(special or {})

    def number(self, number: float) -> str:
        """Return a number as this dialect writes it."""
        if not math.isfinite(number):
            return self.special.get(str(number), str(number))
        return repr(number) if self.digits is None else f"{number:.{self.digits}g}"

    def text(self, operand: Operand) -> Text:
        """Return a number, or a text as it is."""
        if isinstance(operand, Text):
            return operand
        negative = math.copysign(1.0, operand) < 0.0
        return Text(self.number(operand), SIGN if negative else ATOM, self)

    def name(self, name: str) -> Text:
        """Return a variable of that name."""
        return Text(name, ATOM, self)

    def arithmetic(self, function: Callable[..., object], a: Operand, b: Operand) -> Text:
        """Return a + b, a - b or a * b; a factor of 1 is not written."""
        if function is not operator.mul:
            return self._join(a, "+" if function is operator.add else "-", b, SUM)
        if _is_one(a) or _is_one(b):
            return self.text(b if _is_one(a) else a)
        return self._join(a, self.times, b, PRODUCT)

    def _join(self, a: Operand, symbol: str, b: Operand, level: int) -> Text:
        left, right = self.text(a), self.text(b)
        return Text(f"{left.at(level)} {symbol} {right.at(level + 1)}", level, self)

    def divide(self, a: Operand, b: Operand) -> Text:
        """Return a / b."""
        if "divide" in self.templates:
            return self._call("divide", a, b)
        return self._join(a, "/", b, PRODUCT)

    def power(self, a: Operand, b: Operand) -> Operand:
        """Return a ** b; a ** 1 is a, and a ** 0 is 1."""
        if not isinstance(b, Text) and b in (0.0, 1.0):
            return a if b else 1.0
        if "power" in self.templates:
            base = self.text(a).at(ATOM)  # brackets, also for the square of -3
            return Text(self.templates["power"].format(base, self.text(b)), POWER, self)
        return Text(f"{self.text(a).at(ATOM)}**{self.text(b).at(ATOM)}", POWER, self)

    def total(self, *xs: Operand) -> Operand:
        """Return x1 + x2 + ... ."""
        return self._chain(xs, "+", SUM)

    def product(self, *xs: Operand) -> Operand:
        """Return x1 * x2 * ... ."""
        first, *others = xs
        return self._chain([first, *[x for x in others if not _is_one(x)]], self.times, PRODUCT)

    def _chain(self, xs: Sequence[Operand], symbol: str, level: int) -> Operand:
        if len(xs) == 1:
            return xs[0]
        first, *others = map(self.text, xs)
        parts = [first.at(level), *[x.at(level + 1) for x in others]]
        return Text(f" {symbol} ".join(parts), level, self)

    def _call(self, name: str, *operands: Operand) -> Text:
        parts = [self.text(operand) for operand in operands]
        if name in self.templates:
            return Text(self.templates[name].format(*parts), ATOM, self)
        if name in _COMPARISONS:
            left, right = (part.at(COMPARE + 1) for part in parts)
            return Text(f"{left} {_COMPARISONS[name]} {right}", COMPARE, self)
        written = self.rename(name) or name
        return Text(f"{written}({', '.join(part.text for part in parts)})", ATOM, self)

    def __getattr__(self, name: str) -> Callable[..., Text]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *operands: self._call(name, *operands)


TEXT = Dialect(words=("softmax",))

JAVASCRIPT = Dialect(
    digits=None,
    longest=math.inf,
    special={"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"},
    functions=lambda name: f"m.{name}",
    templates={name: f"+({{0}} {sign} {{1}})" for name, sign in _COMPARISONS.items()}
    | {
        "equal": "+({0} === {1})",
        "where": "(({0}) !== 0 ? {1} : {2})",
        "power": "m.power({0}, {1})",
    },
)

_LATEX_FUNCTIONS = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos",
                    "arctan")  # fmt: skip
LATEX = Dialect(
    times=r"\cdot",
    special={"inf": r"\infty", "-inf": r"-\infty", "nan": r"\mathrm{nan}"},
    brackets=r"\left({0}\right)",
    templates={name: rf"\{name}\left({{0}}\right)" for name in _LATEX_FUNCTIONS}
    | {
        "divide": r"\frac{{{0}}}{{{1}}}",
        "power": r"{{{0}}}^{{{1}}}",
        "sqrt": r"\sqrt{{{0}}}",
        "abs": r"\left|{0}\right|",
    },
    functions=lambda name: rf"\operatorname{{{name}}}".replace("_", r"\_"),
    words=TEXT.words,
)


_READ_ON = "Explained in notebooks/01_a_number_that_remembers.ipynb."


def describe(op: Op) -> str:
    """Return the documentation of an operation: its formula, its derivatives, where to read on.

    >>> from autograd_core.ops import TANH
    >>> print(describe(TANH))
    Return tanh(a).
    <BLANKLINE>
    y = tanh(a)
    dy/da = 1 - y * y
    <BLANKLINE>
    Explained in notebooks/01_a_number_that_remembers.ipynb.
    """
    names, formula, partials = formulas(op)
    called = f"Return {op.name}({', '.join(names)}{'' if op.arity else ', ...'})."
    lines = [f"dy/d{name} = {partial}" for name, partial in zip(names, partials)]
    return "\n".join([f"{called} {op.doc}".rstrip(), "", f"y = {formula}", *lines, "", _READ_ON])


def formulas(op: Op) -> tuple[Sequence[str], str, list[str]]:
    """Return an operation's operand names, formula and partials; two operands if arity is None.

    >>> from autograd_core.ops import TANH, TOTAL
    >>> formulas(TANH), formulas(TOTAL)
    ((('a',), 'tanh(a)', ['1 - y * y']), (('a', 'b'), 'a + b', ['1', '1']))
    """
    names = op.operand_names or ("a", "b")
    letters = [TEXT.name(name) for name in names]
    partials = op.partials(TEXT, TEXT.name("y"), *letters)
    return names, str(TEXT.text(op.value(TEXT, *letters))), [str(TEXT.text(p)) for p in partials]

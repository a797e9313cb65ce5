"""Chain rule: the arithmetic of one step as text or LaTeX, by running the table's rules on TEXT.

A rule is run once per operation and number of operands, on placeholders; names or numbers are
filled in afterwards. No derivative is written here.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from autograd_core.table import LATEX, SIGN, TEXT, TOO_LONG, Dialect, Op, Text
from viz.steps.nodes import BackwardStep, Node

LONGEST_FORMULA = 64  # characters; a longer formula is replaced by the operation's name
MOST_OPERANDS = 12  # with more, the operation's name is written instead of its formula
_SHOWN_OPERANDS = 6  # of a longer list: the first five and the last

# Marks inside a template: \1 3 \2 stands for operand 3, \1 y \2 for the output, \3 ... \4 for
# brackets.
_OPEN, _CLOSE = "\3", "\4"
_PLACEHOLDER = re.compile("(\3?)\1(\\d+|y)\2\4?")
_SIMPLE_NAME = re.compile(r"[^\W\d][\w.\[\]']*")
_INDEXED_LETTER = re.compile(r"([A-Za-z])_?(\d+)")


@dataclass(frozen=True, slots=True)
class Formula:
    """The value and the local partials of an operation, with places for its operands.

    Attributes:
        value: Template of the output.
        partials: One template per operand; empty where the formula would be too long to read.
    """

    value: str
    partials: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Notation:
    """How names, numbers and derivatives are written: as plain text or as LaTeX."""

    dialect: Dialect
    brackets: tuple[str, str]
    name: Callable[[str], str]
    number: Callable[[float], str]
    derivative: str
    times: str
    arrow: str
    ellipsis: str


def write_name(label: str) -> str:
    """Return a label as it is written in a formula: in brackets unless it reads as one name.

    >>> write_name("w1"), write_name("any | text")
    ('w1', '(any | text)')
    """
    return label if _SIMPLE_NAME.fullmatch(label) else f"({' '.join(label.split())})"


def _latex_name(label: str) -> str:
    indexed = _INDEXED_LETTER.fullmatch(label)
    if indexed:
        return f"{indexed[1]}_{{{indexed[2]}}}"
    if len(label) == 1 and label.isalpha():
        return label
    special = {"\\": r"\textbackslash ", "~": r"\textasciitilde ", "^": r"\textasciicircum "}
    special |= {character: f"\\{character}" for character in "#$%&_{}"}
    return rf"\text{{{''.join(special.get(c, c) for c in ' '.join(label.split()))}}}"


def _latex_number(number: float) -> str:
    mantissa, _, exponent = LATEX.number(number).partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


PLAIN = Notation(TEXT, ("(", ")"), write_name, TEXT.number, "d{0}/d{1}", "*", "({0} -> {1})", "...")
LATEX_NOTATION = Notation(
    LATEX, (r"\left(", r"\right)"), _latex_name, _latex_number,
    r"\frac{{\partial {0}}}{{\partial {1}}}", r"\cdot", r"({0} \to {1})", r"\ldots",
)  # fmt: skip


@lru_cache(maxsize=4096)
def formula(op: Op, operands: int, notation: Notation = PLAIN) -> Formula:
    """Return the formulas of `op` with that many operands.

    >>> from autograd_core import ops
    >>> fill(formula(ops.TANH, 1).partials[0], ["n"], "o")
    '1 - o * o'
    """
    call = _call(op, operands, notation)
    if operands > MOST_OPERANDS:
        return Formula(call, ("",) * operands)
    dialect = copy.copy(notation.dialect)
    dialect.brackets = f"{_OPEN}{{0}}{_CLOSE}".format
    xs = [Text(f"\1{i}\2", SIGN, dialect) for i in range(operands)]
    output = Text("\1y\2", SIGN, dialect)
    value = str(dialect.text(op.value(dialect, *xs)))
    partials = [str(dialect.text(part)) for part in op.partials(dialect, output, *xs)]
    return Formula(_readable(value) or call, tuple(map(_readable, partials)))


def fill(
    template: str, operands: Sequence[str], output: str = "", notation: Notation = PLAIN
) -> str:
    """Return a template with the operands and the output filled in.

    >>> from autograd_core import ops
    >>> square = formula(ops.power_constant(2.0), 1).value
    >>> fill(square, ["a"]), fill(square, ["-3"])
    ('a**2', '(-3)**2')
    """
    left, right = notation.brackets

    def substituted(match: re.Match[str]) -> str:
        written = output if match[2] == "y" else operands[int(match[2])]
        # brackets around this operand alone are kept only for a minus sign, all others always
        if match[0].startswith(_OPEN) and match[0].endswith(_CLOSE):
            return f"{left}{written}{right}" if written.startswith("-") else written
        return match[0].partition("\1")[0] + written + match[0].partition("\2")[2]

    return _PLACEHOLDER.sub(substituted, template).replace(_OPEN, left).replace(_CLOSE, right)


def forward_text(node: Node, operands: Sequence[Node], notation: Notation = PLAIN) -> str:
    """Return `e = a * b = 2 * -3 = -6`: how a node is computed from its operands."""
    assert node.op is not None  # leaves have no forward step
    template = formula(node.op, len(operands), notation).value
    names, numbers = _names_and_numbers(operands, notation)
    symbolic = fill(template, names, notation=notation)
    numeric = fill(template, numbers, notation=notation)
    return _joined(notation.name(node.name), symbolic, numeric, notation.number(node.data))


def derivative(output: str, name: str, notation: Notation = PLAIN) -> str:
    """Return `dL/da`.

    >>> derivative("L", "a"), derivative("L", "a", LATEX_NOTATION)
    ('dL/da', '\\\\frac{\\\\partial L}{\\\\partial a}')
    """
    return notation.derivative.format(notation.name(output), notation.name(name))


def backward_text(
    root: str, name: str, operand: str, step: BackwardStep, notation: Notation = PLAIN
) -> str:
    """Return `dL/da += dL/de * de/da = -2 * -3 = 6   (0 -> 6)`.

    >>> step = BackwardStep("v2", "v0", 0, -2.0, -3.0, 6.0, 0.0, 6.0)
    >>> backward_text("L", "e", "a", step)
    'dL/da += dL/de * de/da = -2 * -3 = 6   (0 -> 6)'
    """
    times, number = notation.times, notation.number
    chain = f"{derivative(root, name, notation)} {times} {derivative(name, operand, notation)}"
    product = f"{number(step.upstream)} {times} {number(step.partial)}"
    total = notation.arrow.format(number(step.before), number(step.after))
    share = f"{chain} = {product} = {number(step.contribution)}"
    return f"{derivative(root, operand, notation)} += {share}   {total}"


def local_text(
    node: Node, operands: Sequence[Node], position: int, notation: Notation = PLAIN
) -> str:
    """Return `do/dn = 1 - o * o = 1 - 0.5 * 0.5 = 0.75`: where a local partial comes from."""
    assert node.op is not None  # a leaf has no local partials
    template = formula(node.op, len(operands), notation).partials[position]
    names, numbers = _names_and_numbers(operands, notation)
    return _joined(
        derivative(node.name, operands[position].name, notation),
        fill(template, names, notation.name(node.name), notation),
        fill(template, numbers, notation.number(node.data), notation),
        notation.number(node.partials[position]),
    )


def _names_and_numbers(nodes: Sequence[Node], notation: Notation) -> tuple[list[str], list[str]]:
    """Return the names and the numbers of nodes."""
    names = [notation.name(node.name) for node in nodes]
    return names, [notation.number(node.data) for node in nodes]


def _joined(*parts: str) -> str:
    """Join parts with equals signs; leave out empty parts and repeats of the part before."""
    return " = ".join(p for p, before in zip(parts, ("", *parts)) if p and p != before)


def _call(op: Op, operands: int, notation: Notation) -> str:
    """Return the template `sum(a, b, ..., z)`."""
    shown = [f"\1{i}\2" for i in range(operands)]
    if operands > _SHOWN_OPERANDS:
        shown = [*shown[: _SHOWN_OPERANDS - 1], notation.ellipsis, shown[-1]]
    name = notation.dialect.rename(op.name) or op.symbol
    left, right = notation.brackets
    return f"{name}{left}{', '.join(shown)}{right}"


def _readable(template: str) -> str:
    """Return a template, or "" if its formula would be too long to read."""
    written = re.sub("[\1\2\3\4]", "", template)
    return "" if len(written) > LONGEST_FORMULA or TOO_LONG in written else template

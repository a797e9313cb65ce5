"""Op: one row of the table of primitives, and the registry that holds the rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, TypeAlias, TypeVar

import numpy as np

# A rule runs on any kind of number (float, array, Value, text), so no single type fits it:
# `value(m, *operands) -> output`, `partials(m, output, *operands) -> one partial per operand`.
Rule: TypeAlias = Callable[..., Any]
Functions: TypeAlias = Any  # `m`: the elementary functions of one kind of number, as FLOAT
AnyNumber: TypeAlias = Any  # a number of that kind: float, array, Value, Text, Symbolic
Interval: TypeAlias = tuple[float, float]

NUMBERS = (Real, np.bool_)  # the types of plain numbers; a comparison in NumPy gives a np.bool_
N = TypeVar("N")
REAL: Interval = (-math.inf, math.inf)

TABLE: dict[str, Op] = {}


@dataclass(frozen=True, eq=False, slots=True)
class Op:
    """One primitive: its value, its local partials and how it is written.

    Attributes:
        name: Unique in the table; also the name of the method and of the function.
        value: `value(m, *operands)`: the output, in the elementary functions of the kind `m`.
        partials: `partials(m, output, *operands)`: d output / d operand, one for each operand.
        arity: Number of operands; None for an operation on any number of them.
        symbol: What a graph shows inside the operation's circle (`+`, `tanh`, `**2`).
        infix: The operator when it is written between its operands, else empty.
        domain: One open interval per operand, or one for all of them, where the rule is smooth
            except at isolated kinks.
        doc: One sentence for the reader: what it is and where the formula comes from.
        defaults: Values of the last operands when they are left out.
        constants: Numbers that are part of the operation (the exponent of `x**2`), not operands.
        patterns: Cache of `choices.pattern`, by the number of operands.

    >>> from autograd_core.ops import CLIP
    >>> CLIP.bind((5.0,), {"max": 2.0}), CLIP.bind((5.0, None, 2.0), {})
    ((5.0, -inf, 2.0), (5.0, -inf, 2.0))
    """

    name: str
    value: Rule
    partials: Rule
    arity: int | None = 1
    symbol: str = ""
    infix: str = ""
    domain: tuple[Interval, ...] = (REAL,)
    doc: str = ""
    defaults: tuple[float, ...] = ()
    constants: tuple[float, ...] = ()
    patterns: dict[int, tuple[tuple[int, ...], bool]] = field(default_factory=dict, init=False)

    def __repr__(self) -> str:
        return f"<Op {self.symbol}>"

    def __reduce__(self) -> tuple[Callable[..., Op], tuple[str, tuple[float, ...]]]:
        return find, (self.name, self.constants)

    @property
    def operand_names(self) -> tuple[str, ...]:
        """The names of the operands in the rule; empty for any number of them."""
        if self.arity is None:
            return ()
        code = self.value.__code__
        return tuple(code.co_varnames[1 : code.co_argcount])

    def bind(self, operands: tuple[N, ...], named: Mapping[str, N]) -> tuple[N | float, ...]:
        """Return all operands in order: those given by position, by name and by default.

        None for an operand that has a default is the default, as in `np.clip(x, None, 1.0)`.

        Raises:
            TypeError: If there are too few, too many or unknown ones.
        """
        if len(operands) == self.arity and not named and not self.defaults:
            return operands
        if self.arity is None and operands and not named:
            return operands
        names = self.operand_names
        defaults = dict(zip(names[::-1], self.defaults[::-1]))
        given = dict(zip(names, operands))
        known = defaults | given | dict(named)
        extra = len(operands) > len(names) or self.arity is None
        if extra or set(named) & set(given) or set(known) != set(names):
            wanted = ", ".join(names) or "one operand or more"
            got = ", ".join([f"{len(operands)} by position", *named])
            raise TypeError(f"{self.name} takes ({wanted}), got {got}")
        return tuple([defaults.get(n) if known[n] is None else known[n] for n in names])  # type: ignore[misc]

    def intervals(self, operands: int) -> tuple[Interval, ...]:
        """Return the domain of each of `operands` operands."""
        return self.domain if len(self.domain) == operands else self.domain[:1] * operands


# Operations with constants, such as x**3: for each name the function from constants to an Op.
FAMILIES: dict[str, Callable[..., Op]] = {}


def row(
    name: str,
    value: Rule,
    partials: Rule,
    *,
    arity: int | None = 1,
    symbol: str = "",
    infix: str = "",
    domain: tuple[Interval, ...] = (REAL,),
    doc: str = "",
    defaults: tuple[float, ...] = (),
) -> Op:
    """Add one row to the table and return it.

    Raises:
        ValueError: If the name is taken or is not an identifier.

    >>> cube = row("cube", lambda m, a: a * a * a, lambda m, y, a: (3.0 * a * a,))
    >>> cube.partials(None, 8.0, 2.0)
    (12.0,)
    >>> TABLE.pop("cube").symbol
    'cube'
    """
    if not name.isidentifier():
        raise ValueError(f"an operation's name must be an identifier, got {name!r}")
    if name in TABLE:
        raise ValueError(f"operation {name!r} is in the table already; choose another name")
    symbol = symbol or infix or name
    op = Op(name, value, partials, arity, symbol, infix, domain, doc, defaults)
    TABLE[name] = op
    return op


def find(name: str, constants: tuple[float, ...] = ()) -> Op:
    """Return the operation of that name (used when a pickled graph is loaded).

    Raises:
        LookupError: If no such operation has been registered in this process.

    >>> from autograd_core.ops import power_constant
    >>> find("power_constant", (2.0,)) is power_constant(2.0)
    True
    """
    try:
        return FAMILIES[name](*constants) if constants else TABLE[name]
    except KeyError:
        raise LookupError(
            f"no operation named {name!r} in this process; register it before loading the graph"
        ) from None

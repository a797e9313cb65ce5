"""Exponentials: which products with exponentials are the same number, told by their normal form.

Every number is a sum of products of atoms, times `exp` of another such sum: `exp(x) * exp(y)` is
`exp(x + y)`, and `exp(n * log(u))` is `u**n` for whole `n`. In the price of Black and Scholes,
`s * exp(-d1**2 / 2)` and `k * exp(-r * t) * exp(-d2**2 / 2)` come out equal.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from autograd_core.compiler.arrays import Code, Instruction, Operand, View
from autograd_core.compiler.structure import moderate
from autograd_core.table import FLOAT

Product: TypeAlias = "tuple[tuple[int, float], ...]"  # of atoms, by number, with their powers
Sum: TypeAlias = "dict[Product, float]"  # of products, with their coefficients

_MANY = 16  # products in a sum, or exponentials in a product; with more it is an atom
_EXPANDED = 64  # products of two sums, or parts of a form: the time for each is limited
_ROUNDING = 2.0**-48  # a relative difference of coefficients that means nothing


class Form(NamedTuple):
    """`sum * exp(exponent)`.

    Attributes:
        sum: Products and their coefficients.
        exponent: The same; empty without exponentials.
        exponentials: Those that have been multiplied, with 1, or divided by, with -1.
        made_of: All that must exist for this to be a number: atoms, and what is divided by
            or taken the logarithm or the root of.
        cancels: Whether parts of a sum cancel: it is less exact than the form says.
    """

    sum: Sum
    exponent: Sum = {}  # noqa: RUF012 (nobody writes to it)
    exponentials: tuple[tuple[Operand, int], ...] = ()
    made_of: frozenset[object] = frozenset()
    cancels: bool = False

    @property
    def kind(self) -> object:
        """Its atoms and powers, without coefficients: the same in equal forms."""
        return frozenset(self.sum), frozenset(self.exponent)

    def with_exponent_of(self, other: Form) -> bool:
        """Say whether exponents are the same to rounding."""
        if self.exponent.keys() != other.exponent.keys():
            return False
        pairs = [(value, other.exponent[key]) for key, value in self.exponent.items()]
        return all(abs(a - b) <= _ROUNDING * abs(a) for a, b in pairs)

    def times(self, of: Form) -> float | None:
        """Return the constant that another product times it is this one; None if there is none."""
        if self.kind != of.kind or not self.with_exponent_of(of):
            return None
        (coefficient,), (divisor,) = self.sum.values(), of.sum.values()
        return FLOAT.divide(coefficient, divisor)


class Forms:
    """The normal forms of variables, as far as the instructions have been read.

    Args:
        code: The variables.
    """

    def __init__(self, code: Code) -> None:
        self.code = code
        self._forms: dict[Operand, Form] = {}
        self._atoms: dict[object, int] = {}
        self._logarithms: dict[Product, tuple[Product, float]] = {}

    def read(self, instruction: Instruction) -> Form | None:
        """Return the form of a result that is one product with an exponential, or nothing at all.

        Args:
            instruction: The only one that writes its variable, which is written in order.
        """
        form = self._made(instruction.name, list(map(self._read, instruction.operands)))
        if form is None or not _usable(form):
            return None  # an atom to whoever reads it
        self._forms[self._read(instruction.out)] = form
        return form if form.exponent and len(form.sum) <= 1 else None

    def _made(self, name: str, operands: Sequence[Operand]) -> Form | None:
        match name, operands:
            case "negative", [a]:
                return self._product(Form({(): -1.0}), self._form(a))
            case "add", [a, b]:
                return self._sum(self._form(a), self._form(b), 1.0)
            case "subtract", [a, b]:
                return self._sum(self._form(a), self._form(b), -1.0)
            case "multiply", [a, b]:
                return self._product(self._form(a), self._form(b))
            case "divide", [a, b]:
                return self._product(self._form(a), self._reciprocal(b))
            case "exp", [a]:
                form = self._form(a)
                if not form.exponent:
                    calls = ((a, 1),)
                    form = form._replace(sum={(): 1.0}, exponent=form.sum, exponentials=calls)
                    return self._settled(form)
            case "log", [a]:
                return self._of_one(name, a, self._logarithm(self._one(a)))
            case "sqrt", [a]:
                return self._of_one(name, a, self._power(self._one(a), a, 0.5))
            case "power", [a, 2.0]:
                return self._product(self._form(a), self._form(a))
            case "power", [a, float(power)]:
                return self._of_one(name, a, self._power(self._one(a), a, power))
        return None

    # ---- operands ----------------------------------------------------------------------------

    def _read(self, operand: Operand) -> Operand:
        """Return a whole variable in the same loops, whichever it is read in."""
        if isinstance(operand, View) and self.code.in_order(operand):
            return self.code.full(operand.var)
        return operand

    def _form(self, operand: Operand) -> Form:
        if not isinstance(operand, View):
            return Form({(): operand})
        form = self._forms.get(operand)
        return form or Form({self._atom(operand): 1.0}, made_of=frozenset((operand,)))

    def _one(self, operand: Operand) -> Form:
        """Return one product without an exponential: the operand itself if it is none."""
        form = self._form(operand)
        if len(form.sum) == 1 and not form.exponent:
            return form
        return Form({self._atom(operand): 1.0}, made_of=form.made_of)

    def _atom(self, key: object, power: float = 1.0) -> Product:
        return ((self._atoms.setdefault(key, len(self._atoms)), power),)

    def _reciprocal(self, operand: Operand) -> Form:
        form = self._form(operand)
        if len(form.sum) != 1 or not all(form.sum.values()):
            form = Form({self._atom(operand): 1.0}, made_of=form.made_of)
        ((product, coefficient),) = form.sum.items()
        return form._replace(
            sum={_joined((), product, -1): 1.0 / coefficient},
            exponent={key: -value for key, value in form.exponent.items()},
            exponentials=tuple([(operand, -sign) for operand, sign in form.exponentials]),
            made_of=form.made_of | {("divide", operand)},
        )

    # ---- functions ---------------------------------------------------------------------------

    def _of_one(self, name: str, operand: Operand, result: Product) -> Form:
        return Form({result: 1.0}, made_of=self._form(operand).made_of | {(name, operand)})

    def _logarithm(self, form: Form) -> Product:
        (argument,) = form.sum.items()
        found = self._atom(("log", argument))
        self._logarithms[found] = argument
        return found

    def _power(self, form: Form, operand: Operand, power: float) -> Product:
        """Return an atom to a power; the root of a square is not its base, but its size."""
        ((product, coefficient),) = form.sum.items()
        if coefficient == 1.0 and len(product) == 1 and product[0][1] == 1.0:
            return ((product[0][0], power),)
        return self._atom(operand, power)

    def _sum(self, one: Form, other: Form, sign: float) -> Form | None:
        if not one.with_exponent_of(other):
            return None
        found = _plus(one.sum, [(product, sign * f) for product, f in other.sum.items()])
        if not one.exponent and len(found) < len(one.sum.keys() | other.sum.keys()):
            return None  # (x + y) - y is what rounding makes of it, on purpose perhaps
        less = _size(found) < (1.0 - _ROUNDING) * (_size(one.sum) + _size(other.sum))
        return one._replace(
            sum=found,
            exponentials=max(one.exponentials, other.exponentials, key=len),
            made_of=one.made_of | other.made_of,
            cancels=one.cancels or other.cancels or less,
        )

    def _product(self, one: Form, other: Form) -> Form | None:
        if len(one.sum) * len(other.sum) > _EXPANDED:
            return None
        factors = [(a, b, f * g) for a, f in one.sum.items() for b, g in other.sum.items()]
        return self._settled(
            Form(
                _plus({}, [(_joined(a, b), coefficient) for a, b, coefficient in factors]),
                _plus(one.exponent, other.exponent.items()),
                one.exponentials + other.exponentials,
                one.made_of | other.made_of,
                one.cancels or other.cancels,
            )
        )

    def _settled(self, form: Form) -> Form:
        """Return a form in whose exponent logarithms have coefficients from 0 to 1."""
        for key in self._logarithms.keys() & form.exponent.keys():
            product, coefficient = self._logarithms[key]
            whole = math.floor(form.exponent[key] + _ROUNDING)
            if whole:
                power: float = FLOAT.power(coefficient, float(whole))
                found = {_joined(a, product, whole): f * power for a, f in form.sum.items()}
                exponent = _plus(form.exponent, [(key, -float(whole))])
                form = form._replace(sum=found, exponent=exponent)
        return form


def _usable(form: Form) -> bool:
    """Say whether a form is small, and its coefficients are numbers that do not over- or underflow.

    By the normal form, (1e-300 * x)**3 would be 0 for all x.
    """
    parts = max(len(form.sum), len(form.exponent), len(form.exponentials))
    small = parts <= _MANY and len(form.made_of) <= _EXPANDED
    return small and all(map(moderate, [*form.sum.values(), *form.exponent.values()]))


def _plus(one: Sum, others: Iterable[tuple[Product, float]]) -> Sum:
    found = dict(one)
    for product, coefficient in others:
        before = found.pop(product, None)
        total = coefficient if before is None else before + coefficient
        if before is None or not abs(total) <= _ROUNDING * abs(coefficient):
            found[product] = total  # else it is what rounding left of a difference
    return found


def _size(total: Sum) -> float:
    return sum(map(abs, total.values()))


def _joined(one: Product, other: Product, power: int = 1) -> Product:
    """Return a product times another to a power."""
    powers = dict(one)
    for atom, exponent in other:
        powers[atom] = powers.get(atom, 0.0) + power * exponent
    return tuple(sorted([(atom, exponent) for atom, exponent in powers.items() if exponent]))

"""Exponentials: a normal form in which products with exponentials can be compared.

It is a sum of products of atoms, times `exp` of another such sum: `exp(x) * exp(y)` is
`exp(x + y)`, and `exp(n * log(u))` is `u**n` for whole `n`. In the price of Black and Scholes,
`s * exp(-d1**2 / 2)` and `k * exp(-r * t) * exp(-d2**2 / 2)` have the same form.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from autograd_core.compiler.arrays import Code, Instruction, Operand, View
from autograd_core.compiler.structure import moderate
from autograd_core.table import FLOAT

Product: TypeAlias = "tuple[tuple[int, float], ...]"  # (atom, power) pairs, atoms by number
Sum: TypeAlias = "dict[Product, float]"  # products and their coefficients

_MAX_PARTS = 16  # products in a sum, or exponentials in a product; a larger form becomes an atom
_MAX_PRODUCTS = 64  # when two sums are multiplied, or in `requires`; it limits the time
_ROUNDING = 2.0**-48  # a relative difference of coefficients that counts as rounding


class Form(NamedTuple):
    """`sum * exp(exponent)`.

    Attributes:
        sum: Products and their coefficients.
        exponent: Likewise; empty without exponentials.
        exponentials: The arguments of `exp`, with 1 if it was multiplied, -1 if divided by.
        requires: All that must be defined for this to be: atoms, divisors, and the arguments of
            logarithms and powers.
        cancels: Whether terms of a sum cancel, so that its rounding error is relatively large.
    """

    sum: Sum
    exponent: Sum = {}  # noqa: RUF012 (never written to)
    exponentials: tuple[tuple[Operand, int], ...] = ()
    requires: frozenset[object] = frozenset()
    cancels: bool = False

    @property
    def kind(self) -> object:
        """Its atoms and powers without coefficients, a key by which equal forms are found."""
        return frozenset(self.sum), frozenset(self.exponent)

    def same_exponent(self, other: Form) -> bool:
        """Return whether exponents are equal up to rounding."""
        if self.exponent.keys() != other.exponent.keys():
            return False
        pairs = [(value, other.exponent[key]) for key, value in self.exponent.items()]
        return all(abs(a - b) <= _ROUNDING * abs(a) for a, b in pairs)

    def ratio_to(self, other: Form) -> float | None:
        """Return the constant c for which this product is c * other; None if there is none."""
        if self.kind != other.kind or not self.same_exponent(other):
            return None
        (coefficient,), (divisor,) = self.sum.values(), other.sum.values()
        return FLOAT.divide(coefficient, divisor)


class Forms:
    """The normal forms of the variables whose instructions have been read.

    Args:
        code: The variables.
    """

    def __init__(self, code: Code) -> None:
        self.code = code
        self._forms: dict[Operand, Form] = {}
        self._atoms: dict[object, int] = {}
        self._logarithms: dict[Product, tuple[Product, float]] = {}

    def read(self, instruction: Instruction) -> Form | None:
        """Return the form of a result if it is a product with an exponential, or 0; else None.

        Args:
            instruction: The only instruction that writes its variable, as a whole and in order.
        """
        form = self._form_of(instruction.name, list(map(self._read, instruction.operands)))
        if form is None or not _usable(form):
            return None  # it is an atom in other forms
        self._forms[self._read(instruction.out)] = form
        return form if form.exponent and len(form.sum) <= 1 else None

    def _form_of(self, name: str, operands: Sequence[Operand]) -> Form | None:
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
                    return self._with_whole_powers(form)
            case "log", [a]:
                return self._atom_form(name, a, self._logarithm(self._single_product(a)))
            case "sqrt", [a]:
                return self._atom_form(name, a, self._power(self._single_product(a), a, 0.5))
            case "power", [a, 2.0]:
                return self._product(self._form(a), self._form(a))
            case "power", [a, float(power)]:
                return self._atom_form(name, a, self._power(self._single_product(a), a, power))
        return None

    # ---- operands ----------------------------------------------------------------------------

    def _read(self, operand: Operand) -> Operand:
        """Return a view of a whole variable in one loop, whatever its loops; others unchanged."""
        if isinstance(operand, View) and self.code.in_order(operand):
            return self.code.full(operand.var)
        return operand

    def _form(self, operand: Operand) -> Form:
        if not isinstance(operand, View):
            return Form({(): operand})
        form = self._forms.get(operand)
        return form or Form({self._atom(operand): 1.0}, requires=frozenset((operand,)))

    def _single_product(self, operand: Operand) -> Form:
        """Return the form of an operand if it is one product without `exp`, else of an atom."""
        form = self._form(operand)
        if len(form.sum) == 1 and not form.exponent:
            return form
        return Form({self._atom(operand): 1.0}, requires=form.requires)

    def _atom(self, key: object, power: float = 1.0) -> Product:
        return ((self._atoms.setdefault(key, len(self._atoms)), power),)

    def _reciprocal(self, operand: Operand) -> Form:
        form = self._form(operand)
        if len(form.sum) != 1 or not all(form.sum.values()):
            form = Form({self._atom(operand): 1.0}, requires=form.requires)
        ((product, coefficient),) = form.sum.items()
        return form._replace(
            sum={_joined((), product, -1): 1.0 / coefficient},
            exponent={key: -value for key, value in form.exponent.items()},
            exponentials=tuple([(operand, -sign) for operand, sign in form.exponentials]),
            requires=form.requires | {("divide", operand)},
        )

    # ---- functions ---------------------------------------------------------------------------

    def _atom_form(self, name: str, operand: Operand, result: Product) -> Form:
        return Form({result: 1.0}, requires=self._form(operand).requires | {(name, operand)})

    def _logarithm(self, form: Form) -> Product:
        (argument,) = form.sum.items()
        found = self._atom(("log", argument))
        self._logarithms[found] = argument
        return found

    def _power(self, form: Form, operand: Operand, power: float) -> Product:
        """Return a power of an atom; an operand that is none becomes one: sqrt(x**2) is not x."""
        ((product, coefficient),) = form.sum.items()
        if coefficient == 1.0 and len(product) == 1 and product[0][1] == 1.0:
            return ((product[0][0], power),)
        return self._atom(operand, power)

    def _sum(self, one: Form, other: Form, sign: float) -> Form | None:
        if not one.same_exponent(other):
            return None
        found = _plus(one.sum, [(product, sign * f) for product, f in other.sum.items()])
        if not one.exponent and len(found) < len(one.sum.keys() | other.sum.keys()):
            return None  # (x + y) - y may be meant as it is rounded
        less = _size(found) < (1.0 - _ROUNDING) * (_size(one.sum) + _size(other.sum))
        return one._replace(
            sum=found,
            exponentials=max(one.exponentials, other.exponentials, key=len),
            requires=one.requires | other.requires,
            cancels=one.cancels or other.cancels or less,
        )

    def _product(self, one: Form, other: Form) -> Form | None:
        if len(one.sum) * len(other.sum) > _MAX_PRODUCTS:
            return None
        factors = [(a, b, f * g) for a, f in one.sum.items() for b, g in other.sum.items()]
        return self._with_whole_powers(
            Form(
                _plus({}, [(_joined(a, b), coefficient) for a, b, coefficient in factors]),
                _plus(one.exponent, other.exponent.items()),
                one.exponentials + other.exponentials,
                one.requires | other.requires,
                one.cancels or other.cancels,
            )
        )

    def _with_whole_powers(self, form: Form) -> Form:
        """Return the form with exp(n * log(u)) as u**n: logarithms keep coefficients below 1."""
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
    """Return whether a form is small, and its coefficients are moderate.

    The coefficient of (1e-300 * x)**3 would underflow: the form would be 0 for all x.
    """
    parts = max(len(form.sum), len(form.exponent), len(form.exponentials))
    small = parts <= _MAX_PARTS and len(form.requires) <= _MAX_PRODUCTS
    return small and all(map(moderate, [*form.sum.values(), *form.exponent.values()]))


def _plus(one: Sum, others: Iterable[tuple[Product, float]]) -> Sum:
    found = dict(one)
    for product, coefficient in others:
        before = found.pop(product, None)
        total = coefficient if before is None else before + coefficient
        if before is None or not abs(total) <= _ROUNDING * abs(coefficient):
            found[product] = total  # else the rest is rounding
    return found


def _size(total: Sum) -> float:
    return sum(map(abs, total.values()))


def _joined(one: Product, other: Product, power: int = 1) -> Product:
    """Return `one * other**power`."""
    powers = dict(one)
    for atom, exponent in other:
        powers[atom] = powers.get(atom, 0.0) + power * exponent
    return tuple(sorted([(atom, exponent) for atom, exponent in powers.items() if exponent]))

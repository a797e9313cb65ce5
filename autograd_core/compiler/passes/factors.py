"""Factors: pull constant factors out of products and sums, as far as possible.

`0.5 * (s * (2.0 * v))` becomes one product. The factor is multiplied only where the number itself
is needed: by a function, by the caller, or by a sum whose other term has another factor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from autograd_core.compiler.arrays import Instruction, Operand, Program, View, contiguous
from autograd_core.compiler.passes.terms import (
    Term,
    Terms,
    equal_magnitude,
    is_power_of_two,
    product,
)
from autograd_core.compiler.structure import moderate

_CANCELLED = 2.0**-10  # a sum of two factors is used if it is this large relative to them
# instructions that no factor is pulled through
_OPAQUE = frozenset(("matmul", "take", "zero", "update", "accumulate"))


class _Result(NamedTuple):
    """A constant factor times `name` of operands; times the one operand if `name` is empty."""

    factor: float
    name: str
    operands: tuple[Operand, ...]
    parts: tuple[Term, ...] = ()  # the terms of a sum


def factored(program: Program) -> Program:
    """Return a program with the same results and fewer multiplications by constants."""
    return _Factors(program).run(program)


class _Factors:
    def __init__(self, program: Program) -> None:
        self.terms = Terms(program)
        self.code = self.terms.code
        self.uses = program.uses()
        self.sums: dict[View, tuple[Term, ...]] = {}

    def run(self, program: Program) -> Program:
        for instruction in program.instructions:
            result = self._result(instruction)
            if instruction.name == "accumulate":
                self.terms.done.append(
                    instruction._replace(operands=self._accumulated(instruction))
                )
            elif result is None:
                operands = self._evaluated(instruction.operands)
                self.terms.done.append(instruction._replace(operands=operands))
            else:
                self.terms.define(instruction.out, self._term(instruction, result))
        return program.with_instructions(self.code.variables, self.terms.instructions())

    def _accumulated(self, instruction: Instruction) -> tuple[Operand, float]:
        """Return the operands of an `accumulate`: a negative factor becomes the sign -1.0."""
        value, sign = instruction.operands
        assert isinstance(sign, float)
        term = self._numeric(value)
        if (
            term.factor < 0.0
            and isinstance(term.operand, View)
            and not self.terms.is_evaluated(term)
        ):
            return self.terms.evaluated(Term(-term.factor, term.operand)), -sign
        return self.terms.evaluated(term), sign

    def _evaluated(self, operands: Sequence[Operand]) -> tuple[Operand, ...]:
        return tuple([self.terms.evaluated(self.terms.of(a)) for a in operands])

    def _term(self, instruction: Instruction, result: _Result) -> Term:
        factor, name, operands, parts = result
        if not name:
            return Term(factor, operands[0])
        found = self.terms.computed(instruction, name, operands, reuse=factor == 1.0)
        if parts:
            self.sums[found] = parts
        return Term(factor, found)

    # ---- rules -----------------------------------------------------------------------------

    def _result(self, instruction: Instruction) -> _Result | None:
        """Return the result of an instruction with its factor; None if there is no rule for it."""
        name, operands, out, _, _ = instruction
        views = [a for a in operands if isinstance(a, View)]
        if not views or name in _OPAQUE:
            return None
        if name == "copy":
            return self._copy(views[0], out)
        if name == "negative":
            factor, operand = self.terms.of(views[0])
            return _Result(-factor, "", (operand,))
        if name in ("multiply", "divide"):
            read = self.terms.of if name == "multiply" else self._numeric
            return self._product(name, *[self._unless_broadcast(read(a), out) for a in operands])
        if name in ("add", "subtract"):
            first, second = map(self._numeric, operands)
            if name == "subtract":
                second = second._replace(factor=-second.factor)
            if self.code.variables[out.var].exact:
                return self._exact_sum(first, second)
            return self._collected(operands, first, second) or self._sum(first, second)
        if name in ("reduce add", "scatter"):
            term = self._unless_broadcast(self._numeric(views[0]), out)
            if self.terms.is_evaluated(term):
                return _Result(1.0, name, (self.terms.evaluated(term),))
            return _Result(term.factor, name, (term.operand,))
        return _Result(1.0, name, self._evaluated(operands))

    def _numeric(self, operand: Operand) -> Term:
        """Return the term of an operand, with bools as numbers."""
        term = self.terms.of(operand)
        return Term(1.0, self.terms.evaluated(term)) if self.code.truth(term.operand) else term

    def _unless_broadcast(self, term: Term, out: View) -> Term:
        """Return a term, with its factor multiplied already if `out` has more elements to scale."""
        factor, operand = term
        if not isinstance(operand, View) or abs(factor) == 1.0:
            return term
        scaled, needed = [
            (self.code.variables[view.var].batched,
             math.prod([n for n, stride in zip(view.loops.dims, view.loops.strides) if stride]))
            for view in (operand, out)
        ]  # fmt: skip
        return term if scaled >= needed else Term(1.0, self.terms.evaluated(term))

    def _copy(self, source: View, out: View) -> _Result | None:
        variables = self.code.variables
        before, after = variables[source.var], variables[out.var]
        if before.truth or before.batched != after.batched or source.loops.dims != out.loops.dims:
            return None
        factor, operand = self.terms.of(source)
        assert isinstance(operand, View)
        in_order = operand.loops == contiguous(operand.loops.dims)
        if factor == 1.0 and not (in_order and operand.loops.size == variables[operand.var].size):
            return None  # the copy is there for its order
        return _Result(factor, "", (operand,))

    def _product(self, name: str, first: Term, second: Term) -> _Result:
        (f, a), (g, b) = first, second
        if name == "divide":
            g = 1.0 / g if g else math.nan
        if not isinstance(a, View):
            f, a = f * a, 1.0
        if not isinstance(b, View):
            g, b = g * b if name == "multiply" else g / b if b else math.nan, 1.0
        factor = product(f, g)
        if not moderate(factor) or (self.code.truth(a) and self.code.truth(b)):
            return _Result(1.0, name, tuple(map(self.terms.evaluated, (first, second))))
        if not isinstance(b, View):
            return _Result(factor, "", (a,))
        if not isinstance(a, View) and name == "multiply":
            return _Result(factor, "", (b,))
        return _Result(factor, name, (a, b))

    def _collected(self, operands: Sequence[Operand], first: Term, second: Term) -> _Result | None:
        """Return `a + 3 * b` for `(a + b) + 2 * b`."""
        pairs = ((first, second), (second, first))
        for ((f, whole), (g, other)), operand in zip(pairs, operands):
            if not isinstance(whole, View) or whole not in self.sums:
                continue
            if not isinstance(operand, View) or self.uses[operand.var] > 1:
                continue
            parts = self.sums[whole]
            for (p, a), (q, b) in (parts, parts[::-1]):
                if b != other or (equal_magnitude(q, 1.0) and equal_magnitude(f, g)):
                    continue  # it would save nothing
                total = f * q + g
                if abs(total) >= _CANCELLED * abs(g) and moderate(total) and moderate(f * p):
                    return self._sum(Term(f * p, a), Term(total, b))
        return None

    def _exact_sum(self, first: Term, second: Term) -> _Result:
        """Return a sum rounded as the user's: only factors that do not round are pulled out."""
        (f, a), (g, b) = first, second
        if isinstance(a, View) and isinstance(b, View) and abs(f) == abs(g) and is_power_of_two(f):
            return self._added(first, second)
        if g == -1.0 and isinstance(b, View):
            return _Result(1.0, "subtract", (self.terms.evaluated(first), b))
        if f == -1.0 and isinstance(a, View):
            return _Result(1.0, "subtract", (self.terms.evaluated(second), a))
        return _Result(1.0, "add", (self.terms.evaluated(first), self.terms.evaluated(second)))

    def _sum(self, first: Term, second: Term) -> _Result:
        """Return a sum and its terms."""
        result = self._added(first, second)
        if not result.name:
            return result
        parts = [Term(f / result.factor, operand) for f, operand in (first, second)]
        return result._replace(parts=tuple(parts))

    def _added(self, first: Term, second: Term) -> _Result:
        """Return a sum, with as few multiplications by factors as possible."""
        (f, a), (g, b) = first, second
        if not isinstance(a, View):
            return self._with_constant(second, f * a)
        if not isinstance(b, View):
            return self._with_constant(first, g * b)
        if a == b and abs(f + g) >= _CANCELLED * max(abs(f), abs(g)) and moderate(f + g):
            return _Result(f + g, "", (a,))
        if equal_magnitude(f, g):
            if (f > 0.0) == (g > 0.0):
                return _Result(f, "add", (a, b))
            return _Result(f, "subtract", (a, b)) if f > 0.0 else _Result(g, "subtract", (b, a))
        exact = self.terms.evaluated
        if abs(g) == 1.0:
            (f, a), (g, b) = second, first
        if f == -1.0:
            return _Result(1.0, "subtract", (exact(Term(g, b)), a))
        if f == 1.0:
            return _Result(1.0, "add" if g > 0.0 else "subtract", (a, exact(Term(abs(g), b))))
        return _Result(1.0, "add", (exact(Term(f, a)), exact(Term(g, b))))

    def _with_constant(self, term: Term, constant: float) -> _Result:
        if term.factor == -1.0:
            return _Result(1.0, "subtract", (constant, term.operand))
        return _Result(1.0, "add", (self.terms.evaluated(term), constant))

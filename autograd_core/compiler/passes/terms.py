"""Terms: variables as constant factors times other variables, multiplied only where needed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

from autograd_core.compiler.arrays import (
    Code,
    Instruction,
    Operand,
    Program,
    View,
    contiguous,
)

_ROUNDING = 2.0**-50  # relative difference up to which two products of constants count as equal


class Term(NamedTuple):
    """A constant factor times an operand."""

    factor: float
    operand: Operand


def is_power_of_two(factor: float) -> bool:
    """Return whether a factor is +-2**n: multiplying by it does not round.

    >>> is_power_of_two(-0.25), is_power_of_two(3.0)
    (True, False)
    """
    return abs(math.frexp(factor)[0]) == 0.5


def equal_magnitude(one: float, other: float) -> bool:
    """Return whether the absolute values of two factors are equal up to rounding."""
    return abs(abs(one) - abs(other)) <= _ROUNDING * abs(one)


def product(one: float, other: float) -> float:
    """Return the product of two factors; exactly 1 or -1 if it is that up to rounding.

    >>> product(0.5**0.5, 2.0**0.5)
    1.0
    """
    found = one * other
    if abs(one) != 1.0 and abs(other) != 1.0 and equal_magnitude(1.0, found):
        return math.copysign(1.0, found)
    return found


class Terms:
    """The term that each variable stands for, and the instructions of the rewritten program.

    Args:
        program: The program to rewrite.

    Attributes:
        code: Its variables, to which others are added.
        done: The instructions so far.
    """

    def __init__(self, program: Program) -> None:
        self.code, self.results = Code(program.variables), program.results
        self.written_in_parts = {
            var for var, writers in program.writers().items() if len(writers) > 1
        }
        self.done: list[Instruction] = []
        self._terms: dict[int, Term] = {}  # variables that have no instruction of their own
        self._known: dict[object, int] = {}
        self._computed: set[int] = set()
        self._renamed: dict[int, int] = {}

    def instructions(self) -> list[Instruction]:
        """Return the instructions so far, with variables under their final numbers."""
        return [self._renamed_views(instruction) for instruction in self.done]

    def of(self, operand: Operand) -> Term:
        """Return the term that an operand stands for, in the same loops."""
        if not isinstance(operand, View) or operand.var not in self._terms:
            return Term(1.0, operand)
        factor, source = self._terms[operand.var]
        assert isinstance(source, View)
        return Term(factor, View(source.var, operand.loops))

    def evaluated(self, term: Term) -> Operand:
        """Return the product of factor and operand; append its instruction if there is none."""
        factor, operand = term
        if factor == 1.0 or not isinstance(operand, View):
            return operand if isinstance(operand, View) else factor * operand
        code = self.code
        variable = code.variables[operand.var]
        if self._reads_all(operand):
            source, result = code.full(operand.var), operand.loops
            if variable.data is not None:
                constant = code.constant(factor * variable.data)
                return View(constant.var, result) if isinstance(constant, View) else constant
        else:
            loops = operand.loops
            dims = tuple([n if stride else 1 for n, stride in zip(loops.dims, loops.strides)])
            source = View(operand.var, loops._replace(dims=dims))
            result = contiguous(dims)._replace(dims=loops.dims)
        var = self._known.get(("scaled", factor, source))
        if var is None:
            var = code.var(source.loops.size, variable.batched)
            self.scale(Term(factor, source), View(var, contiguous(source.loops.dims)))
            self._known["scaled", factor, source] = var
            self._computed.add(var)
        return View(var, result)

    def is_evaluated(self, term: Term) -> bool:
        """Return whether `evaluated` needs no instruction."""
        factor, operand = term
        if factor == 1.0 or not isinstance(operand, View):
            return True
        key = ("scaled", factor, self.code.full(operand.var))
        return key in self._known and self._reads_all(operand)

    def scale(self, term: Term, out: View) -> None:
        """Append the product of factor and operand, written to `out`."""
        factor, source = term
        assert isinstance(source, View)
        if self.code.in_order(source) and self._writes_all(out):
            self._known.setdefault(("scaled", factor, self.code.full(source.var)), out.var)
        if factor == 1.0:
            self.done.append(Instruction("copy", (source,), out))
        elif factor == -1.0 and not self.code.truth(source):
            self.done.append(Instruction("negative", (source,), out))
        else:
            self.done.append(Instruction("multiply", (factor, source), out))

    def computed(
        self, instruction: Instruction, name: str, operands: tuple[Operand, ...], reuse: bool
    ) -> View:
        """Return the result of `name` of `operands`, which replaces an instruction.

        Args:
            instruction: The instruction to replace.
            name: The function.
            operands: Its operands.
            reuse: Whether the variable of the instruction may hold the result.
        """
        code, out = self.code, instruction.out
        whole = contiguous(out.loops.dims)
        keys = [a if isinstance(a, View) else repr(a) for a in operands]
        if name in ("add", "multiply") and all(isinstance(a, View) for a in operands):
            keys.sort()
        old, table = code.variables[out.var], instruction.table
        places = table.tobytes() if table is not None else b""
        key = (name, *keys, instruction.axes, old.size, old.batched, old.truth, places)
        var = self._known.get(key)
        if var is None:
            var = out.var
            if not reuse:
                var = code.var(old.size, old.batched, truth=old.truth, role=old.role)
                code.variables[var] = replace(code.variables[var], exact=old.exact)
            self._known[key] = var
            self._computed.add(var)
            target = View(var, whole)
            self.done.append(instruction._replace(name=name, operands=operands, out=target))
        return View(var, whole)

    def define(self, out: View, term: Term) -> None:
        """Let a variable stand for a term; write it if it is a result of the program."""
        source = term.operand
        assert isinstance(source, View)
        if source == out:
            return
        spread = self.code.batched(out) and not self.code.batched(source)
        if (
            spread
            or not self.code.in_order(source)
            or (term.factor == 1.0 and self.code.truth(source))
        ):
            self.scale(term, out)  # readers need this order, and numbers for bools
            return
        self._terms[out.var] = term
        if out.var not in self.results:
            return
        free = source.var in self._computed and source.var not in self.results
        if (
            term.factor == 1.0
            and free
            and source.var not in self._renamed
            and source.loops == out.loops
        ):
            self._renamed[source.var] = out.var
        else:
            self.scale(term, out)

    def _reads_all(self, view: View) -> bool:
        """Return whether a view reads as many positions as its variable has, or more."""
        moving = [n for n, stride in zip(view.loops.dims, view.loops.strides) if stride]
        return math.prod(moving) >= self.code.variables[view.var].size

    def _writes_all(self, out: View) -> bool:
        """Return whether `out` writes all of its variable, in order."""
        return out.var not in self.written_in_parts and self.code.in_order(out)

    def _renamed_views(self, instruction: Instruction) -> Instruction:
        def named(operand: Operand) -> Operand:
            if isinstance(operand, View) and operand.var in self._renamed:
                return operand._replace(var=self._renamed[operand.var])
            return operand

        out = named(instruction.out)
        assert isinstance(out, View)
        return instruction._replace(operands=tuple(map(named, instruction.operands)), out=out)

"""Terms: variables as constant factors times others, multiplied out where that is needed."""

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

_ROUNDING = 2.0**-50  # by which two products of constants may differ and still mean the same


class Term(NamedTuple):
    """A constant factor times numbers without one."""

    factor: float
    operand: Operand


def is_power_of_two(factor: float) -> bool:
    """Say whether multiplying by a factor rounds nothing.

    >>> is_power_of_two(-0.25), is_power_of_two(3.0)
    (True, False)
    """
    return abs(math.frexp(factor)[0]) == 0.5


def alike(one: float, other: float) -> bool:
    """Say whether factors are of the same size, but for rounding."""
    return abs(abs(one) - abs(other)) <= _ROUNDING * abs(one)


def product(one: float, other: float) -> float:
    """Return a product of factors, 1 or -1 where it is that but for rounding.

    >>> product(0.5**0.5, 2.0**0.5)
    1.0
    """
    found = one * other
    if abs(one) != 1.0 and abs(other) != 1.0 and alike(1.0, found):
        return math.copysign(1.0, found)
    return found


class Terms:
    """What every variable is a multiple of, and the instructions for what has to be computed.

    Args:
        program: The program that will be read.

    Attributes:
        code: Its variables; more are added.
        done: The instructions so far.
    """

    def __init__(self, program: Program) -> None:
        self.code, self.pinned = Code(program.variables), program.results
        self.parts = {var for var, writers in program.writers().items() if len(writers) > 1}
        self.done: list[Instruction] = []
        self._terms: dict[int, Term] = {}
        self._known: dict[object, int] = {}
        self._computed: set[int] = set()
        self._renamed: dict[int, int] = {}

    def instructions(self) -> list[Instruction]:
        """Return the instructions that have been written."""
        return [self._with_names(instruction) for instruction in self.done]

    def of(self, operand: Operand) -> Term:
        """Return what an operand is a multiple of, in the same loops."""
        if not isinstance(operand, View) or operand.var not in self._terms:
            return Term(1.0, operand)
        factor, source = self._terms[operand.var]
        assert isinstance(source, View)
        return Term(factor, View(source.var, operand.loops))

    def exact(self, term: Term) -> Operand:
        """Return the numbers with their factor."""
        factor, operand = term
        if factor == 1.0 or not isinstance(operand, View):
            return operand if isinstance(operand, View) else factor * operand
        code = self.code
        variable = code.variables[operand.var]
        if self._whole(operand):
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

    def is_exact(self, term: Term) -> bool:
        """Say whether the numbers with their factor are there already."""
        factor, operand = term
        if factor == 1.0 or not isinstance(operand, View):
            return True
        key = ("scaled", factor, self.code.full(operand.var))
        return key in self._known and self._whole(operand)

    def scale(self, term: Term, out: View) -> None:
        """Write the numbers with their factor."""
        factor, source = term
        assert isinstance(source, View)
        if self.code.in_order(source) and self.is_whole(out):
            self._known.setdefault(("scaled", factor, self.code.full(source.var)), out.var)
        if factor == 1.0:
            self.done.append(Instruction("copy", (source,), out))
        elif factor == -1.0 and not self.code.truth(source):
            self.done.append(Instruction("negative", (source,), out))
        else:
            self.done.append(Instruction("multiply", (factor, source), out))

    def computed(
        self, instruction: Instruction, name: str, operands: tuple[Operand, ...], own: bool
    ) -> View:
        """Return the result of `name` in place of what an instruction does.

        Args:
            instruction: The instruction.
            name: What to do.
            operands: With what.
            own: Whether the variable of the instruction may hold it.
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
            if not own:
                var = code.var(old.size, old.batched, truth=old.truth, role=old.role)
                code.variables[var] = replace(code.variables[var], exact=old.exact)
            self._known[key] = var
            self._computed.add(var)
            target = View(var, whole)
            self.done.append(instruction._replace(name=name, operands=operands, out=target))
        return View(var, whole)

    def define(self, out: View, term: Term) -> None:
        """Note what a variable is a multiple of, and write it if it is needed in the end."""
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
            self.scale(term, out)  # somebody may rely on the order, or on numbers for bools
            return
        self._terms[out.var] = term
        if out.var not in self.pinned:
            return
        own = source.var in self._computed and source.var not in self.pinned
        if (
            term.factor == 1.0
            and own
            and source.var not in self._renamed
            and source.loops == out.loops
        ):
            self._renamed[source.var] = out.var
        else:
            self.scale(term, out)

    def _whole(self, view: View) -> bool:
        """Say whether a view reads as many numbers as the variable has, or more."""
        moving = [n for n, stride in zip(view.loops.dims, view.loops.strides) if stride]
        return math.prod(moving) >= self.code.variables[view.var].size

    def is_whole(self, out: View) -> bool:
        """Say whether a variable is written in one piece, in order."""
        return out.var not in self.parts and self.code.in_order(out)

    def _with_names(self, instruction: Instruction) -> Instruction:
        def named(operand: Operand) -> Operand:
            if isinstance(operand, View) and operand.var in self._renamed:
                return operand._replace(var=self._renamed[operand.var])
            return operand

        out = named(instruction.out)
        assert isinstance(out, View)
        return instruction._replace(operands=tuple(map(named, instruction.operands)), out=out)

"""Merge: of products of exponentials that are the same number, one is computed.

Where the difference of two is what other numbers are multiplied by, those fall away as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograd_core.compiler.arrays import Code, Instruction, Operand, Program, View
from autograd_core.compiler.passes.exponentials import Form, Forms
from autograd_core.compiler.passes.terms import Term, product
from autograd_core.compiler.structure import elementary, moderate
from autograd_core.table import FLOAT

_ARITHMETIC = frozenset(("add", "subtract", "multiply", "divide", "negative"))


def merged(program: Program) -> Program:
    """Return a program with the same results to rounding."""
    if sum(instruction.name == "exp" for instruction in program.instructions) < 2:
        return program
    return program.with_instructions(program.variables, _Merge(program).run())


class _Merge:
    def __init__(self, program: Program) -> None:
        self.code, self.pinned = Code(program.variables), program.results
        # 0 times what is not finite would be nan, which is worth looking for in a batch only
        self.drops = program.batch
        self.instructions = list(program.instructions)
        self.places = _places(program.instructions)
        self.once = {
            var: writers[0]
            for var, writers in program.writers().items()
            if len(writers) == 1 and self.code.in_order(writers[0].out)
        }
        self.terms: dict[int, Term] = {}  # variables that are multiples of others
        self.zeros: set[int] = set()
        self.instead: dict[int, Operand] = {}  # what variables are without any computation
        self.done: list[Instruction] = []

    def run(self) -> list[Instruction]:
        self._find_equal()
        if not self.terms:
            return self.instructions
        for instruction in self.instructions:
            self._write(instruction)
        return self.done

    # ---- what is equal -----------------------------------------------------------------------

    def _find_equal(self) -> None:
        """Fill `terms` and `zeros`; what others are multiples of is moved before them."""
        forms = Forms(self.code)
        kinds: dict[object, list[tuple[Form, View]]] = {}
        for instruction in self.once.values():
            form = forms.read(instruction)
            views = [a for a in instruction.operands if isinstance(a, View)]
            if form is None:
                continue
            if not form.sum:
                if self.drops:
                    self.zeros.add(instruction.out.var)
            elif instruction.name == "exp" or len(views) > 1:
                kinds.setdefault(form.kind, []).append((form, instruction.out))
        for found in kinds.values():
            kept, source = min(found, key=lambda pair: (pair[0].cancels, len(pair[0].exponentials)))
            for form, out in found:
                factor = form.times(kept)
                if out == source or factor is None or not moderate(factor):
                    continue
                if not self._alike(source.var, out.var):
                    continue
                if _stands_for(kept, form) and self._move(source.var, out.var):
                    self.terms[out.var] = Term(product(factor, 1.0), source)

    def _move(self, var: int, before: int) -> bool:
        """Move what computes a variable before what computes another, if that can be done."""
        place = self.places[before]
        needed: set[int] = set()
        waiting = [var]
        while waiting:
            number = waiting.pop()
            if number in needed or self.places.get(number, -1) < place:
                continue
            if number == before or number not in self.once:
                return False
            needed.add(number)
            operands = self.once[number].operands
            waiting += [a.var for a in operands if isinstance(a, View)]
        if needed:
            ahead = [i for i in self.instructions if i.out.var in needed]
            behind = [i for i in self.instructions if i.out.var not in needed]
            self.instructions = [*behind[:place], *ahead, *behind[place:]]
            self.places = _places(self.instructions)
        return True

    # ---- what follows from it ----------------------------------------------------------------

    def _write(self, instruction: Instruction) -> None:
        """Write an instruction, unless its result is there already."""
        name, operands, out, _, _ = instruction
        if out.var in self.terms:
            factor, source = self.terms[out.var]
            assert isinstance(source, View)  # a whole variable, as `out` is
            name, operands = "multiply", (factor, View(source.var, out.loops))
        if name not in _ARITHMETIC:
            self._compute(operands)
        operands = tuple(map(self._operand, operands))
        # what the graph itself multiplies by 0 stays: the other operand may be inf
        changed = operands != instruction.operands and out.var in self.once
        result = self._result(name, operands) if changed else None
        if out.var in self.zeros:
            result = 0.0
        if result is None:
            if self._loses_samples(operands, out):
                self._compute(instruction.operands)
                operands = tuple(map(self._operand, instruction.operands))
            self.done.append(instruction._replace(name=name, operands=operands))
        elif out.var in self.pinned or not self._replaces(result, out):
            self.done.append(Instruction("copy", (result,), out))
        else:
            self.instead[out.var] = result

    def _operand(self, operand: Operand) -> Operand:
        """Return what is read instead of an operand."""
        if not isinstance(operand, View):
            return operand
        found = self.instead.get(operand.var, operand)
        return View(found.var, operand.loops) if isinstance(found, View) else found

    def _compute(self, operands: Sequence[Operand]) -> None:
        """Fill variables for someone who cannot do with a number in place of a view."""
        for operand in operands:
            if isinstance(operand, View) and isinstance(self.instead.get(operand.var), float):
                value = self.instead.pop(operand.var)
                self.done.append(Instruction("copy", (value,), self.code.full(operand.var)))

    def _loses_samples(self, operands: Sequence[Operand], out: View) -> bool:
        """Say whether what was a number for each sample is one that all of them share."""
        variables = self.code.variables
        views = [a for a in operands if isinstance(a, View)]
        return variables[out.var].batched and not any(variables[a.var].batched for a in views)

    def _result(self, name: str, operands: tuple[Operand, ...]) -> Operand | None:
        """Return what takes no instruction: a number, or a variable that is there."""
        if name in _ARITHMETIC and not any(isinstance(a, View) for a in operands):
            return float(elementary(name, FLOAT)(*operands))
        match name, operands:
            case ("multiply", (0.0, _) | (_, 0.0)) | ("divide", (0.0, _)):
                return 0.0
            case ("multiply", (1.0, a)) | ("add", (0.0, a)) | ("add" | "subtract", (a, 0.0)):
                return a
        return None

    def _replaces(self, result: Operand, out: View) -> bool:
        """Say whether whoever reads `out` may as well read what it equals."""
        if not isinstance(result, View):
            return True
        return self._alike(result.var, out.var) and result.loops == out.loops

    def _alike(self, var: int, other: int) -> bool:
        """Say whether two variables hold as many numbers, of one kind."""
        kinds = [
            (v.size, v.batched, v.truth) for v in map(self.code.variables.__getitem__, (var, other))
        ]
        return kinds[0] == kinds[1]


def _stands_for(one: Form, other: Form) -> bool:
    """Say whether a number is one, and is as exact, wherever the other that it equals is.

    One exponential alone overflows or vanishes only where the product does, so it must not have
    more than one that the other has not.
    """
    own = Counter(one.exponentials) - Counter(other.exponentials)
    return not one.cancels and one.made_of == other.made_of and own.total() <= 1


def _places(instructions: Sequence[Instruction]) -> dict[int, int]:
    """Return where each variable is written last."""
    return {instruction.out.var: place for place, instruction in enumerate(instructions)}

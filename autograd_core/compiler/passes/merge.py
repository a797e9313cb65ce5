"""Merge: compute products of exponentials that are equal, or multiples of each other, once.

In a batch, whatever is multiplied by the difference of two equal ones is dropped as well.
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
    """Return a program with the same results up to rounding."""
    if sum(instruction.name == "exp" for instruction in program.instructions) < 2:
        return program
    return program.with_instructions(program.variables, _Merge(program).run())


class _Merge:
    def __init__(self, program: Program) -> None:
        self.code, self.results = Code(program.variables), program.results
        # dropping 0 * x loses the nan of an infinite x, and pays in a batch only
        self.drops_zeros = program.batch
        self.instructions = list(program.instructions)
        self.places = _places(program.instructions)
        self.single_writers = {
            var: writers[0]
            for var, writers in program.writers().items()
            if len(writers) == 1 and self.code.in_order(writers[0].out)
        }
        self.terms: dict[int, Term] = {}  # variables that are multiples of others
        self.zeros: set[int] = set()  # variables that are 0
        self.replacements: dict[int, Operand] = {}  # what readers of a variable read instead
        self.done: list[Instruction] = []

    def run(self) -> list[Instruction]:
        self._find_equal()
        if not self.terms:
            return self.instructions
        for instruction in self.instructions:
            self._write(instruction)
        return self.done

    # ---- finding multiples -------------------------------------------------------------------

    def _find_equal(self) -> None:
        """Fill `terms` and `zeros`; move the variables that others are multiples of before them."""
        forms = Forms(self.code)
        kinds: dict[object, list[tuple[Form, View]]] = {}
        for instruction in self.single_writers.values():
            form = forms.read(instruction)
            views = [a for a in instruction.operands if isinstance(a, View)]
            if form is None:
                continue
            if not form.sum:
                if self.drops_zeros:
                    self.zeros.add(instruction.out.var)
            elif instruction.name == "exp" or len(views) > 1:
                kinds.setdefault(form.kind, []).append((form, instruction.out))
        for found in kinds.values():
            kept, source = min(found, key=lambda pair: (pair[0].cancels, len(pair[0].exponentials)))
            for form, out in found:
                factor = form.ratio_to(kept)
                if out == source or factor is None or not moderate(factor):
                    continue
                if not self._same_kind(source.var, out.var):
                    continue
                if _can_stand_for(kept, form) and self._move_before(source.var, out.var):
                    self.terms[out.var] = Term(product(factor, 1.0), source)

    def _move_before(self, var: int, other: int) -> bool:
        """Move the instructions for `var` before that for `other`; return whether they can be."""
        place = self.places[other]
        needed: set[int] = set()
        waiting = [var]
        while waiting:
            number = waiting.pop()
            if number in needed or self.places.get(number, -1) < place:
                continue
            if number == other or number not in self.single_writers:
                return False
            needed.add(number)
            operands = self.single_writers[number].operands
            waiting += [a.var for a in operands if isinstance(a, View)]
        if needed:
            ahead = [i for i in self.instructions if i.out.var in needed]
            behind = [i for i in self.instructions if i.out.var not in needed]
            self.instructions = [*behind[:place], *ahead, *behind[place:]]
            self.places = _places(self.instructions)
        return True

    # ---- rewriting ---------------------------------------------------------------------------

    def _write(self, instruction: Instruction) -> None:
        """Append an instruction, unless its result needs none."""
        name, operands, out, _, _ = instruction
        if out.var in self.terms:
            factor, source = self.terms[out.var]
            assert isinstance(source, View)  # a whole variable, as `out` is
            name, operands = "multiply", (factor, View(source.var, out.loops))
        if name not in _ARITHMETIC:
            self._materialize(operands)
        operands = tuple(map(self._operand, operands))
        # a multiplication by 0 in the graph itself stays: the other operand may be inf
        changed = operands != instruction.operands and out.var in self.single_writers
        result = self._result(name, operands) if changed else None
        if out.var in self.zeros:
            result = 0.0
        if result is None:
            if self._loses_samples(operands, out):
                self._materialize(instruction.operands)
                operands = tuple(map(self._operand, instruction.operands))
            self.done.append(instruction._replace(name=name, operands=operands))
        elif out.var in self.results or not self._can_replace(result, out):
            self.done.append(Instruction("copy", (result,), out))
        else:
            self.replacements[out.var] = result

    def _operand(self, operand: Operand) -> Operand:
        """Return the replacement of an operand, or the operand."""
        if not isinstance(operand, View):
            return operand
        found = self.replacements.get(operand.var, operand)
        return View(found.var, operand.loops) if isinstance(found, View) else found

    def _materialize(self, operands: Sequence[Operand]) -> None:
        """Write variables whose replacement is a number, for a reader that needs a view."""
        for operand in operands:
            if isinstance(operand, View) and isinstance(self.replacements.get(operand.var), float):
                value = self.replacements.pop(operand.var)
                self.done.append(Instruction("copy", (value,), self.code.full(operand.var)))

    def _loses_samples(self, operands: Sequence[Operand], out: View) -> bool:
        """Return whether a batched result would have no batched operand."""
        variables = self.code.variables
        views = [a for a in operands if isinstance(a, View)]
        return variables[out.var].batched and not any(variables[a.var].batched for a in views)

    def _result(self, name: str, operands: tuple[Operand, ...]) -> Operand | None:
        """Return the number or operand that equals the result; None if neither does."""
        if name in _ARITHMETIC and not any(isinstance(a, View) for a in operands):
            return float(elementary(name, FLOAT)(*operands))
        match name, operands:
            case ("multiply", (0.0, _) | (_, 0.0)) | ("divide", (0.0, _)):
                return 0.0
            case ("multiply", (1.0, a)) | ("add", (0.0, a)) | ("add" | "subtract", (a, 0.0)):
                return a
        return None

    def _can_replace(self, result: Operand, out: View) -> bool:
        """Return whether readers of `out` can read its result, an operand or number, instead."""
        if not isinstance(result, View):
            return True
        return self._same_kind(result.var, out.var) and result.loops == out.loops

    def _same_kind(self, var: int, other: int) -> bool:
        """Return whether two variables have the same size, batching and truth."""
        a, b = self.code.variables[var], self.code.variables[other]
        return (a.size, a.batched, a.truth) == (b.size, b.batched, b.truth)


def _can_stand_for(one: Form, other: Form) -> bool:
    """Return whether `one` is as exact as `other`, its multiple, and finite wherever that is.

    It may have one exponential that the other lacks, which alone overflows or underflows only where
    the product does, but not two.
    """
    own = Counter(one.exponentials) - Counter(other.exponentials)
    return not one.cancels and one.requires == other.requires and own.total() <= 1


def _places(instructions: Sequence[Instruction]) -> dict[int, int]:
    """Return where each variable is written last."""
    return {instruction.out.var: place for place, instruction in enumerate(instructions)}

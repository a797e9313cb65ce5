"""Verify: check the rules of array programs; a program that breaks one is never run."""

from __future__ import annotations

import os
from typing import NoReturn

import numpy as np

from autograd_core.compiler.arrays.program import (
    COMPARISONS,
    LOGIC,
    PARTIAL_WRITES,
    Instruction,
    Program,
    View,
    in_order,
)
from autograd_core.compiler.arrays.simplify import TAKES_TRUTH

_UNARY = ("take", "scatter", "copy", "update")
_TRUTH = COMPARISONS | LOGIC


def strict() -> bool:
    """Return whether each pass is verified, faults are raised, and buffers start as nan.

    The environment is read at each use, because a pytest plugin imports the compiler before a
    conftest can set the variable.
    """
    return bool(os.environ.get("AUTOGRAD_CORE_VERIFY"))


class InvalidProgram(AssertionError):
    """An array program that breaks a rule: a fault of the compiler."""


def verify(program: Program) -> Program:
    """Return the program if it obeys these rules.

    - Every view is inside its variable, and operands have the loops that the result needs.
    - The result of a batched operand is batched, or summed over the samples.
    - Only functions that take bools read them.
    - A variable is read after all of it was written. It is written once, or in parts, all of them
      before the first read.

    Raises:
        InvalidProgram: If it breaks one; the message names the instruction.
    """
    _Verifier(program).run()
    return program


class _Verifier:
    def __init__(self, program: Program) -> None:
        self.program, self.variables = program, program.variables
        self.defined = {argument.var for argument in program.arguments}
        self.defined |= {i for i, var in enumerate(program.variables) if var.data is not None}
        self.written: dict[int, np.ndarray] = {}  # of variables that are written in parts
        self.place = "its arguments"

    def run(self) -> None:
        program = self.program
        for argument in program.arguments:
            variable = self.variables[argument.var]
            self._check(
                argument.batched == variable.batched,
                "an argument is batched, or its variable, but not both",
            )
            size = int(np.prod(argument.shape, dtype=np.int64))
            self._check(size == variable.size, "an argument has another size than its variable")
        for number, instruction in enumerate(program.instructions):
            self.place = f"instruction {number}, {instruction}"
            self._instruction(instruction)
        self.place = "its results"
        for output in program.outputs:
            if isinstance(output, tuple):
                self._defined(output[0])
                inside = 0 <= output[1] < self.variables[output[0]].size
                self._check(inside, f"output {output} is outside of its variable")
        for operand, argument in program.gradients:
            if isinstance(operand, View):
                self._view(operand)
                size = self.variables[argument.var].size
                self._check(
                    operand.loops.size == size, "a gradient has another size than its argument"
                )
                more = self.variables[operand.var].batched > argument.batched
                self._check(not more, "a gradient is not summed over the samples")

    def _fail(self, why: str) -> NoReturn:
        raise InvalidProgram(f"{why}, in {self.place}")

    def _check(self, right: bool, why: str) -> None:
        if not right:
            self._fail(why)

    def _defined(self, var: int) -> None:
        parts = self.written.pop(var, None)
        if parts is not None:
            self._check(bool(parts.all()), f"%{var} is read where only part of it was written")
            self.defined.add(var)  # from here on it must not be written
        self._check(var in self.defined, f"%{var} is read before it is written")

    def _inside(self, view: View) -> None:
        self._check(0 <= view.var < len(self.variables), f"there is no %{view.var}")
        loops = view.loops
        self._check(len(loops.dims) == len(loops.strides) and min(loops.dims, default=1) > 0,
                    f"{view} has malformed loops")  # fmt: skip
        first, last = loops.bounds
        inside = first >= 0 and last < self.variables[view.var].size
        self._check(inside, f"{view} is outside of its variable of {self.variables[view.var].size}")

    def _view(self, view: View) -> None:
        self._inside(view)
        self._defined(view.var)

    def _instruction(self, instruction: Instruction) -> None:
        name, operands, out, *_ = instruction
        for view in instruction.views:
            self._view(view)
        for operand in operands:
            self._check(isinstance(operand, (View, float)), f"{operand!r} is not an operand")
        self._inside(out)
        complaint = self._complaint(instruction)
        self._check(not complaint, complaint)
        self._batch(instruction)
        if name in PARTIAL_WRITES or name == "zero":
            self._part(instruction)
            return
        self._check(in_order(self.variables, out), f"{name} writes part of %{out.var}")
        new = out.var not in self.defined and out.var not in self.written
        self._check(new, f"%{out.var} is written twice")
        self.defined.add(out.var)
        truth = self.variables[out.var].truth
        of_truth = [self.variables[view.var].truth for view in instruction.views]
        if name == "take":
            self._check(truth == of_truth[0], "take must give bools of bools, numbers of numbers")
        elif name == "copy" and truth:
            self._check(of_truth == [True], "copy must not make bools of numbers")
        else:
            must = "must" if name in _TRUTH else "must not"
            self._check(truth == (name in _TRUTH), f"{name} {must} give bools")
        if name not in TAKES_TRUTH and name != "take":
            self._check(not any(of_truth), f"{name} must not be given bools")
        if name == "where":
            bools = of_truth[0] and isinstance(operands[0], View)
            self._check(bools, "the condition of where must be bools")

    def _part(self, instruction: Instruction) -> None:
        """Check a write to part of a variable."""
        name, _, out, *_ = instruction
        self._check(out.var not in self.defined, f"%{out.var} is written after it was read")
        truth = [self.variables[view.var].truth for view in (out, *instruction.views)]
        self._check(not any(truth), f"{name} must not be given bools")
        written = self.written.setdefault(out.var, np.zeros(self.variables[out.var].size, bool))
        self._check(out.loops.injective, f"{name} writes a number of {out} twice")
        positions = out.loops.positions()
        if name == "accumulate":
            self._check(bool(written[positions].all()), f"{out} is added to before it is written")
        elif name == "zero":
            self._check(not written.any(), f"%{out.var} is set to 0 after it was written")
        written[positions] = True

    def _complaint(self, instruction: Instruction) -> str:
        """Return what is wrong with the loops of an instruction; empty if nothing is."""
        name, operands, out, axes, _ = instruction
        dims = [view.loops.dims for view in instruction.views]
        if name in _UNARY and len(operands) != 1:
            return f"{name} has {len(operands)} operands"
        if name == "accumulate" and (len(operands) != 2 or operands[1] not in (1.0, -1.0)):
            return "the second operand of accumulate must be 1.0 or -1.0"
        if name == "matmul":
            return _matmul_complaint(dims, out.loops.dims)
        if name in ("take", "scatter"):
            return self._table_complaint(instruction)
        if name.startswith("reduce "):
            (operand,) = dims
            rest = tuple([1 if i in axes else n for i, n in enumerate(operand)])
            right = rest == out.loops.dims and all(0 <= axis < len(operand) for axis in axes)
            return "" if right else f"{name} along {axes} has another shape"
        right = all(d == out.loops.dims for d in dims)
        return "" if right else "an operand has other loops than the result"

    def _table_complaint(self, instruction: Instruction) -> str:
        """Return what is wrong with a `take` or `scatter`; empty if nothing is."""
        name, _, out, _, table = instruction
        (view,) = instruction.views
        row, positions = (out, view) if name == "take" else (view, out)
        limit = self.variables[positions.var].size
        if table is None or len(table) != row.loops.size:
            return f"{name} has a table of another size"
        if len(table) and not (table.min() >= 0 and table.max() < limit):
            return f"{name} has positions outside of its variable"
        if name == "take" and not in_order(self.variables, positions):
            return "take reads only part of a variable"
        if row.loops.split((row.loops.size,)) is None:
            return f"{name} needs one loop for the positions of its table"
        return ""

    def _batch(self, instruction: Instruction) -> None:
        """Check that a result depends on the sample if, and only if, an operand does."""
        operands = [self.variables[view.var].batched for view in instruction.views]
        result = self.variables[instruction.out.var].batched
        sums = instruction.name in ("matmul", "reduce add")
        if not result and any(operands):
            self._check(sums, "a result is not batched, though an operand is")
        if result and not any(operands):
            spreads = instruction.name in ("copy", "update", "accumulate", "zero")
            self._check(spreads, "a result is batched, though no operand is")


def _matmul_complaint(factors: list[tuple[int, ...]], product: tuple[int, ...]) -> str:
    """Return what is wrong with `left @ right.T`, by shapes; empty if nothing is."""
    if len(factors) != 2 or any(len(d) != 2 for d in (*factors, product)):
        return "the factors of a matrix product do not fit"
    (rows, inner), (columns, other) = factors
    if inner != other:
        return "the factors of a matrix product do not fit"
    return "" if product == (rows, columns) else "a matrix product has another shape"

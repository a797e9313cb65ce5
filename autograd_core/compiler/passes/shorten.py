"""Shorten: replace two instructions by one if the result of the first is used nowhere else."""

from __future__ import annotations

from autograd_core.compiler.arrays import Code, Instruction, Operand, Program, View, contiguous
from autograd_core.compiler.structure import moderate


def shortened(program: Program) -> Program:
    """Return a program with the same results.

    `a * x + a * y` becomes `a * (x + y)`, and `a * (1 / x)` becomes `a / x`. Where `2 * a` or a
    constant `a` is known, `2 * (a * b)` becomes `(2 * a) * b`.
    """
    return _Shorten(program).run(program)


class _Shorten:
    def __init__(self, program: Program) -> None:
        self.code = Code(program.variables)
        self.uses = program.uses()
        self.written_in_parts = {
            var for var, writers in program.writers().items() if len(writers) > 1
        }
        self.done: list[Instruction] = []
        self.writers: dict[int, Instruction] = {}  # of variables that are written once
        self.multiples: dict[tuple[float, int], int] = {}  # (constant, variable): their product

    def run(self, program: Program) -> Program:
        for instruction in program.instructions:
            if instruction.name in ("add", "subtract"):
                instruction = self._sum(instruction)
            elif instruction.name == "multiply":
                factor, operand = instruction.operands
                if isinstance(factor, View):
                    instruction = self._quotient(instruction)
                elif isinstance(operand, View):
                    instruction = self._scaled_factor(instruction, factor, operand)
            self._append(instruction)
        return program.with_instructions(self.code.variables, self.done)

    def _append(self, instruction: Instruction) -> None:
        name, operands, out, _, _ = instruction
        self.done.append(instruction)
        if out.var in self.written_in_parts:
            return
        self.writers[out.var] = instruction
        if name == "multiply" and isinstance(operands[0], float):
            source = operands[1]
            if (
                isinstance(source, View)
                and source.loops == out.loops
                and self.code.in_order(source)
            ):
                self.multiples[operands[0], source.var] = out.var

    def _writer_of_single_use(self, operand: Operand) -> Instruction | None:
        """Return the instruction that writes an operand if the operand is read only once."""
        if not isinstance(operand, View) or self.uses[operand.var] != 1:
            return None
        writer = self.writers.get(operand.var)
        if writer is None or not self.code.in_order(operand) or not self.code.in_order(writer.out):
            return None
        return writer

    def _quotient(self, instruction: Instruction) -> Instruction:
        """Return `a / x` for `a * (1 / x)`."""
        first, second = instruction.operands
        for a, reciprocal in ((first, second), (second, first)):
            writer = self._writer_of_single_use(reciprocal)
            if writer is None or writer.name != "divide" or writer.operands[0] != 1.0:
                continue
            if self.code.truth(a):
                continue
            x = writer.operands[1]
            walk = x.loops.split(instruction.out.loops.dims) if isinstance(x, View) else None
            if isinstance(x, View) and walk is not None:
                return instruction._replace(name="divide", operands=(a, View(x.var, walk)))
        return instruction

    def _scaled_factor(self, instruction: Instruction, factor: float, operand: View) -> Instruction:
        """Return `(factor * a) * b` for `factor * (a * b)` if `factor * a` is known."""
        writer = self._writer_of_single_use(operand)
        if writer is None or writer.name not in ("multiply", "divide") or not moderate(factor):
            return instruction
        walk = instruction.out.loops.split(writer.out.loops.dims)
        if walk is None:
            return instruction
        operands: tuple[Operand, ...]
        known = [self._known_multiple(factor, a) for a in writer.operands]
        match writer.name, writer.operands, known:
            case "divide", [float(a), x], _:
                operands = (factor * a, x)
            case _, [_, b], [View() as a, _]:
                operands = (a, b)
            case "multiply", [a, _], [_, View() as b]:
                operands = (a, b)
            case _:
                return instruction
        return writer._replace(operands=operands, out=View(instruction.out.var, walk))

    def _known_multiple(self, factor: float, operand: Operand) -> View | None:
        """Return a constant times an operand if that needs no instruction, else None."""
        if not isinstance(operand, View):
            return None
        variable = self.code.variables[operand.var]
        if variable.data is not None:
            found = self.code.constant(factor * variable.data)
            return View(found.var, operand.loops) if isinstance(found, View) else None
        var = self.multiples.get((factor, operand.var))
        return None if var is None else View(var, operand.loops)

    def _sum(self, instruction: Instruction) -> Instruction:
        """Return `a * (x + y)` for `a * x + a * y`."""
        first, second = map(self._writer_of_single_use, instruction.operands)
        if first is None or second is None or first.out.loops != second.out.loops:
            return instruction
        if self.code.variables[instruction.out.var].exact:
            return instruction
        if first.name != "multiply" or second.name != "multiply":
            return instruction
        dims = first.out.loops.dims
        walk = instruction.out.loops.split(dims)
        for x, a in (first.operands, first.operands[::-1]):
            for y, b in (second.operands, second.operands[::-1]):
                views = [v for v in (a, x, y) if isinstance(v, View) and not self.code.truth(v)]
                if a == b and len(views) == 3 and walk is not None:
                    inner = self._inner_sum(instruction.name, views[1], views[2], dims)
                    return Instruction("multiply", (a, inner), View(instruction.out.var, walk))
        return instruction

    def _inner_sum(self, name: str, x: View, y: View, dims: tuple[int, ...]) -> View:
        """Append the sum of two operands, without the loops along which neither changes."""
        strides = zip(dims, x.loops.strides, y.loops.strides)
        loops = contiguous([n if s or t else 1 for n, s, t in strides])
        var = self.code.var(loops.size, self.code.batched(x, y))
        operands = [View(a.var, a.loops._replace(dims=loops.dims)) for a in (x, y)]
        self.uses.update([x.var, y.var, var])
        self._append(Instruction(name, tuple(operands), View(var, loops)))
        return View(var, loops._replace(dims=dims))

"""Program: the array program, the one form of a graph that every printer reads.

Every variable is flat, `(size,)`, or `(B, size)` if it depends on the sample of a batch. An
instruction reads and writes views, which are nested loops over a variable (layout.py). Each
variable is written once, as a whole, by one instruction. The exceptions are `update` and
`accumulate`, which write through a view, so that an adjoint can be put together from parts.
`interpret.py` defines what each instruction means; `verify.py` checks the rules of a program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from autograd_core.compiler.arrays.layout import Loops, Numbers
from autograd_core.table import Floats

COMPARISONS = frozenset(("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"))
LOGIC = frozenset(("logical_not", "logical_and"))
PARTIAL_WRITES = frozenset(("update", "accumulate"))
"""The instructions that write part of a variable."""
NOT_ELEMENTWISE = frozenset(("take", "scatter", "zero", "matmul", "update", "accumulate"))
"""The instructions that are not elementwise; `reduce` is not either."""


class View(NamedTuple):
    """Nested loops over the numbers of a variable."""

    var: int
    loops: Loops

    def __str__(self) -> str:
        offset, dims, strides = self.loops
        steps = ", ".join(f"{n} by {s}" for n, s in zip(dims, strides))
        return f"%{self.var}[{offset}: {steps}]" if dims else f"%{self.var}[{offset}]"


Operand: TypeAlias = View | float
Output: TypeAlias = tuple[int, int] | float
"""Variable and position of an output, or a constant."""


@dataclass(frozen=True)
class Var:
    """A variable.

    Attributes:
        size: The number of its elements, for one sample if it is batched.
        batched: Whether it has `size` elements for each sample.
        truth: Whether they are bools (results of comparisons).
        role: `input`, `live`, `constant`, `value`, `adjoint` or `temporary`.
        name: Its name in printed source.
        data: The elements of a constant.
        exact: Whether its sum is the user's, whose order of rounding no pass may change.
    """

    size: int
    batched: bool = False
    truth: bool = False
    role: str = "temporary"
    name: str = ""
    data: Floats | None = None
    exact: bool = False

    def __str__(self) -> str:
        kind = " truth" if self.truth else ""
        shape = f"(B, {self.size})" if self.batched else f"({self.size},)"
        return f"{self.role}{kind} {shape}{f' {self.name}' if self.name else ''}"


class Instruction(NamedTuple):
    """One instruction.

    Attributes:
        name: An elementary function, `reduce NAME` with one of two operands, or `matmul`, `take`,
            `scatter`, `copy`, `zero`, `update`, `accumulate` (whose second operand is 1.0 to add,
            -1.0 to subtract).
        operands: Views and constants.
        out: The view to write.
        axes: For `reduce`, the loops to reduce.
        table: For `take` the positions to read, for `scatter` those to add to.
    """

    name: str
    operands: tuple[Operand, ...]
    out: View
    axes: tuple[int, ...] = ()
    table: Numbers | None = None

    @property
    def views(self) -> list[View]:
        """The views that it reads."""
        return [a for a in self.operands if isinstance(a, View)]

    def __str__(self) -> str:
        axes = f" along {self.axes}" if self.axes else ""
        table = f" at {len(self.table)} positions" if self.table is not None else ""
        return f"{self.out} = {self.name}({', '.join(map(str, self.operands))}){axes}{table}"


class Argument(NamedTuple):
    """An argument of the program, or the argument that a gradient belongs to.

    Attributes:
        var: The variable that holds it.
        shape: Its shape, for one sample.
        batched: Whether it has one row per sample.
    """

    var: int
    shape: tuple[int, ...]
    batched: bool


@dataclass(frozen=True)
class Program:
    """An array program.

    Attributes:
        variables: All variables, by number.
        instructions: The instructions in order.
        arguments: The arguments of a call; the live leaves last.
        outputs: The function's outputs; the outcomes of the guards last.
        gradients: For each argument to differentiate by, its gradient and the argument.
        batch: Whether it runs on many samples at once.
    """

    variables: tuple[Var, ...]
    instructions: tuple[Instruction, ...]
    arguments: tuple[Argument, ...]
    outputs: tuple[Output, ...]
    gradients: tuple[tuple[Operand, Argument], ...]
    batch: bool

    @property
    def results(self) -> frozenset[int]:
        """The variables that hold outputs or gradients."""
        found = {out[0] for out in self.outputs if isinstance(out, tuple)}
        found |= {view.var for view, _ in self.gradients if isinstance(view, View)}
        return frozenset(found)

    def uses(self) -> Counter[int]:
        """Return how often each variable is read; the caller counts as one reader of a result."""
        found = Counter(self.results)
        for instruction in self.instructions:
            found.update([view.var for view in instruction.views])
        return found

    def writers(self) -> dict[int, list[Instruction]]:
        """Return the instructions that write each variable, in order."""
        found: dict[int, list[Instruction]] = {}
        for instruction in self.instructions:
            found.setdefault(instruction.out.var, []).append(instruction)
        return found

    def with_instructions(
        self, variables: Sequence[Var], instructions: Iterable[Instruction]
    ) -> Program:
        """Return the program with other instructions, without those no result depends on."""
        used = set(self.results)
        kept = []
        for instruction in reversed(list(instructions)):
            if instruction.out.var in used:
                kept.append(instruction)
                used.update([view.var for view in instruction.views])
        return replace(self, variables=tuple(variables), instructions=tuple(kept[::-1]))

    def __str__(self) -> str:
        lines = [f"%{a.var}: {self.variables[a.var]}" for a in self.arguments]
        known = {a.var for a in self.arguments}
        for instruction in self.instructions:
            for view in (*instruction.views, instruction.out):
                if view.var not in known:
                    known.add(view.var)
                    lines.append(f"%{view.var}: {self.variables[view.var]}")
            lines.append(f"  {instruction}")
        places = [f"%{o[0]}[{o[1]}]" if isinstance(o, tuple) else str(o) for o in self.outputs]
        lines.append(f"outputs {', '.join(places)}")
        lines += [f"gradient by %{a.var}: {operand}" for operand, a in self.gradients]
        return "\n".join(lines)


def output_runs(outputs: Sequence[Output]) -> list[Operand]:
    """Return the outputs as views and constants; neighbours in a variable are one view.

    >>> [str(run) for run in output_runs([(0, 4), (0, 5), 1.0])]
    ['%0[4: 2 by 1]', '1.0']
    """
    runs: list[list[Output]] = []
    for output in outputs:
        before = runs[-1][-1] if runs else None
        follows = isinstance(output, tuple) and isinstance(before, tuple)
        if follows and output == (before[0], before[1] + 1):  # type: ignore[index]
            runs[-1].append(output)
        else:
            runs.append([output])
    return [
        View(run[0][0], contiguous((len(run),), run[0][1])) if isinstance(run[0], tuple) else run[0]
        for run in runs
    ]


def in_order(variables: Sequence[Var], view: View) -> bool:
    """Return whether a view reads all elements of its variable in order."""
    whole = view.loops.size == variables[view.var].size
    return whole and view.loops == contiguous(view.loops.dims)


def contiguous(dims: Sequence[int], offset: int = 0) -> Loops:
    """Return the loops over consecutive positions.

    >>> contiguous((2, 3))
    Loops(offset=0, dims=(2, 3), strides=(3, 1))
    """
    strides = []
    extent = 1
    for count in reversed(dims):
        strides.append(extent if count > 1 else 0)
        extent *= count
    return Loops(offset, tuple(dims), tuple(reversed(strides)))

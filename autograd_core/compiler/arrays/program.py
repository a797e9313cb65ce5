"""Program: the array program, the one form of a graph that every printer reads.

Every variable is flat, `(size,)`, or `(B, size)` when it depends on the sample of a batch. An
instruction reads and writes views: nested loops over a variable (layout.py). Each variable is
written once, as a whole, by one instruction; but for `update` and `accumulate`, which write through
a view, so that an adjoint can be put together from parts. What each instruction means is said in
`interpret.py`, in plain NumPy; what a program must keep to, in `verify.py`.
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
THROUGH_A_VIEW = frozenset(("update", "accumulate"))
"""The instructions that write part of a variable."""
WHOLE = frozenset(("take", "scatter", "zero", "matmul", "update", "accumulate"))
"""The instructions that are no function of operands in the same loops (nor is any `reduce`)."""


class View(NamedTuple):
    """Loops over a variable."""

    var: int
    loops: Loops

    def __str__(self) -> str:
        offset, dims, strides = self.loops
        steps = ", ".join(f"{n} by {s}" for n, s in zip(dims, strides))
        return f"%{self.var}[{offset}: {steps}]" if dims else f"%{self.var}[{offset}]"


Operand: TypeAlias = "View | float"
Output: TypeAlias = "tuple[int, int] | float"
"""Variable and position of an output, or a constant."""


@dataclass(frozen=True)
class Var:
    """A variable: its size for one sample, and what it is.

    Attributes:
        size: How many numbers.
        batched: Whether there are that many for each sample.
        truth: Whether they are bools (results of comparisons).
        role: `input`, `live`, `constant`, `value`, `adjoint` or `temporary`.
        name: What to call it in a source.
        data: The numbers of a constant.
        exact: Whether the user's program says how it is rounded: no pass may regroup its sum.
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
    """One step.

    Attributes:
        name: An elementary function, `reduce` and one, or `matmul`, `take`, `scatter`, `copy`,
            `zero`, `update`, `accumulate` (whose second operand is 1.0 to add, -1.0 to subtract).
        operands: Views and numbers.
        out: Where the result goes.
        axes: For `reduce`, the loops to add up.
        table: For `take` and `scatter`, positions.
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
    """What the program takes, or what it returns the gradient of.

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
        instructions: What is done, in order.
        arguments: What it is called with; the live leaves last.
        outputs: What the function returns, guards last.
        gradients: For each argument that it is differentiated by, where the gradient is.
        batch: Whether it runs on many samples at once.
    """

    variables: tuple[Var, ...]
    instructions: tuple[Instruction, ...]
    arguments: tuple[Argument, ...]
    outputs: tuple[Output, ...]
    gradients: tuple[tuple[Operand, Argument], ...]
    batch: bool

    @property
    def kept(self) -> frozenset[int]:
        """The variables that are needed in the end."""
        found = {out[0] for out in self.outputs if isinstance(out, tuple)}
        found |= {view.var for view, _ in self.gradients if isinstance(view, View)}
        return frozenset(found)

    def uses(self) -> Counter[int]:
        """Return how often each variable is read, the caller counting as one more reader."""
        found = Counter(self.kept)
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
        """Return the program with other instructions, without those that nobody needs."""
        used = set(self.kept)
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
    """Return outputs as views, those that lie side by side as one, and constants.

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
    """Say whether a view is a whole variable in order."""
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

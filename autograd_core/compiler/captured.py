"""Captured: a captured graph, and how its programs are run; `version.py` makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any, ClassVar, TypeAlias

import numpy as np

from autograd_core.compiler.arrays import Program, Update
from autograd_core.compiler.capture import Flat, Nested, Tree, fill, fill_argument, tree
from autograd_core.compiler.printers import ArrayProgram, NoCompiler, ScalarRunner, run_each
from autograd_core.compiler.structure import Groups, Scalars
from autograd_core.table import Floats

Result: TypeAlias = "tuple[Sequence[float] | Floats, Sequence[Sequence[float] | Floats]]"
Runnable: TypeAlias = "ScalarRunner | ArrayProgram"
_NO_LEAVES: list[float] = []
_NO_NUMBERS = np.empty(0)


@dataclass
class Captured:
    """One captured graph and its programs; subclasses say how the programs are made.

    Attributes:
        names: The names of the arguments.
        structures: The structure of each argument; for a batched one, that of one sample.
        batched: For each argument, whether it has one row per sample.
        scalars: The graph as scalar instructions.
        outputs: The structure of the function's result.
        guards: The comparisons that the graph depends on, as text.
        expected: Their outcomes when the function was captured, 1.0 or 0.0.
        live: Leaves from outside the function, whose `data` is read at each call.
        nodes: The number of nodes of the graph.
        seconds: Time spent on capturing and compiling.
        name: The name of the function.
        backend: What runs it: `numpy`, `native`, `jax`, or `auto` for NumPy first and machine code
            after enough calls.
        programs: The program for each tuple of arguments to differentiate by; under None, the
            program for the value alone.
        groups: The graph as groups; None if it runs as straight-line code.
        notes: Lines of the report: which fallback was taken, and why.
    """

    names: list[str]
    structures: list[Tree]
    batched: list[bool]
    scalars: Scalars
    outputs: Tree
    guards: list[str]
    expected: list[float]
    live: list[Any]
    nodes: int
    seconds: float
    name: str = "program"
    backend: str = "numpy"
    programs: dict[tuple[int, ...] | None, Runnable] = field(default_factory=dict)
    groups: Groups | None = None
    notes: list[str] = field(default_factory=list)

    has_unchecked_calls: ClassVar[bool] = True
    """Whether `entries.py` may run its calls without checks."""

    def __post_init__(self) -> None:
        self.starts = [0, *accumulate(map(tree.size, self.structures))]
        self.shapes = [tree.array_shape(*pair) for pair in zip(self.structures, self.batched)]

    # ---- making programs ---------------------------------------------------------------------

    def program(self, wrt: tuple[int, ...] | None) -> Runnable:
        """Return the program with gradients by these arguments; make it at the first request."""
        raise NotImplementedError

    def array_program_of(self, wrt: tuple[int, ...] | None) -> Program:
        """Return the array program, even if straight-line code is what runs.

        Raises:
            NoCompiler: If there is none.
        """
        raise NoCompiler("the graph has no array program")

    def training_program(
        self, wrt: tuple[int, ...], updates: Sequence[Update]
    ) -> ArrayProgram | None:
        """Return a program that also updates its arguments; None if it cannot be made.

        Args:
            wrt: The arguments to differentiate by.
            updates: The update rule of each of them, see `with_updates`.
        """
        return None

    def to_native(self, wrt: tuple[int, ...] | None) -> bool:
        """Replace a program by machine code; return whether it is machine code now."""
        return False

    def calls_until_native(self, wrt: tuple[int, ...] | None, samples: int | None) -> int | None:
        """Return after how many calls to make machine code; None for never."""
        return None

    def _fall_back(self, wrt: tuple[int, ...] | None, error: Exception) -> ScalarRunner:
        """Return straight-line code in place of an array program that failed with `error`."""
        raise error

    # ---- running them ------------------------------------------------------------------------

    def accepts_directly(self, args: Sequence[object]) -> bool:
        """Return whether the arguments have the shapes of the program, so that none is converted.

        `compile_graph` also takes arguments of another structure, such as an array for a list.
        """
        return all(
            arg.__class__ is float
            if structure == tree.SCALAR
            else getattr(arg, "shape", None) == shape
            for arg, structure, shape in zip(args, self.structures, self.shapes)
        )

    def numbers_of(self, wrt: tuple[int, ...] | None) -> tuple[int, ...] | None:
        """Return the positions of these arguments' numbers among the numbers of all arguments."""
        if wrt is None:
            return None
        spans = [range(self.starts[a], self.starts[a + 1]) for a in wrt]
        return tuple([number for span in spans for number in span])

    def run(
        self, wrt: tuple[int, ...] | None, flats: Sequence[Flat], samples: int | None
    ) -> Result:
        """Return the outputs, those of guards last, and a gradient for each argument of `wrt`."""
        program = self.programs[wrt]
        live = [leaf.data for leaf in self.live] if self.live else _NO_LEAVES
        if isinstance(program, ArrayProgram):
            arrays = [a if a.__class__ is np.ndarray else np.array(a, np.float64) for a in flats]
            try:
                with np.errstate(all="ignore"):  # IEEE throughout: inf and nan are numbers
                    return program.run(arrays, np.array(live) if live else _NO_NUMBERS, samples)
            except MemoryError:
                raise
            except Exception as error:  # a fault of the compiler: NumPy refused a call
                program = self._fall_back(wrt, error)
        if samples is not None:
            return self._each_sample(program, wrt or (), flats, live, samples)
        outputs, gradients = program.run_parts([*flats, live])
        return outputs, self._by_argument(gradients, wrt or ())

    def checked_outputs(
        self, outputs: Sequence[float] | Floats, samples: int | None
    ) -> Sequence[float] | Floats | None:
        """Return the function's outputs without those of guards; None if a guard does not hold.

        Args:
            outputs: The outputs of `run`; the outcomes of the guards come last.
            samples: The number of samples, or None without a batch.

        Raises:
            ValueError: If a guard holds for some of the samples only.
        """
        count = len(self.expected)
        if not count:
            return outputs
        if samples is None:
            return outputs[:-count] if list(outputs[-count:]) == self.expected else None
        table = np.asarray(outputs)
        return table[:, :-count] if self._guards_hold(table[:, -count:]) else None

    def _guards_hold(self, decisions: Floats) -> bool:
        for guard, outcome, column in zip(self.guards, self.expected, decisions.T):
            agree = column == outcome
            if agree.all():
                continue
            if agree.any():
                raise ValueError(
                    f"{self.name}: samples of the batch take different branches at {guard}: "
                    f"{int(agree.sum())} of {agree.size} as captured; use where(condition, a, b) "
                    "in place of the branch"
                )
            return False
        return True

    def _by_argument(
        self, gradients: Sequence[float] | Floats, wrt: tuple[int, ...]
    ) -> Sequence[Sequence[float] | Floats]:
        """Split the gradients by all numbers into one gradient for each argument of `wrt`."""
        ends = [0, *accumulate([self.starts[a + 1] - self.starts[a] for a in wrt])]
        spans = list(pairwise(ends))
        if isinstance(gradients, np.ndarray):
            shapes = [self.shapes[a] for a in wrt]
            return [gradients[i:j].reshape(shape) for (i, j), shape in zip(spans, shapes)]
        return [gradients[i:j] for i, j in spans]

    def _each_sample(
        self,
        program: ScalarRunner,
        wrt: tuple[int, ...],
        flats: Sequence[Flat],
        live: list[float],
        samples: int,
    ) -> Result:
        """Run straight-line code on one sample after the other."""
        outputs, slopes = run_each(program, flats, self.batched, live, samples)
        found, position = [], 0
        for argument in wrt:
            stop = position + self.starts[argument + 1] - self.starts[argument]
            part, batched = slopes[:, position:stop], self.batched[argument]
            shape = (*((samples,) if batched else ()), *self.shapes[argument])
            found.append((part if batched else part.sum(axis=0)).reshape(shape))
            position = stop
        return outputs, found

    def filled(
        self,
        wrt: tuple[int, ...] | None,
        outputs: Sequence[float] | Floats,
        gradients: Sequence[Sequence[float] | Floats],
        bare_gradient: bool,
    ) -> Nested:
        """Return the value, and with `wrt` the gradients, in the structures that the user knows."""
        value = fill(self.outputs, outputs)
        if wrt is None:
            return value
        found = [
            fill_argument(self.structures[position], gradient, self.batched[position])
            for position, gradient in zip(wrt, gradients)
        ]
        return value, found[0] if bare_gradient else tuple(found)

"""Captured: a captured graph with the programs that run it, as everybody knows it who runs one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any, ClassVar, TypeAlias

import numpy as np

from autograd_core.compiler.arrays import Program, Update
from autograd_core.compiler.capture import Flat, Tree, fill, fill_argument, tree
from autograd_core.compiler.printers import ArrayProgram, NoCompiler, OneByOne, run_each
from autograd_core.compiler.structure import Groups, Scalars
from autograd_core.table import Floats

Result: TypeAlias = "tuple[Sequence[float] | Floats, Sequence[Sequence[float] | Floats]]"
Runnable: TypeAlias = "OneByOne | ArrayProgram"
_NONE: list[float] = []
_NOTHING = np.empty(0)


@dataclass
class Captured:
    """One captured graph and its programs; how these are made is said by who inherits.

    Attributes:
        names: What the arguments are called.
        structures: How they are built; of batched ones, how one sample is.
        batched: Which of them hold one row per sample.
        scalars: The graph, lowered.
        outputs: The structure of what the function returns.
        guards: The decisions that it depends on, as text.
        expected: What their comparisons gave.
        live: Leaves from outside, whose number is read at each call.
        nodes: How many nodes the graph had.
        seconds: Time spent on capturing and compiling.
        name: What the function is called.
        backend: What runs it: `numpy`, `native`, `jax`, or `auto` for NumPy first, and machine code
            once it has been called often enough.
        programs: For each choice of arguments to differentiate by (None: value alone), the program.
        groups: The graph, re-rolled; None if it runs as straight-line code.
        notes: What went otherwise than planned.
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

    quick: ClassVar[bool] = True
    """Whether what is the same at each call can be settled before."""

    def __post_init__(self) -> None:
        self.starts = [0, *accumulate(map(tree.size, self.structures))]
        self.shapes = [tree.array_shape(s, many) for s, many in zip(self.structures, self.batched)]

    # ---- what makes programs -----------------------------------------------------------------

    def program(self, wrt: tuple[int, ...] | None) -> Runnable:
        """Return the program for gradients by these arguments, made at the first request."""
        raise NotImplementedError

    def array_program_of(self, wrt: tuple[int, ...] | None) -> Program:
        """Return the array program, also of what runs as straight-line code.

        Raises:
            NoCompiler: If there is none.
        """
        raise NoCompiler("the graph has no array program")

    def moving(self, wrt: tuple[int, ...], updates: Sequence[Update]) -> ArrayProgram | None:
        """Return the program that moves its arguments besides; None if it cannot be had.

        Args:
            wrt: The arguments to differentiate by.
            updates: How each of them moves, see `with_updates`.
        """
        return None

    def to_native(self, wrt: tuple[int, ...] | None) -> bool:
        """Put machine code in the place of a program; say whether it is there."""
        return False

    def enough(self, wrt: tuple[int, ...] | None, samples: int | None) -> int | None:
        """Return how many calls are enough for machine code; None if it is never worth it."""
        return None

    def _straight(self, wrt: tuple[int, ...] | None, error: Exception) -> OneByOne:
        """Return straight-line code in place of an array program that cannot be had."""
        raise error

    # ---- what runs them ----------------------------------------------------------------------

    def takes(self, args: Sequence[object]) -> bool:
        """Say whether arguments are in the shapes of the program, and have only to be handed over.

        Those of a graph that existed before may be shaped otherwise, a list as an array.
        """
        return all(
            arg.__class__ is float
            if structure == tree.SCALAR
            else getattr(arg, "shape", None) == shape
            for arg, structure, shape in zip(args, self.structures, self.shapes)
        )

    def numbers_of(self, wrt: tuple[int, ...] | None) -> tuple[int, ...] | None:
        """Return where the numbers of some arguments are among those of all."""
        if wrt is None:
            return None
        spans = [range(self.starts[a], self.starts[a + 1]) for a in wrt]
        return tuple([number for span in spans for number in span])

    def run(
        self, wrt: tuple[int, ...] | None, flats: Sequence[Flat], samples: int | None
    ) -> Result:
        """Return the outputs, guards last, and a gradient for each argument asked for."""
        program = self.programs[wrt]
        live = [leaf.data for leaf in self.live] if self.live else _NONE
        if isinstance(program, ArrayProgram):
            arrays = [a if a.__class__ is np.ndarray else np.array(a, np.float64) for a in flats]
            try:
                with np.errstate(all="ignore"):  # IEEE throughout: inf and nan are numbers
                    return program.run(arrays, np.array(live) if live else _NOTHING, samples)
            except MemoryError:
                raise
            except Exception as error:  # a call that NumPy does not take
                program = self._straight(wrt, error)
        if samples is not None:
            return self._each_sample(program, wrt or (), flats, live, samples)
        outputs, gradients = program.run_parts([*flats, live])
        return outputs, self._by_argument(gradients, wrt or ())

    def as_captured(
        self, outputs: Sequence[float] | Floats, samples: int | None
    ) -> Sequence[float] | Floats | None:
        """Return the outputs of the function, None if a guard is not what it was when captured.

        Args:
            outputs: What `run` gave: the guards' comparisons come last.
            samples: How many samples, or None without a batch.

        Raises:
            ValueError: If samples differ in what they decide.
        """
        count = len(self.expected)
        if not count:
            return outputs
        if samples is None:
            return outputs[:-count] if list(outputs[-count:]) == self.expected else None
        table = np.asarray(outputs)
        return table[:, :-count] if self._same_way(table[:, -count:]) else None

    def _same_way(self, decisions: Floats) -> bool:
        for guard, outcome, column in zip(self.guards, self.expected, decisions.T):
            agree = column == outcome
            if agree.all():
                continue
            if agree.any():
                raise ValueError(
                    f"{self.name}: samples of the batch take different ways at {guard}: "
                    f"{int(agree.sum())} of {agree.size} as captured; use where(condition, a, b) "
                    "in place of the branch"
                )
            return False
        return True

    def _by_argument(
        self, gradients: Sequence[float] | Floats, wrt: tuple[int, ...]
    ) -> Sequence[Sequence[float] | Floats]:
        """Return the gradients by single numbers, for each argument."""
        ends = [0, *accumulate([self.starts[a + 1] - self.starts[a] for a in wrt])]
        spans = list(pairwise(ends))
        if isinstance(gradients, np.ndarray):
            shapes = [self.shapes[a] for a in wrt]
            return [gradients[i:j].reshape(shape) for (i, j), shape in zip(spans, shapes)]
        return [gradients[i:j] for i, j in spans]

    def _each_sample(
        self,
        program: OneByOne,
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
            part, many = slopes[:, position:stop], self.batched[argument]
            shape = (*((samples,) if many else ()), *self.shapes[argument])
            found.append((part if many else part.sum(axis=0)).reshape(shape))
            position = stop
        return outputs, found

    def filled(
        self,
        wrt: tuple[int, ...] | None,
        outputs: Sequence[float] | Floats,
        gradients: Sequence[Sequence[float] | Floats],
        alone: bool,
    ) -> Any:
        """Return the value, and the gradients with `wrt`, as the caller wants to have them."""
        value = fill(self.outputs, outputs)
        if wrt is None:
            return value
        found = [
            fill_argument(self.structures[position], gradient, self.batched[position])
            for position, gradient in zip(wrt, gradients)
        ]
        return value, found[0] if alone else tuple(found)

"""Version: one captured graph, and the programs that have been made of it so far."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any, TypeAlias

import numpy as np

from autograd_core.compiler.arrays import strict
from autograd_core.compiler.capture import Flat, Trace, Tree, tree
from autograd_core.compiler.pipeline import array_program, groups_of
from autograd_core.compiler.printers import (
    ArrayProgram,
    Floats,
    ScalarProgram,
    emit_scalar,
    run_each,
)
from autograd_core.compiler.structure import Groups, Scalars, lower

Result: TypeAlias = "tuple[Sequence[float] | Floats, Sequence[Sequence[float] | Floats]]"
Program: TypeAlias = "ScalarProgram | ArrayProgram"
_SMALL = 100  # instructions that are not worth looking for structure in
_LIKE = 30  # instructions for each group, from which on calls to NumPy pay (tests/benchmarks)


_NONE: list[float] = []
_NOTHING = np.empty(0)


@dataclass
class Version:
    """One captured graph and its programs.

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
        plan: `arrays` or `scalars` to have it so; `auto` for what is faster.
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
    plan: str = "auto"
    programs: dict[tuple[int, ...] | None, Program] = field(default_factory=dict)
    groups: Groups | None = None
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        begin = time.perf_counter()
        sizes = [tree.size(structure) for structure in self.structures]
        self.starts = [0, *accumulate(sizes)]
        self.shapes = [tree.array_shape(s, many) for s, many in zip(self.structures, self.batched)]
        count = len(self.scalars.ops)
        batch = any(self.batched)
        if batch or self.plan == "arrays" or (self.plan == "auto" and count > _SMALL):
            automatic = self.plan == "auto" and not batch
            groups = self._groups([*sizes, len(self.live)], automatic)
            if groups is not None and (not automatic or len(groups.groups) * _LIKE < count):
                self.groups = groups
        self.seconds += time.perf_counter() - begin

    def _groups(self, sizes: list[int], give_up: bool) -> Groups | None:
        try:
            return groups_of(
                self.scalars, sizes, give_up=give_up, differentiated=self._has_gradient()
            )
        except (MemoryError, RecursionError):
            raise
        except Exception as error:
            self._straight(None, error)
            return None

    def _has_gradient(self) -> bool:
        """Say whether the first output can be differentiated: alone, or with others beside it."""
        if isinstance(self.outputs, str):
            return True
        items = self.outputs.items
        return not self.outputs.keys and len(items) == 2 and items[0] == tree.SCALAR

    def program(self, wrt: tuple[int, ...] | None) -> Program:
        """Return the program for gradients by these arguments, made at the first request."""
        found = self.programs.get(wrt)
        if found is None:
            begin = time.perf_counter()
            if self.groups is not None:
                found = self._array_program(self.groups, wrt)
            else:
                found = emit_scalar(self.scalars, self._numbers(wrt))
            self.programs[wrt] = found
            self.seconds += time.perf_counter() - begin
        return found

    def _array_program(self, groups: Groups, wrt: tuple[int, ...] | None) -> Program:
        try:
            return array_program(groups, self.names, self.shapes, self.batched, wrt)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # a fault of the compiler: the numbers shall be right anyway
            return self._straight(wrt, error)

    def _straight(self, wrt: tuple[int, ...] | None, error: Exception) -> Program:
        """Return straight-line code in place of an array program that cannot be had."""
        if strict():
            raise error
        why = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        self.notes.append(
            f"runs as straight-line code, since the compiler has a fault ({why:.300})"
        )
        warnings.warn(
            "autograd_core.compile found a fault of its own, and runs this function as "
            f"straight-line code instead: slower, with the right numbers. Please report it: {why}",
            RuntimeWarning,
            stacklevel=2,
        )
        self.programs[wrt] = emit_scalar(self.scalars, self._numbers(wrt))
        return self.programs[wrt]

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

    def _numbers(self, wrt: tuple[int, ...] | None) -> tuple[int, ...] | None:
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
        assert isinstance(program, ScalarProgram)
        if samples is not None:
            return self._each_sample(program, wrt or (), flats, live, samples)
        numbers: list[float] = []
        for flat in flats:
            numbers += flat if isinstance(flat, list) else flat.ravel().tolist()
        outputs, gradients = program.run(numbers + live)
        return outputs, self._by_argument(gradients, wrt or ())

    def _by_argument(
        self, gradients: Sequence[float], wrt: tuple[int, ...]
    ) -> list[Sequence[float]]:
        """Return the gradients by single numbers, for each argument."""
        ends = [0, *accumulate([self.starts[a + 1] - self.starts[a] for a in wrt])]
        return [gradients[start:stop] for start, stop in pairwise(ends)]

    def _each_sample(
        self,
        program: ScalarProgram,
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

    def entry(
        self, wrt: tuple[int, ...] | None, samples: int | None, alone: bool
    ) -> Callable[..., Any] | None:
        """Return a function of arguments that need no checks, None if guards have to be.

        NumPy's warnings are left to its caller.

        Args:
            wrt: The arguments to differentiate by; None for the value alone.
            samples: How many samples, or None without a batch.
            alone: Whether the gradient is wanted by itself, and not in a tuple.
        """
        if self.expected:
            return None
        program = self.programs[wrt]
        plain = all(s == tree.SCALAR for s in [self.outputs, *self.structures])
        if isinstance(program, ScalarProgram) and plain and not (program.chunks or self.live):
            return program.entry(alone)

        if isinstance(program, ArrayProgram):
            return self._array_entry(program, samples, alone)

        def run(*arguments: Any) -> Any:
            flats = [[a] if a.__class__ is float else a for a in arguments]
            outputs, gradients = self.run(wrt, flats, samples)
            return self.filled(wrt, outputs, gradients, alone)

        return run

    def _array_entry(
        self, program: ArrayProgram, samples: int | None, alone: bool
    ) -> Callable[..., Any]:
        """Return `entry` for an array program; what is the same at each call is settled before."""
        single = self.outputs == tree.SCALAR
        # settled before, since to walk the structure takes 2 us more each time
        fill_rows = tree.filler(self.outputs) if samples is not None else None
        floats = any(
            s == tree.SCALAR and not many for s, many in zip(self.structures, self.batched)
        )
        places = [(self.structures[i], self.batched[i]) for i in program.wrt or ()]
        arrays = all(s.kind is np.ndarray for s, _ in places if not isinstance(s, str))
        as_they_are = arrays and all(many or s != tree.SCALAR for s, many in places)
        ready = program.ready(samples)

        def run(*arguments: Any) -> Any:
            given: Sequence[Any] = arguments
            if floats:
                given = [np.array([a]) if a.__class__ is float else a for a in arguments]
            live = np.array([leaf.data for leaf in self.live]) if self.live else _NOTHING
            outputs, gradients = ready(given, live)
            if fill_rows is not None:
                value = fill_rows(outputs)
            else:
                value = outputs[0] if single else tree.fill(self.outputs, outputs)
            if program.wrt is None:
                return value
            found: Sequence[Any] = gradients
            if not as_they_are:
                found = [tree.fill_argument(s, g, many) for (s, many), g in zip(places, gradients)]
            return value, found[0] if alone else tuple(found)

        return run

    def filled(
        self,
        wrt: tuple[int, ...] | None,
        outputs: Sequence[float] | Floats,
        gradients: Sequence[Sequence[float] | Floats],
        alone: bool,
    ) -> Any:
        """Return the value, and the gradients with `wrt`, as the caller wants to have them."""
        value = tree.fill(self.outputs, outputs)
        if wrt is None:
            return value
        found = [
            tree.fill_argument(self.structures[position], gradient, self.batched[position])
            for position, gradient in zip(wrt, gradients)
        ]
        return value, found[0] if alone else tuple(found)

    @property
    def report(self) -> str:
        """What became of the graph."""
        lines = [f"{self.nodes:,} nodes -> {len(self.scalars.ops):,} instructions"]
        if self.groups is not None:
            lines[0] += f" -> {len(self.groups.groups)} groups"
        for wrt, program in self.programs.items():
            what = "value" if wrt is None else f"value and gradient by {wrt}"
            if isinstance(program, ArrayProgram):
                text = program.text
                shared, each = 8 * text.doubles[1], 8 * text.doubles[0]
                size = f"{shared:,} bytes" + (f" and {each:,} for each sample" if each else "")
                lines.append(
                    f"{what}: {text.calls} array operations, {text.matmuls} of them matrix "
                    f"products; {size}"
                )
            else:
                lines.append(f"{what}: straight-line code, {len(program.texts)} texts")
        lines += self.notes
        lines.append(f"compiled in {self.seconds:.3f} s")
        lines += [f"guard: {guard}" for guard in self.guards]
        return "\n".join(lines)


def version_of(
    trace: Trace,
    names: list[str],
    structures: list[Tree],
    batched: list[bool],
    begin: float,
    plan: str = "auto",
) -> Version:
    """Return the version for a captured graph; `begin` is when capturing began."""
    scalars = lower(trace)
    return Version(
        names,
        structures,
        batched,
        scalars,
        trace.structure,
        [str(guard) for guard in trace.guards],
        [float(guard.outcome) for guard in trace.guards],
        trace.live,
        len(trace.order),
        time.perf_counter() - begin,
        plan,
    )

"""Version: one captured graph, and the programs that have been made of it so far."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any, ClassVar, TypeAlias, TypeVar

import numpy as np

from autograd_core.compiler.arrays import Program as Arrays
from autograd_core.compiler.arrays import Update, strict, verify, with_updates
from autograd_core.compiler.capture import Flat, Trace, Tree, fill, fill_argument, tree
from autograd_core.compiler.choice import at_once, enough, interprets
from autograd_core.compiler.pipeline import groups_of, program_of
from autograd_core.compiler.printers import (
    DTYPES,
    ArrayProgram,
    Floats,
    InterpretedProgram,
    JaxProgram,
    NativeProgram,
    NoCompiler,
    ScalarProgram,
    can_compile,
    can_interpret,
    emit,
    emit_scalar,
    interpreted,
    jax_program,
    native_program,
    run_each,
)
from autograd_core.compiler.structure import Groups, Scalars, lower

Result: TypeAlias = "tuple[Sequence[float] | Floats, Sequence[Sequence[float] | Floats]]"
Program: TypeAlias = "ScalarProgram | InterpretedProgram | ArrayProgram"
Made = TypeVar("Made")
_SMALL = 100  # instructions that are not worth looking for structure in
_MIN_GROUP_SIZE = 30  # instructions, from which on calls to NumPy pay (tests/benchmarks)


_LOCK = threading.RLock()  # one thread at a time makes machine code
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
        backend: What runs it: `numpy`, `native`, `jax`, or `auto` for NumPy first, and machine code
            once it has been called often enough.
        dtype: What JAX computes in.
        name: What the function is called.
        programs: For each choice of arguments to differentiate by (None: value alone), the program.
        arrays: The array programs that machine code may be made of.
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
    backend: str = "numpy"
    name: str = "program"
    dtype: str = "float64"
    programs: dict[tuple[int, ...] | None, Program] = field(default_factory=dict)
    arrays: dict[tuple[int, ...] | None, Arrays] = field(default_factory=dict)
    groups: Groups | None = None
    notes: list[str] = field(default_factory=list)

    quick: ClassVar[bool] = True
    """Whether what is the same at each call can be settled before."""

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
            if groups is not None and (
                not automatic or len(groups.groups) * _MIN_GROUP_SIZE < count
            ):
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
            if self.backend in ("native", "jax"):
                found = self.native(wrt)  # which counts its own time
                begin = time.perf_counter()
            elif self._at_once():
                found = self._tried(lambda: self._interpreted(wrt))
            if found is None and self.groups is not None:
                found = self._array_program(self.groups, wrt)
            elif found is None:
                found = emit_scalar(self.scalars, self._numbers(wrt))
            self.programs[wrt] = found
            self.seconds += time.perf_counter() - begin
        return found

    def _at_once(self) -> bool:
        """Say whether straight-line code is not even printed as Python."""
        long = self.groups is None and at_once(len(self.scalars.ops))
        return long and self.backend == "auto" and can_interpret()

    def _array_program(self, groups: Groups, wrt: tuple[int, ...] | None) -> Program:
        try:
            return ArrayProgram(emit(self._arrays(groups, wrt)), tuple(self.batched), wrt)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # a fault of the compiler: the numbers shall be right anyway
            return self._straight(wrt, error)

    def _arrays(self, groups: Groups, wrt: tuple[int, ...] | None) -> Arrays:
        """Return the array program, which is the same for every printer."""
        found = self.arrays.get(wrt)
        if found is None:
            found = program_of(groups, self.names, self.shapes, self.batched, wrt)
            if self.backend != "numpy":
                self.arrays[wrt] = found
        return found

    def array_program_of(self, wrt: tuple[int, ...] | None) -> Arrays:
        """Return the array program, also of what runs as straight-line code.

        Raises:
            NoCompiler: If there is none.
        """
        sizes = [*map(tree.size, self.structures), len(self.live)]
        groups = self.groups or self._groups(sizes, False)
        if groups is None:
            raise NoCompiler("the graph has no array program")
        return self._arrays(groups, wrt)

    def _gradient_shapes(
        self, wrt: tuple[int, ...] | None
    ) -> tuple[tuple[int, ...] | None, ...] | None:
        """Return the shape of each gradient, None for a float; None if not all is such."""
        kinds = [s if isinstance(s, str) else s.kind for s in (self.outputs, *self.structures)]
        if kinds[0] != tree.SCALAR or not set(kinds[1:]) <= {tree.SCALAR, np.ndarray}:
            return None
        return tuple([None if kinds[i + 1] == tree.SCALAR else self.shapes[i] for i in wrt or ()])

    def native(
        self, wrt: tuple[int, ...] | None
    ) -> NativeProgram | InterpretedProgram | JaxProgram | None:
        """Return the program in machine code or JAX; None if it cannot be had: the report says."""
        return self._tried(lambda: self._interpreted(wrt) or self._compiled(wrt, ()))

    def moving(
        self, wrt: tuple[int, ...], updates: Sequence[Update]
    ) -> NativeProgram | JaxProgram | None:
        """Return the same of a program that moves its arguments besides, see `with_updates`."""
        return self._tried(lambda: self._compiled(wrt, updates))

    def _tried(self, make: Callable[[], Made]) -> Made | None:
        """Return what `make` does, or note why there is none."""
        begin = time.perf_counter()
        what = "JAX" if self.backend == "jax" else "machine code"
        try:
            return make()
        except NoCompiler as error:
            self.notes.append(f"no {what}: {error}")
        except (MemoryError, RecursionError):
            raise
        except Exception as error:
            if strict():
                raise
            why = f"{type(error).__name__}: {error}".splitlines()[0]
            self.notes.append(f"no {what}: {why:.300}")
            warnings.warn(f"no {what}, so NumPy runs it: {why}", RuntimeWarning, stacklevel=2)
        finally:
            self.seconds += time.perf_counter() - begin
        return None

    def _compiled(
        self, wrt: tuple[int, ...] | None, updates: Sequence[Update]
    ) -> NativeProgram | JaxProgram:
        program = self.array_program_of(wrt)
        batched, shapes = tuple(self.batched), self._gradient_shapes(wrt)
        if updates:
            program, shapes = verify(with_updates(program, updates)), None
            wrt = tuple([program.arguments.index(each) for _, each in program.gradients])
            batched = tuple([argument.batched for argument in program.arguments[:-1]])
        if self.backend == "jax":
            return jax_program(program, batched, wrt, self.dtype)
        return native_program(program, batched, wrt, self.name, shapes, bool(updates))

    def _interpreted(self, wrt: tuple[int, ...] | None) -> InterpretedProgram | None:
        """Return what a machine runs step by step, if that is better than loops; else None."""
        if self.backend == "jax":
            return None
        program = None if self.groups is None else self._arrays(self.groups, wrt)
        if not interprets(program, len(self.scalars.ops)):
            return None
        return interpreted(self.scalars, self._numbers(wrt))

    def to_native(self, wrt: tuple[int, ...] | None) -> bool:
        """Put machine code in the place of a program; say whether it is there."""
        with _LOCK:
            if not isinstance(self.programs[wrt], NativeProgram | InterpretedProgram):
                found = self.native(wrt)
                if found is None:
                    self.backend = "numpy"  # not tried again
                    return False
                self.programs[wrt] = found
        return True

    def enough(self, wrt: tuple[int, ...] | None, samples: int | None) -> int | None:
        """Return how many calls are enough for machine code; None if it is never worth it."""
        found = self.programs[wrt]
        if self.backend != "auto" or isinstance(found, NativeProgram | InterpretedProgram):
            return None
        program, steps = self.arrays.get(wrt), len(self.scalars.ops)
        return enough(program, steps, samples, can_compile(), can_interpret())

    def _straight(self, wrt: tuple[int, ...] | None, error: Exception) -> ScalarProgram:
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
        found = self.programs[wrt] = emit_scalar(self.scalars, self._numbers(wrt))
        return found

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
        program: ScalarProgram | InterpretedProgram,
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

    @property
    def report(self) -> str:
        """What became of the graph."""
        lines = [f"{self.nodes:,} nodes -> {len(self.scalars.ops):,} instructions"]
        if self.groups is not None:
            lines[0] += f" -> {len(self.groups.groups)} groups"
        for wrt, program in self.programs.items():
            what = "value" if wrt is None else f"value and gradient by {wrt}"
            lines.append(f"{what}: {program.summary}")
        lines += self.notes
        lines.append(f"compiled in {self.seconds:.3f} s")
        lines += [f"guard: {guard}" for guard in self.guards]
        return "\n".join(lines)


def known_dtype(dtype: str) -> str:
    """Return a kind of number.

    Raises:
        ValueError: If JAX computes in no such numbers.
    """
    if dtype not in DTYPES:
        raise ValueError(f"dtype wants one of {', '.join(DTYPES)}, got {dtype!r}")
    return dtype


def version_of(
    trace: Trace,
    names: list[str],
    structures: list[Tree],
    batched: list[bool],
    begin: float,
    plan: str = "auto",
    backend: str = "numpy",
    name: str = "program",
    dtype: str = "float64",
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
        backend,
        name,
        dtype,
    )

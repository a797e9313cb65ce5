"""Version: one captured graph, and how the programs that run it are made when they are wanted."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from autograd_core.compiler.arrays import Program, Update, strict, verify, with_updates
from autograd_core.compiler.capture import Trace, Tree, tree
from autograd_core.compiler.captured import Captured, Runnable
from autograd_core.compiler.choice import enough, faster_on_machine, runs_on_machine
from autograd_core.compiler.pipeline import groups_of, program_of
from autograd_core.compiler.printers import (
    ArrayProgram,
    JaxProgram,
    MachineProgram,
    NativeProgram,
    NoCompiler,
    ScalarProgram,
    TooLong,
    can_compile,
    emit,
    emit_scalar,
    has_machine,
    jax_program,
    machine_program,
    native_program,
)
from autograd_core.compiler.structure import Groups, lower

_SMALL = 100  # instructions that are not worth looking for structure in
_MIN_GROUP_SIZE = 30  # instructions, from which on calls to NumPy pay (tests/benchmarks)

Made = TypeVar("Made")
_LOCK = threading.RLock()  # one thread at a time makes machine code


@dataclass
class Version(Captured):
    """One captured graph and its programs.

    Attributes:
        plan: `arrays` or `scalars` to have it so; `auto` for what is faster.
        dtype: What JAX computes in.
        arrays: The array programs that machine code may be made of.
    """

    plan: str = "auto"
    dtype: str = "float64"
    arrays: dict[tuple[int, ...] | None, Program] = field(default_factory=dict)

    def __post_init__(self) -> None:
        begin = time.perf_counter()
        super().__post_init__()
        batch, count = any(self.batched), len(self.scalars.ops)
        if batch or self.plan == "arrays" or (self.plan == "auto" and count > _SMALL):
            automatic = self.plan == "auto" and not batch
            groups = self._groups(give_up=automatic)
            if groups and not (automatic and len(groups.groups) * _MIN_GROUP_SIZE >= count):
                self.groups = groups
        self.seconds += time.perf_counter() - begin

    def _groups(self, *, give_up: bool) -> Groups | None:
        sizes = [*map(tree.size, self.structures), len(self.live)]
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

    def program(self, wrt: tuple[int, ...] | None) -> Runnable:
        """Return the program for gradients by these arguments, made at the first request."""
        found = self.programs.get(wrt)
        if found is None:
            begin = time.perf_counter()
            if self.backend in ("native", "jax"):
                found = self.native(wrt)  # which counts its own time
                begin = time.perf_counter()
            if found is None and self.groups is not None:
                found = self._array_program(self.groups, wrt)
            elif found is None:
                found = emit_scalar(self.scalars, self.numbers_of(wrt))
            self.programs[wrt] = found
            self.seconds += time.perf_counter() - begin
        return found

    def _array_program(self, groups: Groups, wrt: tuple[int, ...] | None) -> Runnable:
        try:
            return ArrayProgram(emit(self._arrays(groups, wrt)), tuple(self.batched), wrt)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # a fault of the compiler: the numbers shall be right anyway
            return self._straight(wrt, error)

    def _arrays(self, groups: Groups, wrt: tuple[int, ...] | None) -> Program:
        """Return the array program, which is the same for every printer."""
        found = self.arrays.get(wrt)
        if found is None:
            found = program_of(groups, self.names, self.shapes, self.batched, wrt)
            if self.backend != "numpy":
                self.arrays[wrt] = found
        return found

    def array_program_of(self, wrt: tuple[int, ...] | None) -> Program:
        """Return the array program, also of what runs as straight-line code.

        Raises:
            NoCompiler: If there is none.
        """
        groups = self.groups or self._groups(give_up=False)
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
    ) -> NativeProgram | MachineProgram | JaxProgram | None:
        """Return the program in machine code or JAX; None if it cannot be had: the report says."""
        return self._tried(lambda: self._on_machine(wrt) or self._short(wrt))

    def moving(
        self, wrt: tuple[int, ...], updates: Sequence[Update]
    ) -> NativeProgram | JaxProgram | None:
        """Return the program that moves its arguments besides; None if it cannot be had.

        Args:
            wrt: The arguments to differentiate by.
            updates: How each of them moves, see `with_updates`.
        """
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

    def _short(self, wrt: tuple[int, ...] | None) -> NativeProgram | MachineProgram | JaxProgram:
        """Return the compiled program, or what runs it step by step if its text is too long."""
        try:
            return self._compiled(wrt, ())
        except TooLong:
            if not faster_on_machine(self.array_program_of(wrt), self.scalars.steps):
                raise
            return machine_program(self.scalars, self.numbers_of(wrt), emit_scalar)

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

    def _on_machine(self, wrt: tuple[int, ...] | None) -> MachineProgram | None:
        """Return what a machine runs step by step, if that is better than loops; else None."""
        if self.backend == "jax":
            return None
        program = None if self.groups is None else self._arrays(self.groups, wrt)
        if not runs_on_machine(program, self.scalars.steps):
            return None
        return machine_program(self.scalars, self.numbers_of(wrt), emit_scalar)

    def to_native(self, wrt: tuple[int, ...] | None) -> bool:
        """Put machine code in the place of a program; say whether it is there."""
        with _LOCK:
            if not isinstance(self.programs[wrt], NativeProgram | MachineProgram):
                found = self.native(wrt)
                if found is None:
                    self.backend = "numpy"  # not tried again
                    return False
                self.programs[wrt] = found
        return True

    def enough(self, wrt: tuple[int, ...] | None, samples: int | None) -> int | None:
        """Return how many calls are enough for machine code; None if it is never worth it."""
        found = self.programs[wrt]
        if self.backend != "auto" or isinstance(found, NativeProgram | MachineProgram):
            return None
        program, steps = self.arrays.get(wrt), self.scalars.steps
        return enough(program, steps, samples, can_compile(), has_machine())

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
        found = self.programs[wrt] = emit_scalar(self.scalars, self.numbers_of(wrt))
        return found


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
        name,
        backend,
        plan=plan,
        dtype=dtype,
    )

"""Version: one captured graph, and how its programs are made on demand."""

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
from autograd_core.compiler.choice import calls_until_native, faster_on_machine, runs_on_machine
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

_SMALL = 100  # instructions up to which a graph runs as straight-line code anyway
_MIN_GROUP_SIZE = 30  # mean instructions per group from which on NumPy pays (tests/benchmarks)

Made = TypeVar("Made")
_COMPILING = threading.RLock()  # one thread at a time makes machine code


@dataclass
class Version(Captured):
    """One captured graph and its programs.

    Attributes:
        plan: `arrays` or `scalars` forces array programs or straight-line code; `auto` chooses
            the faster one.
        dtype: The dtype that JAX computes in.
        arrays: The array programs, by the keys of `programs`, for machine code to be made of.
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
            self._fall_back(None, error)
            return None

    def _has_gradient(self) -> bool:
        """Return whether a gradient may be asked for: of one number, or of a pair's first."""
        if isinstance(self.outputs, str):
            return True
        items = self.outputs.items
        return not self.outputs.keys and len(items) == 2 and items[0] == tree.SCALAR

    def program(self, wrt: tuple[int, ...] | None) -> Runnable:
        """Return the program with gradients by these arguments; make it at the first request."""
        found = self.programs.get(wrt)
        if found is None:
            begin = time.perf_counter()
            if self.backend in ("native", "jax"):
                found = self.native(wrt)  # adds its own time to `seconds`
                begin = time.perf_counter()
            if found is None and self.groups is not None:
                found = self._numpy_program(self.groups, wrt)
            elif found is None:
                found = emit_scalar(self.scalars, self.numbers_of(wrt))
            self.programs[wrt] = found
            self.seconds += time.perf_counter() - begin
        return found

    def _numpy_program(self, groups: Groups, wrt: tuple[int, ...] | None) -> Runnable:
        try:
            return ArrayProgram(emit(self._array_program(groups, wrt)), tuple(self.batched), wrt)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # a fault of the compiler must not cost the right numbers
            return self._fall_back(wrt, error)

    def _array_program(self, groups: Groups, wrt: tuple[int, ...] | None) -> Program:
        """Return the array program that all printers read."""
        found = self.arrays.get(wrt)
        if found is None:
            found = program_of(groups, self.names, self.shapes, self.batched, wrt)
            if self.backend != "numpy":
                self.arrays[wrt] = found
        return found

    def array_program_of(self, wrt: tuple[int, ...] | None) -> Program:
        """Return the array program, even if straight-line code is what runs.

        Raises:
            NoCompiler: If there is none.
        """
        groups = self.groups or self._groups(give_up=False)
        if groups is None:
            raise NoCompiler("the graph has no array program")
        return self._array_program(groups, wrt)

    def _gradient_shapes(
        self, wrt: tuple[int, ...] | None
    ) -> tuple[tuple[int, ...] | None, ...] | None:
        """Return the shape of each gradient, None for a float; None if a structure is nested."""
        kinds = [s if isinstance(s, str) else s.kind for s in (self.outputs, *self.structures)]
        if kinds[0] != tree.SCALAR or not set(kinds[1:]) <= {tree.SCALAR, np.ndarray}:
            return None
        return tuple([None if kinds[i + 1] == tree.SCALAR else self.shapes[i] for i in wrt or ()])

    def native(
        self, wrt: tuple[int, ...] | None
    ) -> NativeProgram | MachineProgram | JaxProgram | None:
        """Return the program in machine code or JAX; None, with a note, if it cannot be made."""
        return self._attempt(lambda: self._machine_program(wrt) or self._compiled_or_machine(wrt))

    def training_program(
        self, wrt: tuple[int, ...], updates: Sequence[Update]
    ) -> NativeProgram | JaxProgram | None:
        """Return a program that also updates its arguments; None, with a note, if none can be made.

        Args:
            wrt: The arguments to differentiate by.
            updates: The update rule of each of them, see `with_updates`.
        """
        return self._attempt(lambda: self._compiled_program(wrt, updates))

    def _attempt(self, make: Callable[[], Made]) -> Made | None:
        """Return the result of `make`; None if it fails, with a note of the reason."""
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

    def _compiled_or_machine(
        self, wrt: tuple[int, ...] | None
    ) -> NativeProgram | MachineProgram | JaxProgram:
        """Return the compiled program, or the machine's if its source is too long to compile."""
        try:
            return self._compiled_program(wrt, ())
        except TooLong:
            if not faster_on_machine(self.array_program_of(wrt), self.scalars.steps):
                raise
            return machine_program(self.scalars, self.numbers_of(wrt), emit_scalar)

    def _compiled_program(
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

    def _machine_program(self, wrt: tuple[int, ...] | None) -> MachineProgram | None:
        """Return the machine's program if it is faster than compiled loops; else None."""
        if self.backend == "jax":
            return None
        program = None if self.groups is None else self._array_program(self.groups, wrt)
        if not runs_on_machine(program, self.scalars.steps):
            return None
        return machine_program(self.scalars, self.numbers_of(wrt), emit_scalar)

    def to_native(self, wrt: tuple[int, ...] | None) -> bool:
        """Replace a program by machine code; return whether it is machine code now."""
        with _COMPILING:
            if not isinstance(self.programs[wrt], NativeProgram | MachineProgram):
                found = self.native(wrt)
                if found is None:
                    self.backend = "numpy"  # not to be tried again
                    return False
                self.programs[wrt] = found
        return True

    def calls_until_native(self, wrt: tuple[int, ...] | None, samples: int | None) -> int | None:
        """Return after how many calls to make machine code; None for never."""
        found = self.programs[wrt]
        if self.backend != "auto" or isinstance(found, NativeProgram | MachineProgram):
            return None
        program, steps = self.arrays.get(wrt), self.scalars.steps
        return calls_until_native(program, steps, samples, can_compile(), has_machine())

    def _fall_back(self, wrt: tuple[int, ...] | None, error: Exception) -> ScalarProgram:
        """Return straight-line code in place of an array program that failed with `error`."""
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
    """Return the version for a captured graph; `begin` is the time at which capturing began."""
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

"""Compiled: the object that `compile` returns; it captures when it must and runs what it has."""

from __future__ import annotations

import inspect
import pickle
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from autograd_core.compiler import tree
from autograd_core.compiler.capture import Engine, Trace, capture
from autograd_core.compiler.lower import Scalars, lower
from autograd_core.compiler.scalar import ScalarProgram, emit_scalar
from autograd_core.compiler.tree import Flat, Tree

Wrt: TypeAlias = "int | tuple[int, ...]"
_KEPT = 8  # captured graphs for one structure of arguments, one for each way through the branches


@dataclass
class Version:
    """One captured graph and the programs made of it so far.

    Attributes:
        structures: The structure of each argument that is not static.
        scalars: The graph, lowered.
        outputs: The structure of what the function returns.
        guards: The decisions that it depends on, as text.
        expected: What their comparisons gave.
        live: Leaves from outside, whose number is read at each call.
        programs: For each choice of inputs to differentiate by (None: value alone), the program.
        seconds: Time spent on capturing and compiling.
    """

    structures: list[Tree]
    scalars: Scalars
    outputs: Tree
    guards: list[str]
    expected: list[float]
    live: list[Any]
    nodes: int
    seconds: float
    programs: dict[tuple[int, ...] | None, ScalarProgram] = field(default_factory=dict)

    def program(self, wrt: tuple[int, ...] | None) -> ScalarProgram:
        """Return the program for gradients by these arguments, made at the first request."""
        found = self.programs.get(wrt)
        if found is None:
            begin = time.perf_counter()
            found = emit_scalar(self.scalars, self._numbers(wrt))
            self.programs[wrt] = found
            self.seconds += time.perf_counter() - begin
        return found

    def _numbers(self, wrt: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if wrt is None:
            return None
        sizes = [tree.size(structure) for structure in self.structures]
        return tuple(
            [sum(sizes[:argument]) + i for argument in wrt for i in range(sizes[argument])]
        )


def version_of(trace: Trace, structures: list[Tree], begin: float) -> Version:
    """Return the version of the program for a captured graph."""
    scalars = lower(trace)
    return Version(
        structures,
        scalars,
        trace.structure,
        [str(guard) for guard in trace.guards],
        [float(guard.outcome) for guard in trace.guards],
        trace.live,
        len(trace.order),
        time.perf_counter() - begin,
    )


class Compiled:
    """A function of Values as a program on plain numbers; see `autograd_core.compile`.

    Call it as the function: numbers, lists, tuples, dicts and arrays of numbers in, floats and
    arrays in the structure of the function's result out. Several threads may call it.
    """

    def __init__(
        self,
        function: Callable[..., Any] | None,
        engine: Engine,
        *,
        static: frozenset[int] = frozenset(),
        fixed: Version | None = None,
        name: str = "",
    ) -> None:
        self._function = function
        self._engine = engine
        self._static = static
        self._fixed = fixed  # of compile_graph: no other graph can be captured
        self._name = name or getattr(function, "__name__", "the function")
        self._versions: dict[Hashable, list[Version]] = {}
        self._latest: Version | None = fixed
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"<Compiled {self._name}>"

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Return the value, in the structure of the function's result.

        Raises:
            TypeError: If an argument holds something that is no number.
            ValueError: If an argument has not the shape that was agreed on.
        """
        version, outputs, _ = self._run(args, kwargs, None)
        return tree.fill(version.outputs, outputs)

    def value_and_grad(self, *args: object, wrt: Wrt = 0, **kwargs: object) -> tuple[Any, Any]:
        """Return the value and its gradient, in the structure of the argument.

        Args:
            args: The arguments of the function.
            wrt: Position of the argument to differentiate by, or several of them.
            kwargs: Arguments by name.

        Raises:
            TypeError: If the function returns several numbers, or `wrt` names a static argument.
            IndexError: If there is no such argument.
        """
        positions = (wrt,) if isinstance(wrt, int) else tuple(wrt)
        version, outputs, gradients = self._run(args, kwargs, positions)
        found = []
        start = 0
        for position in self._dynamic(positions):
            structure = version.structures[position]
            stop = start + tree.size(structure)
            found.append(tree.fill(structure, gradients[start:stop]))
            start = stop
        return outputs[0], found[0] if isinstance(wrt, int) else tuple(found)

    def grad(self, *args: object, wrt: Wrt = 0, **kwargs: object) -> Any:
        """Return the gradient alone; see `value_and_grad`."""
        return self.value_and_grad(*args, wrt=wrt, **kwargs)[1]

    @property
    def source(self) -> str:
        """The program that ran last, as Python source.

        Raises:
            RuntimeError: If nothing has been compiled yet.
        """
        programs = list(self._compiled().programs.values())
        return programs[-1].source

    @property
    def report(self) -> str:
        """What became of the graph: sizes, what was found in it, time, guards.

        Raises:
            RuntimeError: If nothing has been compiled yet.
        """
        version = self._compiled()
        lines = [
            f"{version.nodes:,} nodes -> {len(version.scalars.ops):,} instructions",
            f"compiled in {version.seconds:.3f} s",
            *[f"guard: {guard}" for guard in version.guards],
        ]
        return "\n".join(lines)

    def _compiled(self) -> Version:
        if self._latest is None:
            raise RuntimeError(
                f"{self._name} has not been compiled yet: call it once, since its graph depends "
                "on the shapes of the arguments"
            )
        if not self._latest.programs:
            self._latest.program(None)
        return self._latest

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in self.__dict__.items() if name != "_lock"}
        try:
            pickle.dumps(self._function)
        except (pickle.PicklingError, AttributeError, TypeError):
            state["_function"] = None  # what has been captured still runs
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.RLock()

    def _run(
        self, args: tuple[object, ...], kwargs: dict[str, object], wrt: tuple[int, ...] | None
    ) -> tuple[Version, Sequence[float], Sequence[float]]:
        if kwargs:
            args = self._bind(args, kwargs)
        key, structures, flats = self._flatten(args)
        chosen = None
        if wrt is not None:
            for position in wrt:
                self._check_wrt(position, len(args))
            chosen = self._dynamic(wrt)
        if self._fixed is not None:
            candidates = [self._fixed]
            self._check_fixed(structures)
        else:
            candidates = self._versions.get(key, [])
        for version in candidates:
            found = self._try(version, chosen, flats)
            if found is not None:
                return found
        with self._lock:
            version = self._capture(args, key, structures, flats)
            found = self._try(version, chosen, flats)
        if found is None:
            raise RuntimeError(
                f"{self._name} decides differently from one run to the next on the same "
                f"arguments: {'; '.join(version.guards)}; randomness belongs outside of it"
            )
        return found

    def _try(
        self, version: Version, wrt: tuple[int, ...] | None, flats: list[Flat]
    ) -> tuple[Version, Sequence[float], Sequence[float]] | None:
        """Return the result of a version, or None if its guards do not hold."""
        if wrt is not None and version.outputs != tree.SCALAR:
            raise TypeError(
                f"{self._name} returns {version.outputs}, and a gradient is that of one number; "
                "return one Value, or compile a function that takes the jacobian"
            )
        numbers: list[float] = []
        for flat in flats:
            numbers += flat if isinstance(flat, list) else flat.tolist()
        if version.live:
            numbers += [leaf.data for leaf in version.live]
        program = version.programs.get(wrt) or self._program(version, wrt)
        outputs, gradients = program.run(numbers)
        if version.expected:
            count = len(outputs) - len(version.expected)
            if list(outputs[count:]) != version.expected:
                return None
            outputs = outputs[:count]
        self._latest = version
        return version, outputs, gradients

    def _program(self, version: Version, wrt: tuple[int, ...] | None) -> ScalarProgram:
        with self._lock:
            return version.program(wrt)

    def _capture(
        self, args: tuple[object, ...], key: Hashable, structures: list[Tree], flats: list[Flat]
    ) -> Version:
        """Capture the function on these arguments and remember the version."""
        if self._function is None:
            raise RuntimeError(
                f"{self._name} came from a pickle without its function, so that only arguments "
                "like those it was called with can be used; define the function in a module"
            )
        versions = self._versions.setdefault(key, [])
        if len(versions) >= _KEPT:
            flips = sorted({guard for version in versions for guard in version.guards})
            raise RuntimeError(
                f"{self._name} took {_KEPT} different ways through its branches and a new one "
                f"again; use where(condition, a, b) instead of these comparisons: "
                + "; ".join(flips[:3])
            )
        begin = time.perf_counter()
        pairs = iter(zip(structures, flats))
        given = [arg if i in self._static else next(pairs) for i, arg in enumerate(args)]
        with self._engine.paused_gc():
            found = capture(self._function, given, self._static, self._engine)
            version = version_of(found, structures, begin)
            del found
        versions.insert(0, version)
        return version

    def _bind(self, args: tuple[object, ...], kwargs: dict[str, object]) -> tuple[object, ...]:
        if self._function is None:
            raise TypeError(f"{self._name} takes arguments by position, got {', '.join(kwargs)}")
        bound = inspect.signature(self._function).bind(*args, **kwargs)
        bound.apply_defaults()
        if bound.kwargs:
            raise TypeError(f"{self._name}: {', '.join(bound.kwargs)} can be given by name only, "
                            "and a compiled function has arguments by position")  # fmt: skip
        return bound.args

    def _flatten(self, args: tuple[object, ...]) -> tuple[Hashable, list[Tree], list[Flat]]:
        """Return what distinguishes the arguments, their structures and their numbers."""
        structures: list[Tree] = []
        flats: list[Flat] = []
        statics = []
        for position, argument in enumerate(args):
            if position in self._static:
                statics.append(argument)
                continue
            structure, flat = tree.flatten(argument, f"argument {position} of {self._name}")
            structures.append(structure)
            flats.append(flat)
        key = (tuple(structures), tuple(statics))
        try:
            hash(key)
        except TypeError:
            raise TypeError(
                f"static arguments of {self._name} must be hashable, got {statics!r:.80}"
            ) from None
        return key, structures, flats

    def _check_fixed(self, structures: list[Tree]) -> None:
        assert self._fixed is not None
        wanted = self._fixed.structures
        if len(structures) != len(wanted):
            raise TypeError(
                f"{self._name} has {len(wanted)} inputs, got {len(structures)} arguments"
            )
        for position, (want, got) in enumerate(zip(wanted, structures)):
            if want != got and (tree.shape(want) is None or tree.shape(want) != tree.shape(got)):
                raise ValueError(f"argument {position} of {self._name}: wanted {want}, got {got}")

    def _check_wrt(self, position: int, count: int) -> None:
        if not 0 <= position < count:
            raise IndexError(
                f"wrt={position}, but {self._name} was called with {count} arguments; "
                "they are counted from 0"
            )
        if position in self._static:
            raise TypeError(f"argument {position} of {self._name} is static: it has no gradient")

    def _dynamic(self, positions: tuple[int, ...]) -> tuple[int, ...]:
        """Return the positions among the arguments that are not static."""
        return tuple([p - sum(s < p for s in self._static) for p in positions])

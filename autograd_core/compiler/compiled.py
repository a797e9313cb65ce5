"""Compiled: the object that `compile` returns; it captures when it must and runs what it has."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from autograd_core.compiler.capture import (
    Arguments,
    Call,
    HoldsValues,
    as_positions,
    capture,
    first_sample,
    run_again,
)
from autograd_core.compiler.captured import Captured, Result
from autograd_core.compiler.checks import check_result, fit_to_graph, too_many_ways
from autograd_core.compiler.eager import kept, on_values_at_each_call
from autograd_core.compiler.entries import BatchCall, Entries, Refused, ready
from autograd_core.compiler.printed import Printed, Wrt
from autograd_core.compiler.version import version_of
from autograd_core.derivatives import map_tree
from autograd_core.graph import Value, inside_derivative, paused_gc

_KINDS = 256  # of arguments, by structure and static ones, for which graphs are kept
_KEPT = 8  # captured graphs for one structure of arguments, one for each way through the branches


class Compiled(Printed):
    """A function of Values as a program on plain numbers; see `autograd_core.compile`.

    Call it as the function: numbers, lists, tuples, dicts and arrays of numbers in, floats and
    arrays in the structure of the function's result out. Several threads may call it.

    Explained in notebooks/10_from_scalars_to_arrays.ipynb.
    """

    def __init__(
        self,
        function: Callable[..., Any] | None,
        *,
        static: frozenset[int] = frozenset(),
        batch: tuple[int | None, ...] = (),
        inputs: Mapping[int, Sequence[Any]] | None = None,
        fixed: Captured | None = None,
        name: str = "",
        plan: str = "auto",
        backend: str = "numpy",
        dtype: str = "float64",
    ) -> None:
        self._inputs = dict(inputs or {})  # the leaves that stand for an argument, by position
        self._fixed = fixed  # of compile_graph: no other graph can be captured
        self._name = name or getattr(function, "__name__", "the function")
        self._arguments = Arguments(function, self._name, static, batch)
        self._backend, self._dtype = backend, dtype
        self._plan = plan  # the tests compare the two ways to run a graph
        self._versions: dict[Hashable, list[Captured]] = {}
        self._entries = Entries(fixed)
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"<Compiled {self._name}>"

    def __call__(self, /, *args: object, **kwargs: object) -> Any:
        """Return the value, in the structure of the function's result.

        With `batch`, of every sample: a leading axis in everything. Given Values, as inside `grad`
        or in another compiled function, the function itself runs and returns Values.

        Raises:
            TypeError: If an argument holds something that is no number.
            ValueError: If an argument has not the shape that was agreed on, or samples of a batch
                take different branches.
            RuntimeError: If the branches of the function go ever new ways.
        """
        ready = self._entries.find(args, None, False) if not kwargs else None
        if ready is not None:
            try:
                return ready(*args)
            except Refused:
                pass  # the long way knows what to do
        return self._run(args, kwargs, None, False)

    def value_and_grad(
        self, /, *args: object, wrt: Wrt = 0, has_aux: bool = False, **kwargs: object
    ) -> tuple[Any, Any]:
        """Return the value and its gradient, in the structure of the argument.

        With `batch`, the values of the samples and the gradient of their sum: one row per sample
        for an argument with a leading axis, one gradient in all for the others.

        Args:
            args: The arguments of the function.
            wrt: Position of the argument to differentiate by, or several of them; negative ones
                count from the end.
            has_aux: Whether the function returns a pair: the number to differentiate, and
                anything else that is to be returned with it (as in JAX).
            kwargs: Arguments by name.

        Raises:
            TypeError: If the function returns several numbers, or `wrt` names a static argument.
            IndexError: If there is no such argument.
            ValueError: If `wrt` names one twice.

        >>> from autograd_core import compile
        >>> f = compile(lambda x: (x * x, [x + 1.0]))
        >>> f.value_and_grad(3.0, has_aux=True)
        ((9.0, [4.0]), 6.0)
        """
        if wrt.__class__ not in (int, tuple):
            wrt = as_positions(wrt)
        ready = self._entries.find(args, wrt, has_aux) if not kwargs else None
        if ready is not None:
            try:
                return ready(*args)  # type: ignore[no-any-return]
            except Refused:
                pass
        return self._run(args, kwargs, wrt, has_aux)  # type: ignore[no-any-return]

    def bind(
        self, /, *args: object, wrt: Wrt | None = None, has_aux: bool = False
    ) -> Callable[..., Any]:
        """Return the call for arguments just like these, without its checks: for a loop.

        Args:
            args: Arguments of the types and shapes that all calls will have: floats, or contiguous
                arrays of float64. It is called with these once.
            wrt: As in `value_and_grad`; None for the value alone.
            has_aux: As in `value_and_grad`.

        Returns:
            A function of such arguments. Nothing is checked, and where a number becomes inf or nan
            NumPy warns unless the caller says `np.errstate`. If a check cannot be left out, as
            with branches on a Value, it is made.

        >>> from autograd_core import compile
        >>> call = compile(lambda x, y: x * y).bind(1.0, 2.0, wrt=0)
        >>> call(3.0, 4.0)
        (12.0, 4.0)
        """
        chosen = None if wrt is None else as_positions(wrt)
        self._run(args, {}, chosen, has_aux)
        found = self._entries.bare(args, chosen, has_aux)
        return found or (lambda *arguments: self._run(arguments, {}, chosen, has_aux))

    def batch_call(
        self, /, *args: object, wrt: tuple[int, ...], has_aux: bool = False
    ) -> BatchCall | None:
        """Return what `bind` does for a training loop, which says when machine code is made.

        None if a check cannot be left out. The arguments are those of `bind`; there is a batch.
        """
        self._run(args, {}, wrt, has_aux)
        samples = self._arguments.flatten(args).samples
        version = self._compiled()
        call = None if samples is None else ready(version, wrt, samples, False)
        return None if call is None else BatchCall(version, wrt, samples or 0, call)

    def grad(self, /, *args: object, wrt: Wrt = 0, has_aux: bool = False, **kwargs: object) -> Any:
        """Return the gradient alone, or with what is returned beside; see `value_and_grad`."""
        value, gradient = self.value_and_grad(*args, wrt=wrt, has_aux=has_aux, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    def _latest(self) -> Captured | None:
        return self._entries.latest

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in self.__dict__.items() if name != "_lock"}
        state["_versions"] = {key: kept(found) for key, found in self._versions.items()}
        state["_entries"] = Entries(next(iter(kept([self._entries.latest])), None))
        try:
            pickle.dumps(self._arguments.function)
        except (pickle.PicklingError, AttributeError, TypeError):  # what is captured still runs
            state["_arguments"] = self._arguments.without_function()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update({"_backend": "numpy", "_dtype": "float64"} | state)
        self._lock = threading.RLock()

    def _run(
        self, args: tuple[object, ...], kwargs: dict[str, object], wrt: Wrt | None, has_aux: bool
    ) -> Any:
        """Check the arguments, capture if need be, run, and return what the caller gets."""
        if kwargs:
            args = self._arguments.bind(args, kwargs)
        try:
            call = self._arguments.flatten(args)
        except HoldsValues:
            function = self._arguments.function
            on_graph = function is not None and not (self._arguments.batch or self._inputs)
            if wrt is None and on_graph:
                return function(*args)  # type: ignore[misc]
            if inside_derivative():
                raise
            return self._run(self._arguments.mapped(_numbers, args), {}, wrt, has_aux)
        chosen = None if wrt is None else self._arguments.positions(wrt, len(args))
        version, (outputs, gradients) = self._found(call, chosen, has_aux)
        if not self._arguments.static and (self._fixed is None or self._fixed.takes(args)):
            self._entries.keep(args, wrt, has_aux, version, chosen, call.samples)
        return version.filled(chosen, outputs, gradients, isinstance(wrt, int))

    def _found(
        self, call: Call, wrt: tuple[int, ...] | None, has_aux: bool
    ) -> tuple[Captured, Result]:
        """Return the version whose guards hold for these arguments, and what it gives."""
        if self._fixed is not None:
            candidates = [self._fixed]
            fit_to_graph(self._name, self._fixed.structures, call.structures, call.flats)
        else:
            candidates = self._versions.get(call.key, [])
        for version in candidates:
            found = self._try(version, call, wrt, has_aux)
            if found is not None:
                return version, found
        with self._lock:
            for version in self._versions.get(call.key, []):  # made by another thread since
                if version not in candidates:
                    found = self._try(version, call, wrt, has_aux)
                    if found is not None:
                        return version, found
            version = self._capture(call)
        found = self._try(version, call, wrt, has_aux)
        if found is None:
            raise RuntimeError(
                f"{self._name} decides differently from one run to the next on the same "
                f"arguments: {'; '.join(version.guards)}; randomness belongs outside of it"
            )
        return version, found

    def _try(
        self, version: Captured, call: Call, wrt: tuple[int, ...] | None, has_aux: bool
    ) -> Result | None:
        """Return what a version gives, or None if its guards do not hold."""
        if wrt is not None:
            check_result(self._name, version.outputs, has_aux)
        if wrt not in version.programs:
            with self._lock:
                version.program(wrt)
        outputs, gradients = version.run(wrt, call.flats, call.samples)
        kept = version.as_captured(outputs, call.samples)
        if kept is None:
            return None
        self._entries.latest = version
        return kept, gradients

    def _capture(self, call: Call) -> Captured:
        """Capture the function on these arguments and remember the version."""
        arguments, structures = self._arguments, call.structures
        if arguments.function is None:
            raise RuntimeError(
                f"{self._name} came from a pickle without its function, so that only arguments "
                "like those it was called with can be used; define the function in a module"
            )
        versions = self._versions.pop(call.key, [])
        if len(versions) >= _KEPT:
            self._versions[call.key] = versions
            raise too_many_ways(self._name, [version.guards for version in versions])
        begin = time.perf_counter()
        batched = arguments.batched(len(call.args))
        one = [first_sample(flat) if many else flat for flat, many in zip(call.flats, batched)]
        with paused_gc():
            found = capture(arguments, call.args, zip(structures, one), self._inputs)
            names = arguments.names(len(call.args))
            version: Captured
            if found.reads:
                again = run_again(arguments, call.args, structures, self._inputs)
                version = on_values_at_each_call(
                    found, again, self._name, names, structures, batched
                )
            else:
                kind = (self._plan, self._backend, self._name, self._dtype)
                version = version_of(found, names, structures, batched, begin, *kind)
            del found
        while len(self._versions) >= _KINDS:
            self._versions.pop(next(iter(self._versions)))  # what was captured first
        self._versions[call.key] = [version, *versions]
        return version


def _numbers(argument: object) -> object:
    """Return an argument with the numbers of its Values."""
    if isinstance(argument, list):  # of parameters, nearly always: 5 times as fast
        return [n.data if isinstance(n, Value) else _numbers(n) for n in argument]
    return map_tree(lambda number: getattr(number, "data", number), argument)

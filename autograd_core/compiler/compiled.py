"""Compiled: the object that `compile` returns; captures the function when needed, and runs it."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from autograd_core.compiler.capture import (
    Arguments,
    Call,
    Function,
    HoldsValues,
    Nested,
    as_positions,
    capture,
    first_sample,
    rerun_of,
)
from autograd_core.compiler.captured import Captured, Result
from autograd_core.compiler.checks import check_result, fit_to_graph, too_many_paths
from autograd_core.compiler.eager import eager_version, picklable
from autograd_core.compiler.entries import BatchCall, Entries, ProgramFailed, unchecked_call
from autograd_core.compiler.printed import Printed, Wrt
from autograd_core.compiler.version import version_of
from autograd_core.derivatives import map_tree
from autograd_core.graph import Value, inside_derivative, paused_gc

_MAX_SIGNATURES = 256  # structures of arguments, with static ones, for which graphs are kept
_MAX_VERSIONS = 8  # graphs kept for one such structure, one for each path through the branches


class Compiled(Printed):
    """A function of Values as a program on plain numbers; see `autograd_core.compile`.

    Call it as the function: numbers, lists, tuples, dicts and arrays of numbers in, floats and
    arrays in the structure of the function's result out. Several threads may call it.

    Explained in notebooks/10_from_scalars_to_arrays.ipynb.
    """

    def __init__(
        self,
        function: Function | None,
        *,
        static: frozenset[int] = frozenset(),
        batch: tuple[int | None, ...] = (),
        inputs: Mapping[int, Sequence[Nested]] | None = None,
        fixed: Captured | None = None,
        name: str = "",
        plan: str = "auto",
        backend: str = "numpy",
        dtype: str = "float64",
    ) -> None:
        self._inputs = dict(inputs or {})  # by position, the Values that stand for an argument
        self._fixed = fixed  # the only version, of compile_graph
        self._name = name or getattr(function, "__name__", "the function")
        self._arguments = Arguments(function, self._name, static, batch)
        self._backend, self._dtype = backend, dtype
        self._plan = plan  # tests compare `arrays` and `scalars`
        self._versions: dict[Hashable, list[Captured]] = {}
        self._entries = Entries(fixed)
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"<Compiled {self._name}>"

    def __call__(self, /, *args: object, **kwargs: object) -> Nested:
        """Return the value, in the structure of the function's result.

        With `batch`, the values of all samples: every array has a leading axis for them. Given
        Values, as inside `grad` or another compiled function, the function itself runs and returns
        Values.

        Raises:
            TypeError: If an argument holds something that is not a number.
            ValueError: If an argument of a graph has another shape than its inputs, arguments have
                different numbers of samples, or samples take different branches.
            RuntimeError: If calls with arguments of one structure take more than 8 different paths
                through the branches of the function.
        """
        call = self._entries.find(args, None, False) if not kwargs else None
        if call is not None:
            try:
                return call(*args)
            except ProgramFailed:
                pass  # the checked path falls back to straight-line code
        return self._run(args, kwargs, None, False)

    def value_and_grad(
        self, /, *args: object, wrt: Wrt = 0, has_aux: bool = False, **kwargs: object
    ) -> tuple[Nested, Nested]:
        """Return the value and its gradient, in the structure of the argument.

        With `batch`, the values of the samples and the gradient of their sum: one row per sample
        for an argument with a leading axis, one gradient in all for the others.

        Args:
            args: The arguments of the function.
            wrt: Position of the argument to differentiate by, or several positions; negative ones
                count from the end.
            has_aux: Whether the function returns a pair: the number to differentiate, and
                anything else, which is returned with it (as in JAX).
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
        call = self._entries.find(args, wrt, has_aux) if not kwargs else None
        if call is not None:
            try:
                return call(*args)  # type: ignore[no-any-return]
            except ProgramFailed:
                pass
        return self._run(args, kwargs, wrt, has_aux)  # type: ignore[no-any-return]

    def bind(self, /, *args: object, wrt: Wrt | None = None, has_aux: bool = False) -> Function:
        """Return an unchecked call for arguments like these, to be used in a loop.

        Args:
            args: Arguments of the types and shapes that all calls will have: floats, or contiguous
                arrays of float64. The function is called with these once.
            wrt: As in `value_and_grad`; None for the value alone.
            has_aux: As in `value_and_grad`.

        Returns:
            A function of such arguments. It checks nothing, and NumPy warns of inf and nan unless
            the caller uses `np.errstate`. If checks are needed at each call, as with branches on a
            Value, it makes them.

        >>> from autograd_core import compile
        >>> call = compile(lambda x, y: x * y).bind(1.0, 2.0, wrt=0)
        >>> call(3.0, 4.0)
        (12.0, 4.0)
        """
        chosen = None if wrt is None else as_positions(wrt)
        self._run(args, {}, chosen, has_aux)
        found = self._entries.find_unsilenced(args, chosen, has_aux)
        return found or (lambda *arguments: self._run(arguments, {}, chosen, has_aux))

    def batch_call(
        self, /, *args: object, wrt: tuple[int, ...], has_aux: bool = False
    ) -> BatchCall | None:
        """Return what `bind` does, for a training loop that decides when to make machine code.

        None if checks are needed at each call, or there is no batch. Arguments as in `bind`.
        """
        self._run(args, {}, wrt, has_aux)
        samples = self._arguments.flatten(args).samples
        version = self._compiled_version()
        call = None if samples is None else unchecked_call(version, wrt, samples, False)
        return None if call is None else BatchCall(version, wrt, samples or 0, call)

    def grad(
        self, /, *args: object, wrt: Wrt = 0, has_aux: bool = False, **kwargs: object
    ) -> Nested:
        """Return the gradient, with `has_aux` in a pair with the rest; see `value_and_grad`."""
        value, gradient = self.value_and_grad(*args, wrt=wrt, has_aux=has_aux, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    def _latest(self) -> Captured | None:
        return self._entries.latest

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in self.__dict__.items() if name != "_lock"}
        state["_versions"] = {key: picklable(found) for key, found in self._versions.items()}
        latest = picklable([self._entries.latest])
        state["_entries"] = Entries(latest[0] if latest else None)
        try:
            pickle.dumps(self._arguments.function)
        except (pickle.PicklingError, AttributeError, TypeError):  # captured graphs still run
            state["_arguments"] = self._arguments.without_function()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update({"_backend": "numpy", "_dtype": "float64"} | state)
        self._lock = threading.RLock()

    def _run(
        self, args: tuple[object, ...], kwargs: dict[str, object], wrt: Wrt | None, has_aux: bool
    ) -> Nested:
        """Check the arguments, capture the function if needed, run it, and return its result."""
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
            return self._run(self._arguments.mapped(_plain_numbers, args), {}, wrt, has_aux)
        chosen = None if wrt is None else self._arguments.positions(wrt, len(args))
        version, (outputs, gradients) = self._run_version(call, chosen, has_aux)
        if not self._arguments.static and (
            self._fixed is None or self._fixed.accepts_directly(args)
        ):
            self._entries.remember(args, wrt, has_aux, version, chosen, call.samples)
        return version.filled(chosen, outputs, gradients, isinstance(wrt, int))

    def _run_version(
        self, call: Call, wrt: tuple[int, ...] | None, has_aux: bool
    ) -> tuple[Captured, Result]:
        """Return the version whose guards hold for these arguments, and its result."""
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
            for version in self._versions.get(call.key, []):  # another thread may have added one
                if version not in candidates:
                    found = self._try(version, call, wrt, has_aux)
                    if found is not None:
                        return version, found
            version = self._capture(call)
        found = self._try(version, call, wrt, has_aux)
        if found is None:
            raise RuntimeError(
                f"{self._name} takes other branches from run to run on the same arguments: "
                f"{'; '.join(version.guards)}; draw random numbers outside and pass them in"
            )
        return version, found

    def _try(
        self, version: Captured, call: Call, wrt: tuple[int, ...] | None, has_aux: bool
    ) -> Result | None:
        """Return the result of a version, or None if its guards do not hold."""
        if wrt is not None:
            check_result(self._name, version.outputs, has_aux)
        if wrt not in version.programs:
            with self._lock:
                version.program(wrt)
        outputs, gradients = version.run(wrt, call.flats, call.samples)
        checked = version.checked_outputs(outputs, call.samples)
        if checked is None:
            return None
        self._entries.latest = version
        return checked, gradients

    def _capture(self, call: Call) -> Captured:
        """Capture the function on these arguments and remember the version."""
        arguments, structures = self._arguments, call.structures
        if arguments.function is None:
            raise RuntimeError(
                f"{self._name} was pickled without its function, which only arguments of a new "
                "structure or with other branches need; define it in a module to have it pickled"
            )
        versions = self._versions.pop(call.key, [])
        if len(versions) >= _MAX_VERSIONS:
            self._versions[call.key] = versions
            raise too_many_paths(self._name, [version.guards for version in versions])
        begin = time.perf_counter()
        batched = arguments.batched(len(call.args))
        one = [first_sample(flat) if rows else flat for flat, rows in zip(call.flats, batched)]
        with paused_gc():
            found = capture(arguments, call.args, zip(structures, one), self._inputs)
            names = arguments.names(len(call.args))
            version: Captured
            if found.reads:
                rerun = rerun_of(arguments, call.args, structures, self._inputs)
                version = eager_version(found, rerun, self._name, names, structures, batched)
            else:
                kind = (self._plan, self._backend, self._name, self._dtype)
                version = version_of(found, names, structures, batched, begin, *kind)
            del found
        while len(self._versions) >= _MAX_SIGNATURES:
            self._versions.pop(next(iter(self._versions)))  # the oldest
        self._versions[call.key] = [version, *versions]
        return version


def _plain_numbers(argument: object) -> object:
    """Return an argument with numbers in place of its Values."""
    if isinstance(argument, list):  # mostly a list of parameters; 5 times as fast as map_tree
        return [n.data if isinstance(n, Value) else _plain_numbers(n) for n in argument]
    return map_tree(lambda number: getattr(number, "data", number), argument)

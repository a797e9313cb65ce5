"""Printed: what a compiled function can tell of its program: source in each language, report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike
from typing import Any, TypeAlias

from autograd_core.compiler.arrays import Numbers, Program
from autograd_core.compiler.capture import Arguments, tree
from autograd_core.compiler.captured import Captured
from autograd_core.compiler.checks import check_result
from autograd_core.compiler.printers import (
    NoCompiler,
    c_source,
    in_pieces,
    javascript,
    jax_function,
    known_dtype,
    onnx_model,
)
from autograd_core.compiler.structure import groups_dot
from autograd_core.files import write_whole

Wrt: TypeAlias = "int | tuple[int, ...]"


class Printed:
    """What `Compiled` can be asked about the program that it made last."""

    _name: str
    _arguments: Arguments

    def _latest(self) -> Captured | None:
        """Return the version that ran last."""
        raise NotImplementedError

    @property
    def source(self) -> str:
        """The program that was made last, as Python source.

        Raises:
            RuntimeError: If nothing has been compiled yet.
        """
        return list(self._compiled().programs.values())[-1].source

    @property
    def c_source(self) -> str:
        """The program that was made last, as one file of C without dependencies.

        Its function takes and fills arrays; at the end there is a `main` as an example.

        Raises:
            RuntimeError: If nothing has been compiled yet, the program decides on its arguments,
                or C's library lacks a function.

        >>> from autograd_core import compile
        >>> f = compile(lambda x: x * x + 1.0)
        >>> f.value_and_grad(3.0)
        (10.0, 6.0)
        >>> print([line for line in f.c_source.splitlines() if line.startswith("int")][0])
        int f(const double *x, double *outputs, double *d_x);
        """
        version = self._compiled()
        with _printing(version, "C"):
            return c_source(version.array_program_of(list(version.programs)[-1]), version.name)

    @property
    def javascript(self) -> str:
        """The program that was made last, as a function of JavaScript on typed arrays.

        `(samples, m) => (arguments, outputs, gradients, samples) => {...}`: the outer function
        makes room for that many samples and takes the functions that JavaScript lacks (erf, ...).

        Raises:
            RuntimeError: If nothing has been compiled yet, the program decides on its arguments,
                or JavaScript lacks a function.

        >>> from autograd_core import compile
        >>> f = compile(lambda x: x * x + 1.0)
        >>> f.value_and_grad(3.0)
        (10.0, 6.0)
        >>> print(f.javascript.splitlines()[1])
          const run = (x, outputs, d_x) => {
        """
        version = self._compiled()
        with _printing(version, "JavaScript"):
            return javascript(version.array_program_of(list(version.programs)[-1]))

    def to_jax(self, *, wrt: Wrt | None = None, dtype: str = "float64") -> Callable[..., Any]:
        """Return the graph that was captured last as a pure function on arrays of JAX.

        It takes arguments like those of that call, and is JAX's to transform: `jit`, `vmap`,
        `grad`, `shard_map`, `jax.export`. Its docstring is its source. Values from outside are
        constants, as they are now. With `wrt` it returns the value and our gradient. Without,
        the derivative that JAX takes of a function with one number for a result is our gradient,
        kinks included. Other derivatives, that of a function with `batch`, of one with several
        results and second ones, are JAX's of the lines of the source, for which relu has half a
        slope at 0.

        Args:
            wrt: Gradients to return after the value, as in `value_and_grad`.
            dtype: `float64`, for which JAX must be set to 64 bits, `float32`, right to 7 digits,
                or `bfloat16`, right to 2 or 3.

        Raises:
            RuntimeError: If nothing has been compiled yet, JAX is not there or lacks a function,
                or the function decides on its arguments, which a pure function cannot check.
            ValueError: If there is no such dtype.

        >>> from autograd_core import compile
        >>> f = compile(lambda x: sum(a * a for a in x))
        >>> f([1.0, 2.0])
        5.0
        >>> f.to_jax(dtype="float16")
        Traceback (most recent call last):
        ValueError: dtype wants one of float64, float32, bfloat16, got 'float16'
        """
        known_dtype(dtype)
        version = self._compiled()
        by = self._to_print(version, wrt)
        single = wrt is None and version.outputs == tree.SCALAR and not any(version.batched)
        every = tuple(range(len(version.structures)))
        with _printing(version, "JAX"):
            slopes = version.array_program_of(every) if single and every else None
            program = version.array_program_of(by)
            chosen = by[0] if by and isinstance(wrt, int) else by
            return _jax(version, program, slopes, chosen, dtype)

    def to_jax_in_pieces(
        self, wrt: tuple[int, ...]
    ) -> tuple[Callable[..., Any], list[list[Numbers]]]:
        """Return what `to_jax` does, for a training loop that keeps its parameters in pieces.

        The arguments of `wrt`, and their gradients, are in another order: that of the pieces, of
        which it returns the positions, a list for each argument.
        """
        version = self._compiled()
        with _printing(version, "JAX"):
            program, pieces = in_pieces(version.array_program_of(wrt))
            return _jax(version, program, None, wrt, "float64"), pieces

    def to_onnx(
        self,
        path: str | PathLike[str] | None = None,
        *,
        wrt: Wrt | None = None,
        dtype: str = "float64",
    ) -> Any:
        """Return the graph that was captured last as a model of ONNX, checked, and write it.

        An input for each argument, by its name; nested ones are flat. The output is `value`, and
        with `wrt` there is a `d_NAME` for each of these arguments. With `batch` the number of
        samples is free. Values from outside are constants, as they are now.

        Args:
            path: Where to write it.
            wrt: Gradients to return after the value, as in `value_and_grad`.
            dtype: `float64`, or `float32`, for which runtimes have more functions.

        Raises:
            RuntimeError: If nothing has been compiled yet, ONNX lacks a function (erfc, lgamma,
                log1p ...), or the function decides on its arguments.
            ValueError: If there is no such dtype.
            ImportError: If the package onnx is not there.

        >>> from autograd_core import compile
        >>> f = compile(lambda x: sum(a * a for a in x))
        >>> f([1.0, 2.0])
        5.0
        >>> f.to_onnx("f.onnx", wrt=0)  # doctest: +SKIP
        """
        if dtype not in ("float64", "float32"):
            raise ValueError(f"dtype wants float64 or float32, got {dtype!r}")
        version = self._compiled()
        by = self._to_print(version, wrt)
        shapes = [
            () if s == tree.SCALAR else (tree.shape(s) or (tree.size(s),))
            for s in (*version.structures, version.outputs)
        ]
        live = [leaf.data for leaf in version.live]
        with _printing(version, "ONNX"):
            made = onnx_model(
                version.name, version.array_program_of(by), live, shapes[:-1], shapes[-1], dtype
            )
        if path is not None:
            write_whole(path, made.SerializeToString())
        return made

    @property
    def reads_outside(self) -> bool:
        """Whether the graph that was captured last reads Values that are no arguments.

        Raises:
            RuntimeError: If nothing has been compiled yet.
        """
        return bool(self._compiled().live)

    @property
    def report(self) -> str:
        """What became of the graph: sizes, what was found in it, time, guards.

        Raises:
            RuntimeError: If nothing has been compiled yet.
        """
        latest = self._compiled()
        lines = [f"{latest.nodes:,} nodes -> {len(latest.scalars.ops):,} instructions"]
        if latest.groups is not None:
            lines[0] += f" -> {len(latest.groups.groups)} groups"
        for wrt, program in latest.programs.items():
            what = "value" if wrt is None else f"value and gradient by {wrt}"
            lines.append(f"{what}: {program.summary}")
        lines += latest.notes
        lines.append(f"compiled in {latest.seconds:.3f} s")
        lines += [f"guard: {guard}" for guard in latest.guards]
        return "\n".join(lines)

    @property
    def picture(self) -> str:
        """The groups of instructions that were found, as text in the DOT language.

        Raises:
            RuntimeError: If nothing has been compiled yet, or it runs as straight-line code.
        """
        version = self._compiled()
        if version.groups is None:
            raise RuntimeError(
                f"{self._name} runs as straight-line code, in which there are no groups; "
                "its program is in .source"
            )
        return groups_dot(version.groups, version.names)

    def _compiled(self) -> Captured:
        latest = self._latest()
        if latest is None:
            raise RuntimeError(
                f"{self._name} has not been compiled yet: call it once, since its graph depends "
                "on the shapes of the arguments"
            )
        if not latest.programs:
            latest.program(None)
        return latest

    def _to_print(self, version: Captured, wrt: Wrt | None) -> tuple[int, ...] | None:
        """Return the arguments whose gradients a program is to return."""
        if wrt is None:
            return None
        check_result(self._name, version.outputs, has_aux=not isinstance(version.outputs, str))
        return self._arguments.positions(wrt, len(version.structures))


def _jax(
    version: Captured,
    program: Program,
    slopes: Program | None,
    wrt: tuple[int, ...] | int | None,
    dtype: str,
) -> Callable[..., Any]:
    live = [leaf.data for leaf in version.live]
    return jax_function(
        version.name, program, slopes, version.structures, version.outputs, wrt, live, dtype
    )


@contextmanager
def _printing(version: Captured, language: str) -> Iterator[None]:
    """Print a program in a language, with a user's error for what cannot be.

    Raises:
        RuntimeError: If it is only right for some arguments, or the language lacks a function.
    """
    if version.guards:
        raise RuntimeError(
            f"there is no {language} for {version.name}, which decides on its arguments: "
            f"{'; '.join(version.guards)}; write it with where, maximum or minimum"
        )
    try:
        yield
    except NoCompiler as error:
        raise RuntimeError(f"there is no {language} for {version.name}: {error}") from None

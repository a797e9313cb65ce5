"""Printed: the program of a compiled function as source, in other languages, and its report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from typing import TypeAlias

from autograd_core.compiler.arrays import Numbers, Program
from autograd_core.compiler.capture import Arguments, Function, tree
from autograd_core.compiler.captured import Captured
from autograd_core.compiler.checks import check_result
from autograd_core.compiler.printers import (
    NoCompiler,
    Proto,
    c_source,
    in_pieces,
    javascript,
    jax_function,
    known_dtype,
    onnx_model,
)
from autograd_core.compiler.structure import groups_dot
from autograd_core.files import write_whole

Wrt: TypeAlias = int | tuple[int, ...]


class Printed:
    """The properties of `Compiled` that show or export the program that was made last."""

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
        return list(self._compiled_version().programs.values())[-1].source

    @property
    def c_source(self) -> str:
        """The program that was made last, as one file of C without dependencies.

        Its function takes and fills arrays; at the end there is a `main` as an example.

        Raises:
            RuntimeError: If nothing has been compiled yet, the function branches on its arguments,
                or C's library lacks a function.

        >>> from autograd_core import compile
        >>> f = compile(lambda x: x * x + 1.0)
        >>> f.value_and_grad(3.0)
        (10.0, 6.0)
        >>> print([line for line in f.c_source.splitlines() if line.startswith("int")][0])
        int f(const double *x, double *outputs, double *d_x);
        """
        version = self._compiled_version()
        with _printing(version, "C"):
            return c_source(version.array_program_of(list(version.programs)[-1]), version.name)

    @property
    def javascript(self) -> str:
        """The program that was made last, as a function of JavaScript on typed arrays.

        `(samples, m) => (arguments, outputs, gradients, samples) => {...}`: the outer function
        allocates buffers for that many samples and takes as `m` an object with the functions that
        JavaScript lacks (erf, ...).

        Raises:
            RuntimeError: If nothing has been compiled yet, the function branches on its arguments,
                or JavaScript lacks a function.

        >>> from autograd_core import compile
        >>> f = compile(lambda x: x * x + 1.0)
        >>> f.value_and_grad(3.0)
        (10.0, 6.0)
        >>> print(f.javascript.splitlines()[1])
          const run = (x, outputs, d_x) => {
        """
        version = self._compiled_version()
        with _printing(version, "JavaScript"):
            return javascript(version.array_program_of(list(version.programs)[-1]))

    def to_jax(self, *, wrt: Wrt | None = None, dtype: str = "float64") -> Function:
        """Return the graph that was captured last as a pure function on arrays of JAX.

        It takes arguments like those of that call, and JAX can transform it: `jit`, `vmap`,
        `grad`, `shard_map`, `jax.export`. Its docstring is its source. Values from outside become
        constants with their present numbers. With `wrt` it returns the value and our gradient.
        Without, JAX's derivative of a function that returns one number is our gradient, at kinks
        too. All other derivatives (of a function with `batch`, of several results, second ones)
        are those JAX takes of the source, where relu has slope 0.5 at 0.

        Args:
            wrt: Arguments whose gradients to return after the value, as in `value_and_grad`.
            dtype: `float64`, which needs JAX's 64-bit mode, `float32`, right to 7 digits, or
                `bfloat16`, right to 2 or 3.

        Raises:
            RuntimeError: If nothing has been compiled yet, JAX is not installed or lacks a
                function, or the function branches on its arguments, which a pure function cannot
                check.
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
        version = self._compiled_version()
        positions = self._wrt_positions(version, wrt)
        single = wrt is None and version.outputs == tree.SCALAR and not any(version.batched)
        every = tuple(range(len(version.structures)))
        with _printing(version, "JAX"):
            slopes = version.array_program_of(every) if single and every else None
            program = version.array_program_of(positions)
            chosen = positions[0] if positions and isinstance(wrt, int) else positions
            return _jax(version, program, slopes, chosen, dtype)

    def to_jax_in_pieces(self, wrt: tuple[int, ...]) -> tuple[Function, list[list[Numbers]]]:
        """Return `to_jax` for a training loop that keeps its parameters as several arrays.

        The numbers of each argument in `wrt`, and of its gradient, are reordered, one piece after
        the other. The second result has, for each of these arguments, a list with the original
        positions of each piece.
        """
        version = self._compiled_version()
        with _printing(version, "JAX"):
            program, pieces = in_pieces(version.array_program_of(wrt))
            return _jax(version, program, None, wrt, "float64"), pieces

    def to_onnx(
        self,
        path: str | PathLike[str] | None = None,
        *,
        wrt: Wrt | None = None,
        dtype: str = "float64",
    ) -> Proto:
        """Return the graph that was captured last as a checked ONNX model; write it with `path`.

        It has an input for each argument, by its name; nested arguments are flattened. The output
        is `value`, and with `wrt` there is a `d_NAME` for each of these arguments. With `batch` the
        number of samples is free. Values from outside become constants with their present numbers.

        Args:
            path: The file to write; None to write none.
            wrt: Arguments whose gradients to return after the value, as in `value_and_grad`.
            dtype: `float64`, or `float32`, for which runtimes have more functions.

        Raises:
            RuntimeError: If nothing has been compiled yet, ONNX lacks a function (erfc, lgamma,
                log1p ...), or the function branches on its arguments.
            ValueError: If there is no such dtype.
            ImportError: If the package onnx is not installed.

        >>> from autograd_core import compile
        >>> f = compile(lambda x: sum(a * a for a in x))
        >>> f([1.0, 2.0])
        5.0
        >>> f.to_onnx("f.onnx", wrt=0)  # doctest: +SKIP
        """
        if dtype not in ("float64", "float32"):
            raise ValueError(f"dtype wants float64 or float32, got {dtype!r}")
        version = self._compiled_version()
        positions = self._wrt_positions(version, wrt)
        shapes = [
            () if s == tree.SCALAR else (tree.shape(s) or (tree.size(s),))
            for s in (*version.structures, version.outputs)
        ]
        live = [leaf.data for leaf in version.live]
        with _printing(version, "ONNX"):
            made = onnx_model(
                version.name,
                version.array_program_of(positions),
                live,
                shapes[:-1],
                shapes[-1],
                dtype,
            )
        if path is not None:
            write_whole(path, made.SerializeToString())
        return made

    @property
    def reads_outside(self) -> bool:
        """Whether the graph that was captured last reads Values that are not arguments.

        Raises:
            RuntimeError: If nothing has been compiled yet.
        """
        return bool(self._compiled_version().live)

    @property
    def report(self) -> str:
        """What was made of the graph: its sizes, the programs, fallbacks, time, guards.

        Raises:
            RuntimeError: If nothing has been compiled yet.
        """
        latest = self._compiled_version()
        lines = [f"{latest.nodes:,} nodes -> {len(latest.scalars.ops):,} instructions"]
        if latest.groups is not None:
            lines[0] += f" -> {len(latest.groups.groups)} groups"
        for wrt, program in latest.programs.items():
            results = "value" if wrt is None else f"value and gradient by {wrt}"
            lines.append(f"{results}: {program.summary}")
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
        version = self._compiled_version()
        if version.groups is None:
            raise RuntimeError(
                f"{self._name} runs as straight-line code, in which there are no groups; "
                "its program is in .source"
            )
        return groups_dot(version.groups, version.names)

    def _compiled_version(self) -> Captured:
        latest = self._latest()
        if latest is None:
            raise RuntimeError(
                f"{self._name} has not been compiled yet: call it once, since its graph depends "
                "on the shapes of the arguments"
            )
        if not latest.programs:
            latest.program(None)
        return latest

    def _wrt_positions(self, version: Captured, wrt: Wrt | None) -> tuple[int, ...] | None:
        """Return the positions of the arguments that `wrt` means, from 0, without static ones."""
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
) -> Function:
    live = [leaf.data for leaf in version.live]
    return jax_function(
        version.name, program, slopes, version.structures, version.outputs, wrt, live, dtype
    )


@contextmanager
def _printing(version: Captured, language: str) -> Iterator[None]:
    """Turn `NoCompiler` in the block into a RuntimeError that names the function and language.

    Raises:
        RuntimeError: If the program has guards, or the language lacks a function.
    """
    if version.guards:
        raise RuntimeError(
            f"there is no {language} for {version.name}, which branches on its arguments: "
            f"{'; '.join(version.guards)}; use where, maximum or minimum in place of the branch"
        )
    try:
        yield
    except NoCompiler as error:
        raise RuntimeError(f"there is no {language} for {version.name}: {error}") from None

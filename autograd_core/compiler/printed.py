"""Printed: a version's program in other languages: C, JavaScript, JAX, ONNX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_core.compiler.arrays import Numbers, Program
from autograd_core.compiler.capture import tree
from autograd_core.compiler.printers import (
    JAVASCRIPT_FUNCTIONS,
    NoCompiler,
    in_pieces,
    jax_function,
    loops_of,
    onnx_model,
)
from autograd_core.compiler.printers import c_source as c_file_of
from autograd_core.compiler.printers import javascript as printed_javascript
from autograd_core.compiler.version import Version


def c_source(version: Version, wrt: tuple[int, ...] | None) -> str:
    """Return the program as a file of C.

    Raises:
        RuntimeError: If there are decisions in it, or it calls what C's library does not have.
    """
    _without_decisions(version, "C")
    try:
        return c_file_of(version.array_program_of(wrt), version.name)
    except NoCompiler as error:
        raise RuntimeError(f"there is no C for this program: {error}") from None


def javascript(version: Version, wrt: tuple[int, ...] | None) -> str:
    """Return the program as a function of JavaScript.

    Raises:
        RuntimeError: If there are decisions in it, it calls what JavaScript lacks, or the graph has
            no array program.
    """
    _without_decisions(version, "JavaScript")
    try:
        program = version.array_program_of(wrt)
    except NoCompiler as error:
        raise RuntimeError(f"there is no JavaScript for this program: {error}") from None
    steps = {step.name.removeprefix("reduce ") for step in program.instructions}
    if unknown := steps - JAVASCRIPT_FUNCTIONS:
        lacks = f"JavaScript has no {', '.join(sorted(unknown))}"
        raise RuntimeError(f"there is no JavaScript for this program: {lacks}")
    return printed_javascript(loops_of(program))


def to_jax_in_pieces(
    version: Version, wrt: tuple[int, ...]
) -> tuple[Callable[..., Any], list[list[Numbers]]]:
    """Return what `to_jax` does, in float64, of arguments of `wrt` in pieces; and these.

    Raises:
        RuntimeError: As in `to_jax`.
    """
    pieces: list[list[Numbers]] = []

    def regroup(program: Program) -> Program:
        program, found = in_pieces(program)
        pieces.extend(found)
        return program

    return to_jax(version, wrt, "float64", regroup), pieces


def to_jax(
    version: Version,
    wrt: tuple[int, ...] | int | None,
    dtype: str,
    regroup: Callable[[Program], Program] = lambda program: program,
) -> Callable[..., Any]:
    """Return the program as a pure function of JAX, with the gradients by `wrt`.

    Raises:
        RuntimeError: If there are decisions in it, or JAX or a function of it is not there.
    """
    _without_decisions(version, "JAX")
    by = (wrt,) if isinstance(wrt, int) else wrt
    single = wrt is None and version.outputs == tree.SCALAR and not any(version.batched)
    every = tuple(range(len(version.structures)))
    try:
        slopes = version.array_program_of(every) if single and every else None
        program = regroup(version.array_program_of(by))
        live = [leaf.data for leaf in version.live]
        return jax_function(
            version.name, program, slopes, version.structures, version.outputs, wrt, live, dtype
        )
    except NoCompiler as error:
        raise RuntimeError(f"there is no JAX for {version.name}: {error}") from None


def to_onnx(version: Version, wrt: tuple[int, ...] | None, dtype: str) -> Any:
    """Return the program as a model of ONNX, with the gradients by `wrt`.

    Raises:
        RuntimeError: If there are decisions in it, or ONNX lacks a function.
    """
    _without_decisions(version, "ONNX")
    shapes = [
        () if s == tree.SCALAR else (tree.shape(s) or (tree.size(s),))
        for s in (*version.structures, version.outputs)
    ]
    try:
        program, live = version.array_program_of(wrt), [leaf.data for leaf in version.live]
        return onnx_model(version.name, program, live, shapes[:-1], shapes[-1], dtype)
    except NoCompiler as error:
        raise RuntimeError(f"there is no ONNX for {version.name}: {error}") from None


def _without_decisions(version: Version, language: str) -> None:
    """Raise a RuntimeError if the program is only right for some arguments."""
    if version.guards:
        raise RuntimeError(
            f"there is no {language} for {version.name}, which decides on its arguments: "
            f"{'; '.join(version.guards)}; write it with where, maximum or minimum"
        )

"""In process: a program of loops compiled by LLVM into the memory of this process (llvmlite)."""

from __future__ import annotations

import ctypes
import importlib.util
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from autograd_core.compiler.printers.llvm import calling
from autograd_core.compiler.printers.llvm.functions import vector_name
from autograd_core.compiler.printers.llvm.machine import machine_source
from autograd_core.compiler.printers.llvm.module import llvm_source
from autograd_core.compiler.printers.llvm.objects import (
    NUMBERS,
    Builtin,
    layout_is_known,
    python_function,
)
from autograd_core.compiler.printers.loops import LoopProgram, Memory
from autograd_core.compiler.printers.refusal import TooLong

_LIBRARIES = ("libm.so.6", "libm.dylib", "ucrtbase.dll")
_LIBMVEC = "libmvec.so.1"
_PREFIX = "v."  # of names that come from the user
_LONGEST_OPTIMIZED = 250_000  # characters of IR, which take half a second when optimized
_LONGEST = 1_000_000  # and unoptimized, whose code is 2 to 4 times slower
_LOCK = threading.Lock()
_KEPT: list[object] = []  # compiled code lives as long as the process


class Direct(NamedTuple):
    """The signature of a call by the user.

    Attributes:
        shapes: The shape of each gradient; None for a float.
        nested: Whether the gradients are in a tuple of their own.
        fixed: The addresses of constants and tables, in the order of memory.
    """

    shapes: tuple[tuple[int, ...] | None, ...]
    nested: bool
    fixed: tuple[int, ...]


@cache
def available() -> bool:
    """Say whether llvmlite is installed, and the layout of this Python's objects is known."""
    return importlib.util.find_spec("llvmlite") is not None and layout_is_known()


def compiled(
    program: LoopProgram,
    memory: Memory,
    objects: int,
    direct: Direct | None = None,
    feedback: Sequence[tuple[int, int]] = (),
    small: bool = False,
) -> tuple[Callable[..., None], Builtin | None]:
    """Return `call(context, *objects)` and, with `direct`, a function of the user's arguments.

    Both take floats and contiguous arrays of float64. The context is that of `calling.caller`.

    Args:
        program: The program.
        memory: The names and the storage of its variables.
        objects: The number of variables that `call` takes.
        direct: The signature of the user's call; None if Python has to come between.
        feedback: Pairs of an object that is copied after each batch, and the object it is copied
            into, as indices; see `calling.caller`.
        small: Whether the loops are so short that NumPy's calls take longer; then longer texts are
            compiled too, unoptimized.

    Raises:
        TooLong: If compiling the program would take too long.
    """
    named = memory.prefixed(_PREFIX)
    variables, names = program.variables, named.pointers
    given = [(named.names[v], variables[v].size, variables[v].batched) for v in named.given]
    texts = [llvm_source(program, named, lanes=_lanes()), NUMBERS]
    copied = [(given[a][0], given[b][0], given[b][1]) for a, b in feedback]
    texts.append(calling.caller(given[:objects], names[objects:], program.batch, copied))
    if direct is not None:
        count = len(program.arguments) - 1
        gradients = list(zip(names[count + 2 : objects], direct.shapes))
        taken = [(name, size) for name, size, _ in given[:count]]
        fixed = dict(zip(names[objects:], direct.fixed))
        value = names[count + 1]
        texts.append(calling.direct_caller(taken, value, gradients, fixed, direct.nested))
    text = "\n".join(texts)
    if len(text) > (most := _LONGEST if small else _LONGEST_OPTIMIZED):
        raise TooLong(f"{len(text):,} characters of LLVM IR are more than the {most:,} to compile")
    with _LOCK:
        call, quick = _compiled(text, direct is not None)
        return (
            python_function(call, _KEPT),
            python_function(quick, _KEPT) if quick else None,
        )


@cache
def machine() -> Callable[[npt.NDArray[np.int64]], None]:
    """Return `run(context)`, the virtual machine.

    The context is an array: 1, the address of the machine's memory, and that of its words.
    """
    text = "\n".join([machine_source(), NUMBERS, calling.caller([], ["m", "code"], False)])
    with _LOCK:
        return python_function(_compiled(text, False)[0], _KEPT)


@cache
def _compiled(source: str, direct: bool) -> tuple[int, int]:
    """Return the addresses of `call` and of `direct` in a module; 0 without the latter."""
    import llvmlite.binding as llvm

    _prepare()
    module = llvm.parse_assembly(source)
    # level 3 takes twice as long for code that is no faster: loops are unrolled in jam.py
    level = 2 if len(source) <= _LONGEST_OPTIMIZED else 0
    options = llvm.create_pipeline_tuning_options(speed_level=level)
    options.loop_vectorization = options.slp_vectorization = bool(level)
    options.loop_interleaving = options.loop_unrolling = bool(level)
    target = _target(3 if level else 1)
    builder = llvm.create_pass_builder(target, options)
    builder.getModulePassManager().run(module, builder)
    engine = llvm.create_mcjit_compiler(module, target)
    engine.finalize_object()
    _KEPT.append(engine)
    quick = engine.get_function_address("direct") if direct else 0
    return int(engine.get_function_address("call")), int(quick)


def _target(level: int) -> Any:
    """Return a target machine for this processor, at a level of code generation."""
    import llvmlite.binding as llvm

    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=level,
        jit=True,
    )


@cache
def _prepare() -> None:
    """Initialize LLVM, and load C's mathematical library for it."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    for name in _LIBRARIES:
        try:
            llvm.load_library_permanently(name)
        except RuntimeError:
            continue
        break
    if _lanes():
        llvm.load_library_permanently(_LIBMVEC)


@cache
def _lanes() -> tuple[int, ...]:
    """Return the lengths of vectors for which libmvec has functions for this processor."""
    import llvmlite.binding as llvm

    try:
        library = ctypes.CDLL(_LIBMVEC)
    except OSError:
        return ()
    features = llvm.get_host_cpu_features()
    wide = {4: features.get("avx2"), 8: features.get("avx512f") and features.get("avx512dq")}
    # tanh was the last of `VECTORS` to be added, in glibc 2.35
    return tuple(n for n, has in wide.items() if has and hasattr(library, vector_name("tanh", n)))

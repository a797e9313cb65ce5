"""In process: LLVM compiles a program of loops into the memory of this Python (llvmlite)."""

from __future__ import annotations

import ctypes
import importlib.util
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from autograd_core.compiler.printers.loops import LoopProgram, Memory, llvm_source
from autograd_core.compiler.printers.native import calling

_LIBRARIES = ("libm.so.6", "libm.dylib", "ucrtbase.dll")
_VECTORS = "libmvec.so.1"
_PREFIX = "v."  # of the names in a text, which are the user's own
_LOCK = threading.Lock()
_KEPT: list[object] = []  # compiled code lives as long as the process


@cache
def available() -> bool:
    """Say whether llvmlite is there, for a Python whose objects are where they are looked for."""
    return importlib.util.find_spec("llvmlite") is not None and calling.possible()


def compiled(program: LoopProgram, memory: Memory, objects: int) -> Callable[..., None]:
    """Return `call(context, *objects)`, which wants floats and contiguous arrays of float64.

    Args:
        program: What is done.
        memory: Where its variables are.
        objects: How many of them it is called with.
    """
    named = memory.prefixed(_PREFIX)
    variables = program.variables
    given = [(named.names[v], variables[v].size, variables[v].batched) for v in named.given]
    fixed = named.pointers[objects:]
    return _function(program, named, calling.caller(given[:objects], fixed, program.batch))


def compiled_scalars(
    program: LoopProgram, memory: Memory, arguments: int, objects: int, nested: bool
) -> Callable[..., Any]:
    """Return a function of floats that returns the value, or a pair of it and the partials.

    Args:
        program: What is done.
        memory: Where its variables are.
        arguments: How many numbers it takes.
        objects: How many variables it is given; between arguments and results, no live leaves.
        nested: Whether the partials are in a tuple of their own.
    """
    named = memory.prefixed(_PREFIX)
    names = named.pointers
    caller = calling.scalar_caller(names[:arguments], names[arguments + 1 : objects], nested)
    return _function(program, named, caller)


def _function(program: LoopProgram, memory: Memory, caller: str) -> Callable[..., Any]:
    source = f"{llvm_source(program, memory, vectors=_has_vectors())}\n{caller}"
    with _LOCK:
        address = _compiled(source)
        return calling.python_function(address, _KEPT)  # type: ignore[return-value]


@cache
def _compiled(source: str) -> int:
    """Return the address of `call` in a module."""
    import llvmlite.binding as llvm

    _prepare()
    module = llvm.parse_assembly(source)
    machine = _machine()
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = options.slp_vectorization = True
    options.loop_interleaving = options.loop_unrolling = True
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    _KEPT.append(engine)
    return int(engine.get_function_address("call"))


def _machine() -> Any:
    import llvmlite.binding as llvm

    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        jit=True,
    )


@cache
def _prepare() -> None:
    """Make the compiler ready, and C's mathematical library known to it."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    for name in _LIBRARIES:
        try:
            llvm.load_library_permanently(name)
        except RuntimeError:
            continue
        break
    if _has_vectors():
        llvm.load_library_permanently(_VECTORS)


@cache
def _has_vectors() -> bool:
    """Say whether glibc's vector functions are there, for a processor that has AVX2."""
    import llvmlite.binding as llvm

    try:
        library = ctypes.CDLL(_VECTORS)
    except OSError:
        return False
    newest = hasattr(library, "_ZGVdN4v_tanh")  # glibc 2.35: all of them
    return newest and bool(llvm.get_host_cpu_features().get("avx2"))

"""In process: LLVM compiles a program of loops into the memory of this Python (llvmlite)."""

from __future__ import annotations

import ctypes
import importlib.util
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from autograd_core.compiler.printers.llvm import calling
from autograd_core.compiler.printers.llvm.functions import vector_name
from autograd_core.compiler.printers.llvm.machine import machine_source
from autograd_core.compiler.printers.llvm.module import llvm_source
from autograd_core.compiler.printers.loops import LoopProgram, Memory
from autograd_core.compiler.printers.refusal import TooLong

_LIBRARIES = ("libm.so.6", "libm.dylib", "ucrtbase.dll")
_VECTORS = "libmvec.so.1"
_PREFIX = "v."  # of the names in a text, which are the user's own
_LONGEST_OPTIMIZED = 250_000  # characters of a text that takes half a second, made fast
_LONGEST = 1_000_000  # and as it is written, two to four times as slow
_LOCK = threading.Lock()
_KEPT: list[object] = []  # compiled code lives as long as the process


class Direct(NamedTuple):
    """What a call of the user's looks like.

    Attributes:
        shapes: The shape of each gradient; None for a float.
        nested: Whether the gradients are in a tuple of their own.
        fixed: Where constants and tables are, in the order of memory.
    """

    shapes: tuple[tuple[int, ...] | None, ...]
    nested: bool
    fixed: tuple[int, ...]


@cache
def available() -> bool:
    """Say whether llvmlite is there, for a Python whose objects are where they are looked for."""
    return importlib.util.find_spec("llvmlite") is not None and calling.possible()


def compiled(
    program: LoopProgram,
    memory: Memory,
    objects: int,
    direct: Direct | None = None,
    feedback: Sequence[tuple[int, int]] = (),
    small: bool = False,
) -> tuple[Callable[..., None], Callable[..., Any] | None]:
    """Return `call(context, *objects)`, and what takes the user's arguments, if that can be.

    Both want floats and contiguous arrays of float64.

    Args:
        program: What is done.
        memory: Where its variables are.
        objects: How many of them `call` takes.
        direct: What the user's call looks like; None if Python has to come between.
        feedback: The numbers of objects that after each batch are copied, and of those they are
            copied into, see `calling.caller`.
        small: Whether it does so little in each loop that NumPy's calls take longer.

    Raises:
        TooLong: If LLVM would take long for it.
    """
    named = memory.prefixed(_PREFIX)
    variables, names = program.variables, named.pointers
    given = [(named.names[v], variables[v].size, variables[v].batched) for v in named.given]
    texts = [llvm_source(program, named, lanes=_lanes()), calling.NUMBERS]
    copied = [(given[a][0], given[b][0], given[b][1]) for a, b in feedback]
    texts.append(calling.caller(given[:objects], names[objects:], program.batch, copied))
    if direct is not None:
        count = len(program.arguments) - 1
        gradients = list(zip(names[count + 2 : objects], direct.shapes))
        takes = [(name, size) for name, size, _ in given[:count]]
        fixed = dict(zip(names[objects:], direct.fixed))
        value = names[count + 1]
        texts.append(calling.direct_caller(takes, value, gradients, fixed, direct.nested))
    text = "\n".join(texts)
    if len(text) > (most := _LONGEST if small else _LONGEST_OPTIMIZED):
        raise TooLong(f"{len(text):,} characters of LLVM IR are more than the {most:,} to compile")
    with _LOCK:
        call, quick = _compiled(text, direct is not None)
        return (
            calling.python_function(call, _KEPT),
            calling.python_function(quick, _KEPT) if quick else None,
        )


@cache
def machine() -> Callable[[Any], None]:
    """Return `run(context)`: the machine, on an array of the addresses of its memory and words."""
    text = "\n".join([machine_source(), calling.NUMBERS, calling.caller([], ["m", "code"], False)])
    with _LOCK:
        return calling.python_function(_compiled(text, False)[0], _KEPT)


@cache
def _compiled(source: str, direct: bool) -> tuple[int, int]:
    """Return the addresses of `call` and of `direct` in a module, 0 if it has none."""
    import llvmlite.binding as llvm

    _prepare()
    module = llvm.parse_assembly(source)
    # (3 takes twice as long, and what it makes is no faster: loops are unrolled before, see jam.py)
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
    """Return what LLVM makes code for: this processor."""
    import llvmlite.binding as llvm

    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=level,
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
    if _lanes():
        llvm.load_library_permanently(_VECTORS)


@cache
def _lanes() -> tuple[int, ...]:
    """Return how many numbers the functions of glibc's libmvec take at once on this processor."""
    import llvmlite.binding as llvm

    try:
        library = ctypes.CDLL(_VECTORS)
    except OSError:
        return ()
    features = llvm.get_host_cpu_features()
    wide = {4: features.get("avx2"), 8: features.get("avx512f") and features.get("avx512dq")}
    # tanh came last, with glibc 2.35
    return tuple(n for n, has in wide.items() if has and hasattr(library, vector_name("tanh", n)))

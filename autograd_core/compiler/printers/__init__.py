"""printers: who runs a program. Nothing before them knows; nothing in them knows an operation.

In: an array `Program`, or `Scalars` (python). Out: something with source and `run`.
Read first: `numpy/emit.py`. `python` is straight-line code for what has no structure. `loops` is
a program as nested loops, printed as C, JavaScript and `llvm`, which `native` runs; `jax` is a pure
function of JAX; `onnx` is a graph for the runtimes of ONNX.
"""

from autograd_core.compiler.printers.jax import (
    JaxProgram,
    in_pieces,
    jax_function,
    jax_kind,
    jax_program,
    known_dtype,
)
from autograd_core.compiler.printers.loops import javascript
from autograd_core.compiler.printers.native import (
    MachineProgram,
    NativeProgram,
    c_source,
    can_compile,
    has_machine,
    machine_program,
    native_program,
)
from autograd_core.compiler.printers.numpy import ArrayProgram, emit
from autograd_core.compiler.printers.onnx import checked_model, onnx_model
from autograd_core.compiler.printers.python import OneByOne, ScalarProgram, emit_scalar, run_each
from autograd_core.compiler.printers.refusal import LONGEST, NoCompiler, TooLong

__all__ = [
    "LONGEST", "ArrayProgram", "JaxProgram", "MachineProgram", "NativeProgram", "NoCompiler",
    "OneByOne", "ScalarProgram", "TooLong", "c_source", "can_compile", "checked_model", "emit",
    "emit_scalar", "has_machine", "in_pieces", "javascript", "jax_function", "jax_kind",
    "jax_program", "known_dtype", "machine_program", "native_program", "onnx_model",
    "run_each",
]  # fmt: skip

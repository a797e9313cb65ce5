"""printers: a compiled graph as source text or machine code, one room for each target.

Earlier stages do not know the target; printers do not know the operations of the table.
In: an array `Program`, or `Scalars` (python). Out: an object with `source` and `run`, or a text.
Read first: `numpy/emit.py`. `python` writes graphs without structure as straight-line code. `loops`
turns a program into nested loops, which are printed as C and JavaScript, and by `llvm` for
`native`, which runs machine code; `jax` prints a pure function, `onnx` a graph for ONNX runtimes.
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
from autograd_core.compiler.printers.onnx import Proto, checked_model, onnx_model
from autograd_core.compiler.printers.python import (
    ScalarProgram,
    ScalarRunner,
    emit_scalar,
    run_each,
)
from autograd_core.compiler.printers.refusal import MOST_INSTRUCTIONS, NoCompiler, TooLong

__all__ = [
    "MOST_INSTRUCTIONS", "ArrayProgram", "JaxProgram", "MachineProgram", "NativeProgram",
    "NoCompiler", "Proto", "ScalarProgram", "ScalarRunner", "TooLong", "c_source", "can_compile",
    "checked_model", "emit", "emit_scalar", "has_machine", "in_pieces", "javascript",
    "jax_function", "jax_kind", "jax_program", "known_dtype", "machine_program", "native_program",
    "onnx_model", "run_each",
]  # fmt: skip

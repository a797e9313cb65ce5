"""printers: who runs a program. Nothing before them knows; nothing in them knows an operation.

In: an array `Program` (numpy, native) or `Scalars` (python). Out: something with source and `run`.
Read first: `numpy/emit.py`. `loops` is a program as nested loops, printed as C and LLVM, which
`native` runs; `python` is straight-line code for what has no structure.
"""

from autograd_core.compiler.printers.loops import JAVASCRIPT_FUNCTIONS, javascript, loops_of
from autograd_core.compiler.printers.native import (
    LONGEST,
    NativeProgram,
    NoCompiler,
    c_source,
    can_compile,
    native_program,
)
from autograd_core.compiler.printers.numpy import ArrayProgram, Floats, emit
from autograd_core.compiler.printers.python import ScalarProgram, emit_scalar, run_each

__all__ = [
    "JAVASCRIPT_FUNCTIONS",
    "LONGEST",
    "ArrayProgram",
    "Floats",
    "NativeProgram",
    "NoCompiler",
    "ScalarProgram",
    "c_source",
    "can_compile",
    "emit",
    "emit_scalar",
    "javascript",
    "loops_of",
    "native_program",
    "run_each",
]

"""native: a program of loops in machine code, by LLVM in this process or by a C compiler.

In: an array `Program`. Out: a `NativeProgram`, which runs as an `ArrayProgram` of NumPy does.
Read first: `program.py`. `in_process.py` is LLVM (the extra `native`), `c_compiler.py` a compiler
of C with its cache, `calling.py` how Python calls what LLVM made without a layer between.
"""

from autograd_core.compiler.printers.native.program import (
    NativeProgram,
    c_source,
    can_compile,
    native_program,
)

__all__ = ["NativeProgram", "c_source", "can_compile", "native_program"]

"""native: programs in machine code, by LLVM in this process or by a compiler of C.

In: an array `Program`, or straight-line code. Out: a `NativeProgram`, which runs as an
`ArrayProgram` of NumPy does, or an `InterpretedProgram`, as a `ScalarProgram` does.
Read first: `program.py`. `c_compiler.py` is a compiler of C with its cache; `interpreted.py` is
for code that is too long to compile.
"""

from autograd_core.compiler.printers.native.interpreted import (
    InterpretedProgram,
    can_interpret,
    interpreted,
)
from autograd_core.compiler.printers.native.program import (
    NativeProgram,
    c_source,
    can_compile,
    native_program,
)

__all__ = [
    "InterpretedProgram", "NativeProgram", "c_source", "can_compile", "can_interpret",
    "interpreted", "native_program",
]  # fmt: skip

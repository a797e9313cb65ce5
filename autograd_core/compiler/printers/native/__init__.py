"""native: programs in machine code, by LLVM in this process or by a C compiler.

In: an array `Program`, or `Scalars`. Out: a `NativeProgram`, with the interface of NumPy's
`ArrayProgram`, or a `MachineProgram`, with that of `ScalarProgram`.
Read first: `program.py`. `c_compiler.py` calls the C compiler and caches its libraries;
`machine_program.py` is for code that is too long to compile, which LLVM interprets.
"""

from autograd_core.compiler.printers.native.machine_program import (
    MachineProgram,
    has_machine,
    machine_program,
)
from autograd_core.compiler.printers.native.program import (
    NativeProgram,
    c_source,
    can_compile,
    native_program,
)

__all__ = [
    "MachineProgram", "NativeProgram", "c_source", "can_compile", "has_machine", "machine_program",
    "native_program",
]  # fmt: skip

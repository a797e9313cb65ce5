"""native: programs in machine code, by LLVM in this process or by a compiler of C.

In: an array `Program`, or straight-line code. Out: a `NativeProgram`, which runs as an
`ArrayProgram` of NumPy does, or a `MachineProgram`, as a `ScalarProgram` does.
Read first: `program.py`. `c_compiler.py` is a compiler of C with its cache; `machine_program.py` is
for code that is too long to compile.
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

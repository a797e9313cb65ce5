"""loops: an array program as nested loops, and those as text.

In: an array `Program`. Out: a `LoopProgram` (`loops_of`), loops around assignments.
Read first: `tree.py`, what a program of loops is; then `nest.py` (an instruction as a nest),
`fuse.py` (which nests share a loop), `local.py` (what lives in one turn needs no array). Their text
is C's, JavaScript's or, in the next room, LLVM's; `braces.py` is what the first two write alike,
`c_names.py` what C has, `c_file.py` a file of C that stands by itself.
"""

from autograd_core.compiler.printers.loops.c import C_FUNCTIONS, c_function, c_library, c_memory
from autograd_core.compiler.printers.loops.c_file import c_file
from autograd_core.compiler.printers.loops.c_names import C_LIBRARY
from autograd_core.compiler.printers.loops.jam import jammed
from autograd_core.compiler.printers.loops.javascript import javascript
from autograd_core.compiler.printers.loops.local import loops_of
from autograd_core.compiler.printers.loops.results import SAMPLES
from autograd_core.compiler.printers.loops.tree import (
    Assign,
    Loop,
    LoopProgram,
    Memory,
    Spot,
    Statement,
)

__all__ = [
    "C_FUNCTIONS", "C_LIBRARY", "SAMPLES", "Assign", "Loop", "LoopProgram",
    "Memory", "Spot", "Statement", "c_file", "c_function", "c_library", "c_memory", "jammed",
    "javascript", "loops_of",
]  # fmt: skip

"""loops: an array program as nested loops, printed as C or JavaScript.

In: an array `Program`. Out: a `LoopProgram` (`loops_of`), loops around assignments; or its text.
Read first: `tree.py`, the data types; then `nest.py` (an instruction as a nest of loops), `fuse.py`
(nests that share a loop), `local.py` (variables that shrink to one iteration) and `jam.py` (unroll
and jam). `braces.py` is the syntax that C and JavaScript share, `c_names.py` the names of C,
`c_file.py` a self-contained file of C. The room `llvm` prints the same loops.
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
    memory_of,
)

__all__ = [
    "C_FUNCTIONS", "C_LIBRARY", "SAMPLES", "Assign", "Loop", "LoopProgram",
    "Memory", "Spot", "Statement", "c_file", "c_function", "c_library", "c_memory", "jammed",
    "javascript", "loops_of", "memory_of",
]  # fmt: skip

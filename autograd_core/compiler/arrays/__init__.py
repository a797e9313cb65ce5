"""arrays: the array program, the one form of a graph that passes and printers read.

In: `Groups`. Out: a `Program` (`forward`, then `differentiated`), which `verify` holds against its
rules and `interpret` gives its meaning, in plain NumPy.
Read first: `program.py`, then `interpret.py`. `forward.py` writes the values, `differentiate.py`
the adjoints, both by way of `code.py`, on the views of `layout.py`.
"""

from autograd_core.compiler.arrays.code import Code, transposed
from autograd_core.compiler.arrays.differentiate import differentiated
from autograd_core.compiler.arrays.forward import forward
from autograd_core.compiler.arrays.layout import Loops, Numbers, axes_of, loops
from autograd_core.compiler.arrays.program import (
    COMPARISONS,
    LOGIC,
    WHOLE,
    Argument,
    Instruction,
    Operand,
    Output,
    Program,
    Var,
    View,
    contiguous,
    in_order,
    output_runs,
)
from autograd_core.compiler.arrays.update import Update, with_updates
from autograd_core.compiler.arrays.verify import strict, verify

__all__ = [
    "COMPARISONS", "LOGIC", "WHOLE", "Argument", "Code", "Instruction", "Loops", "Numbers",
    "Operand", "Output", "Program", "Update", "Var", "View", "axes_of", "contiguous",
    "differentiated", "forward", "in_order", "loops", "output_runs", "strict", "transposed",
    "verify", "with_updates",
]  # fmt: skip

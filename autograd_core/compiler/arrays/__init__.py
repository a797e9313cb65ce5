"""arrays: the array program, the one form of a graph that passes and printers read.

In: `Groups`. Out: a `Program` (`forward`, then `differentiated`). `verify` checks its rules, and
`interpret` defines its meaning in plain NumPy.
Read first: `program.py`, then `interpret.py`. `forward.py` writes the values, `differentiate.py`
and `adjoints.py` the adjoints, from the records that `forward` leaves (`records.py`). Both append
instructions with `code.py`, on the views of `layout.py`. `update.py` adds a training step.
"""

from autograd_core.compiler.arrays.code import Code, transposed
from autograd_core.compiler.arrays.differentiate import differentiated
from autograd_core.compiler.arrays.forward import forward
from autograd_core.compiler.arrays.layout import Loops, Numbers, axes_of, loops
from autograd_core.compiler.arrays.program import (
    COMPARISONS,
    LOGIC,
    NOT_ELEMENTWISE,
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
    "COMPARISONS", "LOGIC", "NOT_ELEMENTWISE", "Argument", "Code", "Instruction", "Loops",
    "Numbers", "Operand", "Output", "Program", "Update", "Var", "View", "axes_of", "contiguous",
    "differentiated", "forward", "in_order", "loops", "output_runs", "strict", "transposed",
    "verify", "with_updates",
]  # fmt: skip

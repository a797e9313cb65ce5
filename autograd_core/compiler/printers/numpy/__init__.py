"""numpy: an array program as NumPy source, one call per instruction, in preallocated arrays.

In: a `Program`. Out: a `Text` (`emit`), which `ArrayProgram` (`runtime.py`) runs, with buffers for
each thread and each number of samples.
Read first: `emit.py`, then `lines.py`. `early` and `in_place` reorder and redirect instructions,
`buffers` assigns arrays to variables, `results` writes what the caller gets, `views` writes a view
as slices, and `functions` names the functions of NumPy.
"""

from autograd_core.compiler.printers.numpy.buffers import (
    Buffer,
    buffer_of,
    give_shapes,
    operand_loops,
    reduced_axes,
    wanted_names,
)
from autograd_core.compiler.printers.numpy.emit import emit
from autograd_core.compiler.printers.numpy.runtime import ArrayProgram
from autograd_core.compiler.printers.numpy.source import Text
from autograd_core.compiler.printers.numpy.views import view_source

__all__ = [
    "ArrayProgram", "Buffer", "Text", "buffer_of", "emit", "give_shapes", "operand_loops",
    "reduced_axes", "view_source", "wanted_names",
]  # fmt: skip

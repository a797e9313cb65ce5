"""numpy: an array program as NumPy source, one call for an instruction, in arrays made once.

In: a `Program`. Out: an `ArrayProgram` (`runtime.py`), ready to run in each thread and for each
number of samples.
Read first: `emit.py`, then `lines.py`. `early` and `in_place` say when and where something is
written, `buffers` which array holds what, `results` what the caller gets, `views` how a view is
said, and `functions` what is called.
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

"""numpy: an array program as NumPy source, one call for an instruction, in arrays made once.

In: a `Program`. Out: an `ArrayProgram` (`runtime.py`), ready to run in each thread and for each
number of samples.
Read first: `emit.py`, then `lines.py`. `buffers` decides which array holds what, `in_place` and
`results` what is written where it is wanted, `views` how a view is said, `names` what it is called.
"""

from autograd_core.compiler.printers.numpy.buffers import Buffer, give_shapes, is_plain
from autograd_core.compiler.printers.numpy.emit import emit
from autograd_core.compiler.printers.numpy.runtime import ArrayProgram
from autograd_core.compiler.printers.numpy.source import Text
from autograd_core.compiler.printers.numpy.views import view_source

__all__ = [
    "ArrayProgram", "Buffer", "Text", "emit", "give_shapes", "is_plain", "view_source",
]  # fmt: skip

"""jax: an array program as a pure function on `jax.numpy` arrays, for jit, vmap and many devices.

In: an array `Program`. Out: a `JaxProgram`, with the interface of NumPy's `ArrayProgram`
(`jax_program`), or a function on the user's own structures (`jax_function`).
Read first: `emit.py`, which writes a line per instruction, and `loading.py`, which makes a function
of the text. `names.py` holds JAX's syntax, `helpers.py` the functions that JAX lacks, `pieces.py`
reorders parameters. JAX (the extra `jax`) is imported only to run a program.
"""

from autograd_core.compiler.printers.jax.function import jax_function
from autograd_core.compiler.printers.jax.loading import jax_text, loaded
from autograd_core.compiler.printers.jax.names import jax_kind
from autograd_core.compiler.printers.jax.pieces import in_pieces
from autograd_core.compiler.printers.jax.program import (
    JaxProgram,
    jax_program,
    known_dtype,
)

__all__ = [
    "JaxProgram", "in_pieces", "jax_function", "jax_kind", "jax_program", "jax_text", "known_dtype",
    "loaded",
]  # fmt: skip

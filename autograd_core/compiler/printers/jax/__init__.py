"""jax: an array program as a pure function on `jax.numpy` arrays, for jit, vmap and many devices.

In: an array `Program`. Out: a `JaxProgram`, which runs as an `ArrayProgram` of NumPy does
(`jax_program`), or the function itself, in the user's own structure (`jax_function`).
Read first: `emit.py`, an instruction a line, and `loading.py`, which makes functions of the text;
`names.py` is how that is written, `helpers.py` what JAX lacks. JAX, the extra `jax`, is
imported when there is something to run.
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

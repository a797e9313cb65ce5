"""compiler: scalar graph in, array program out, printed for whoever runs it.

In: a function of Values, or a graph. Out: a `Compiled`, called with plain numbers and arrays.
Read first: `pipeline.py`, the whole compiler as one expression, then the rooms in its order:

    capture    run the function on Values once, note its decisions        -> Trace
    structure  flat instructions, and groups of those that do the same    -> Scalars, Groups
    arrays     groups as instructions on views, and their adjoints        -> Program
    passes     the same program with fewer instructions                   -> Program
    printers   NumPy, straight-line Python, machine code, JAX, C ...      -> what runs, or is read

`api.py` has `compile` and `compile_graph`; they return the object of `compiled.py`, which keeps a
`Version` for each captured graph. A version (`version.py`; `captured.py` has its base) makes the
programs of its graph on demand, and `choice.py` says when machine code pays. `eager.py` stands in
where the function reads plain numbers. `checks.py` checks calls, `entries.py` runs those that were
checked before without checks, `printed.py` shows a program: sources, exports, the report.
"""

from autograd_core.compiler.api import compile, compile_graph
from autograd_core.compiler.arrays import Update
from autograd_core.compiler.capture import Function, Nested, watched_reads
from autograd_core.compiler.compiled import Compiled
from autograd_core.compiler.entries import BatchCall
from autograd_core.compiler.printers import Proto, checked_model, jax_kind

__all__ = [
    "BatchCall", "Compiled", "Function", "Nested", "Proto", "Update", "checked_model", "compile",
    "compile_graph", "jax_kind", "watched_reads",
]  # fmt: skip

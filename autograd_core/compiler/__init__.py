"""compiler: scalar graph in, array program out, printed for whoever runs it.

In: a function of Values, or a graph. Out: a `Compiled`, called with plain numbers and arrays.
Read first: `pipeline.py`, which is the compiler as one sentence, then the doors in its order:

    capture    run the function on Values once, note its decisions        -> Trace
    structure  flat instructions, and groups of those that do the same    -> Scalars, Groups
    arrays     groups as instructions on views, and their adjoints        -> Program
    passes     the same program with fewer instructions                   -> Program
    printers   NumPy, straight-line Python, machine code, JAX, C ...      -> what runs, or is read

A `captured` graph has programs that run it; a `version` makes them when they are wanted (`choice`
says when machine code is worth it), `eager` runs the function itself where that reads plain
numbers. `compiled` keeps the versions, with `checks` of what a call gives, `entries` for calls that
need none, and what it tells of a program in `printed`; `api` has the two functions.
"""

from autograd_core.compiler.api import compile, compile_graph
from autograd_core.compiler.arrays import Update
from autograd_core.compiler.capture import watched_reads
from autograd_core.compiler.compiled import Compiled
from autograd_core.compiler.entries import BatchCall
from autograd_core.compiler.printers import checked_model, jax_kind

__all__ = [
    "BatchCall", "Compiled", "Update", "checked_model", "compile", "compile_graph", "jax_kind",
    "watched_reads",
]  # fmt: skip

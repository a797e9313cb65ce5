"""The compiler: scalar graph in, array program out.

The stages, in order; each makes plain data out of plain data:

    capture        run the function on Values once, note its decisions      -> Trace
    lower          flat instructions, constants folded, repeats shared      -> Scalars
    expand         operations on any number of operands as elementary ones  -> Expanded
    reroll         instructions that do the same, put together              -> Groups
    forward        groups as array instructions (arrays) on views (layout)  -> Forward
    differentiate  the adjoint program, from the table's partials           -> more instructions
    rewrite        the same with fewer (exponentials, merge, factors, terms, shorten, rescale)
    emit           NumPy source (buffers, views, lines, results)            -> Text
    array_program  ready to run, in each thread and for each batch size

An irregular graph goes from `lower` to `scalar` and `straight` instead: straight-line Python. What
an operation does, every stage learns from `tape`, which runs its rules. `api` is the door,
`compiled` what comes out of it, and `version` one captured graph with the programs made of it.
"""

from autograd_core.compiler.api import compile, compile_graph
from autograd_core.compiler.compiled import Compiled

__all__ = ["Compiled", "compile", "compile_graph"]

"""passes: the same array program with fewer instructions, one rewriting a file.

In: a `Program`. Out: a `Program`; `rewritten` runs the passes in the order `rewrite.py` lists.
Read first: `rewrite.py`, then `shorten.py`. What they may assume about rounding and size is said
in structure/sums.py; sums of the user's (`Var.exact`) keep their order.
"""

from autograd_core.compiler.passes.rewrite import rewritten

__all__ = [
    "rewritten",
]

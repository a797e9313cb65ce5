"""passes: the same array program with fewer instructions, one rewriting a file.

In: a `Program`. Out: a `Program`; `rewritten` in `pipeline.py` runs the passes one after the other.
Read first: `shorten.py`, then `factors.py` and `merge.py`. What they may assume about rounding and
size is said in structure/sums.py; sums of the user's (`Var.exact`) keep their order.
"""

from autograd_core.compiler.passes.factors import factored
from autograd_core.compiler.passes.merge import merged
from autograd_core.compiler.passes.shorten import shortened

__all__ = ["factored", "merged", "shortened"]

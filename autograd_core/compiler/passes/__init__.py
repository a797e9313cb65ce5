"""passes: the same array program with fewer instructions, one rewriting a file.

In: a `Program`. Out: a `Program` with the same results. `rewritten` in `pipeline.py` runs the
passes: `merge`, `factors`, `shorten`. Read first: `shorten.py`, then `factors.py` with `terms.py`,
and `merge.py` with `exponentials.py`. Rounding may change as structure/sums.py permits; the sums
that the user wrote (`Var.exact`) keep their order.
"""

from autograd_core.compiler.passes.factors import factored
from autograd_core.compiler.passes.merge import merged
from autograd_core.compiler.passes.shorten import shortened

__all__ = ["factored", "merged", "shortened"]

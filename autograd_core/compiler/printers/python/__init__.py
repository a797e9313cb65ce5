"""python: straight-line Python for a scalar program, value and gradient.

In: `Scalars`. Out: a `ScalarProgram` (`emit_scalar`).
Read first: `straight.py` (steps as lines), then `scalar.py` (functions of limited size), and
`program.py`, which runs them; `samples.py` runs them on each sample of a batch.
"""

from autograd_core.compiler.printers.python.program import ScalarProgram
from autograd_core.compiler.printers.python.samples import ScalarRunner, run_each
from autograd_core.compiler.printers.python.scalar import emit_scalar

__all__ = ["ScalarProgram", "ScalarRunner", "emit_scalar", "run_each"]

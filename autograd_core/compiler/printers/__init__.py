"""printers: who runs a program. Nothing before them knows; nothing in them knows an operation.

In: an array `Program` (numpy) or `Scalars` (python). Out: something with source and `run`.
Read first: `numpy/emit.py`. `python` is straight-line code for what has no structure.
"""

from autograd_core.compiler.printers.numpy import ArrayProgram, Floats, emit
from autograd_core.compiler.printers.python import ScalarProgram, emit_scalar, run_each

__all__ = ["ArrayProgram", "Floats", "ScalarProgram", "emit", "emit_scalar", "run_each"]

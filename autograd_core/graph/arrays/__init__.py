"""arrays: replacements, for arrays of Values, of NumPy's functions that need plain numbers.

In: NumPy's own arguments, with Values among the numbers. Out: the modules `functions` and `linear`,
whose functions `ufuncs.py` calls in the place of NumPy's functions of the same name.
Read first: `functions.py`, then `linear.py`, systems of equations by elimination.
"""

from autograd_core.graph.arrays import functions, linear

__all__ = ["functions", "linear"]

"""Arrays: checks gradients of functions of arrays, written in NumPy, PyTorch or JAX.

In: a function of arrays with its Jacobian, vjp or jvp, a torch function or module, a JAX function.
Out: a `Report` whose last lines say what is wrong: transposed, summed over axis 0, a factor.
Read first: compare.py, then rows.py. problem.py has the common interface to a function, which
numpy_functions.py, torch_functions.py and jax_functions.py make of theirs; causes.py names the
mistake, by factors.py, terms.py and shapes.py, from a sample of the entries (sample.py).
"""

from autograd_core.checking.arrays.compare import BUDGET, check_arrays
from autograd_core.checking.arrays.kinds import of_arrays

__all__ = ["BUDGET", "check_arrays", "of_arrays"]

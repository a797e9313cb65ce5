"""Arrays: are the gradients right that others wrote, in NumPy, PyTorch or JAX?

In: a function of arrays with its Jacobian, vjp or jvp, a torch function or module, a JAX function.
Out: a `Report` whose last lines say what is wrong: transposed, summed over axis 0, a factor.
Read first: compare.py, then rows.py; problem.py is what a framework's function is here
(numpy_functions.py, torch_functions.py, jax_functions.py make one of theirs), causes.py gives
mistakes their names.
"""

from autograd_core.checking.arrays.compare import BUDGET, check_arrays
from autograd_core.checking.arrays.kinds import of_arrays

__all__ = ["BUDGET", "check_arrays", "of_arrays"]

"""checking: compares gradients with finite differences.

In: a function or a model, and a point. Out: a `Report`, one row per derivative, that prints as a
table and names the node that is wrong. `autograd_core.testing` and the pytest plugin use it.
Read first: `check.py` (gradcheck), then `differences.py` (slopes and their errors), `report.py`
(verdicts), `blame.py` (the wrong node), `rounding.py`. `by_hand.py` checks gradients that a user
wrote, the room `arrays` those of NumPy, PyTorch and JAX; `taylor.py` is the Taylor test.
"""

from autograd_core.checking.check import RTOL, assert_gradients, gradcheck, gradcheck_parameters
from autograd_core.checking.differences import derivative
from autograd_core.checking.report import Report
from autograd_core.checking.taylor import TaylorTest, taylor_test

__all__ = [
    "RTOL", "Report", "TaylorTest", "assert_gradients", "derivative", "gradcheck",
    "gradcheck_parameters", "taylor_test",
]  # fmt: skip

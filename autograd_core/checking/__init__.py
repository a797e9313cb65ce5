"""checking: is a gradient right? Backpropagation against finite differences.

In: a function or a model, and a point. Out: a `Report`, one row per derivative, that prints as a
table and names the node that is wrong. `autograd_core.testing` and the pytest plugin stand on it.
Read first: `check.py` (gradcheck), then `differences.py` (slopes, and how wrong they may be),
`report.py` (verdicts), `blame.py` (the guilty node), `rounding.py`; `by_hand.py` is for gradients
that a user wrote, `taylor.py` another test.
"""

from autograd_core.checking.check import RTOL, assert_gradients, gradcheck, gradcheck_parameters
from autograd_core.checking.differences import derivative
from autograd_core.checking.report import Report
from autograd_core.checking.taylor import TaylorTest, taylor_test

__all__ = [
    "RTOL", "Report", "TaylorTest", "assert_gradients", "derivative", "gradcheck",
    "gradcheck_parameters", "taylor_test",
]  # fmt: skip

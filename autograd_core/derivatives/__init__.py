"""derivatives: functions that differentiate a function of numbers: grad, jacobian, jvp, ...

In: a function of numbers, lists, dicts or arrays, called with Values. Out: its gradient, Jacobian
or products with them, in the shapes of its arguments; no `.grad` is changed.
Read first: `derive.py` (grad, vjp), then `call.py` under it, `forward.py` (jvp) and `jacobians.py`;
`products` has hvp and vhp, `of_values` PyTorch's grad of Values in an existing graph. `trees` takes
numbers out of `containers` and arrays and puts them back. `custom` adds the user's own operations,
`custom_vjp` the user's gradient of any function.
"""

from autograd_core.derivatives.call import Call
from autograd_core.derivatives.containers import Function, Tree, opened
from autograd_core.derivatives.custom import custom_op
from autograd_core.derivatives.custom_vjp import custom_vjp
from autograd_core.derivatives.derive import elementwise_grad, grad, value_and_grad, vjp
from autograd_core.derivatives.forward import jvp, linearize
from autograd_core.derivatives.jacobians import hessian, jacfwd, jacobian, jacrev
from autograd_core.derivatives.products import hvp, vhp
from autograd_core.derivatives.trees import flatten, map_tree, numbers_like, paths

__all__ = [
    "Call", "Function", "Tree", "custom_op", "custom_vjp", "elementwise_grad", "flatten", "grad",
    "hessian", "hvp", "jacfwd", "jacobian", "jacrev", "jvp", "linearize", "map_tree",
    "numbers_like", "opened", "paths", "value_and_grad", "vhp", "vjp",
]  # fmt: skip

"""autograd_core: scalar reverse-mode automatic differentiation. The engine of this project.

The rooms, from an operation to a compiled program; each folder's door says what comes in and out.

    table        the operations with their derivatives, and the kinds of number they run on
    graph        Value, backward() and modes such as no_grad
    derivatives  grad, jvp, jacobian and others, of functions
    checking     gradcheck: gradients against finite differences
    compiler     from the graph of a function to an array program, printed for NumPy, C, JAX, ...

Read first: graph/value.py, then table/ops.py. `functional` has the operations as functions,
`testing` and `pytest_plugin` are for test suites, `files` and `display` serve the other packages;
`op`, `ops`, `value` and `former` keep public and former import paths.
"""

from autograd_core import former
from autograd_core.checking import gradcheck, gradcheck_parameters, taylor_test
from autograd_core.compiler import Compiled, compile, compile_graph
from autograd_core.derivatives import (
    custom_op,
    custom_vjp,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vhp,
    vjp,
)
from autograd_core.graph import (
    Value,
    detect_anomaly,
    enable_grad,
    is_grad_enabled,
    no_grad,
    paused_gc,
    set_grad_enabled,
)

__all__ = [
    "Compiled", "Value", "compile", "compile_graph", "custom_op", "custom_vjp", "detect_anomaly",
    "elementwise_grad", "enable_grad", "grad", "gradcheck", "gradcheck_parameters", "hessian",
    "hvp", "is_grad_enabled", "jacfwd", "jacobian", "jacrev", "jvp", "linearize", "no_grad",
    "paused_gc", "set_grad_enabled", "taylor_test", "value_and_grad", "vhp", "vjp",
]  # fmt: skip

former.keep()

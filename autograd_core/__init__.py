"""autograd_core: scalar reverse-mode automatic differentiation. The engine of this project."""

from autograd_core import former
from autograd_core.checking import gradcheck, gradcheck_parameters, taylor_test
from autograd_core.compiler import Compiled, compile, compile_graph
from autograd_core.derivatives import (
    custom_op,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from autograd_core.graph import Value, detect_anomaly, enable_grad, no_grad, paused_gc

__all__ = [
    "Compiled",
    "Value",
    "compile",
    "compile_graph",
    "custom_op",
    "detect_anomaly",
    "enable_grad",
    "grad",
    "gradcheck",
    "gradcheck_parameters",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "no_grad",
    "paused_gc",
    "taylor_test",
    "value_and_grad",
    "vjp",
]

former.keep()

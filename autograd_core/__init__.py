"""autograd_core: scalar reverse-mode automatic differentiation. The engine of this project."""

from autograd_core.anomaly import detect_anomaly
from autograd_core.check import gradcheck, gradcheck_parameters
from autograd_core.compiler import Compiled, compile, compile_graph
from autograd_core.custom import custom_op
from autograd_core.derive import (
    grad,
    hvp,
    jvp,
    value_and_grad,
    vjp,
)
from autograd_core.jacobians import hessian, jacobian
from autograd_core.modes import enable_grad, no_grad, paused_gc
from autograd_core.taylor import taylor_test
from autograd_core.value import Value

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

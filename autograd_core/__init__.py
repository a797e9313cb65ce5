"""autograd_core: scalar reverse-mode automatic differentiation. The engine of this project."""

from autograd_core.modes import no_grad, paused_gc
from autograd_core.value import Value

__all__ = ["Value", "no_grad", "paused_gc"]

"""The compiler: scalar graph in, array program out."""

from autograd_core.compiler.api import compile, compile_graph
from autograd_core.compiler.compiled import Compiled

__all__ = ["Compiled", "compile", "compile_graph"]

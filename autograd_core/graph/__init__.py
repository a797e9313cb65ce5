"""graph: numbers that remember how they were made, and backpropagation through them.

In: rows of the table, and the numbers that a user's arithmetic starts from. Out: `Value`, whose
`backward()` computes gradients; `topological_order` and other walks; modes such as `no_grad`.
Read first: `value.py`, then `node.py` (the fields of a Value), `recording.py` (from an operation to
a node), `operators.py` (one line per method) and `adjoints.py` (gradients that are graphs again).
`protocols`, `ufuncs` (with the room `arrays`) and `copying` implement the protocols of Python,
NumPy and pickle.
"""

from autograd_core.graph.adjoints import VALUE, adjoints, chain_rule
from autograd_core.graph.anomaly import detect_anomaly
from autograd_core.graph.modes import (
    Observer,
    capturing,
    changes_of_requires_grad,
    differentiating,
    enable_grad,
    inside_derivative,
    is_grad_enabled,
    no_grad,
    paused_gc,
    set_grad_enabled,
    this_thread,
    watch,
    watched,
)
from autograd_core.graph.no_gradient import (
    NO_GRADIENT,
    gradient_or_zero,
    has_gradient,
    leaves_with_gradient,
    plain_gradient,
)
from autograd_core.graph.node import Node, number_of
from autograd_core.graph.operators import Operators
from autograd_core.graph.order import consumers, levels, topological_order
from autograd_core.graph.recording import apply, decide, method, record
from autograd_core.graph.ufuncs import Values, elementwise
from autograd_core.graph.value import Number, Value

__all__ = [
    "NO_GRADIENT", "VALUE", "Node", "Number", "Observer", "Operators", "Value", "Values",
    "adjoints", "apply", "capturing", "chain_rule", "changes_of_requires_grad", "consumers",
    "decide", "detect_anomaly", "differentiating", "elementwise", "enable_grad", "gradient_or_zero",
    "has_gradient", "inside_derivative", "is_grad_enabled", "leaves_with_gradient", "levels",
    "method", "no_grad", "number_of", "paused_gc", "plain_gradient", "record", "set_grad_enabled",
    "this_thread", "topological_order", "watch", "watched",
]  # fmt: skip

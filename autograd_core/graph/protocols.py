"""Protocols: methods of Value for Python and NumPy besides arithmetic: bool, repr, float, ...

Value assigns these functions to the names that Python and NumPy call, at the end of its class.
"""

from __future__ import annotations

from typing import NoReturn

from autograd_core.graph.node import N, Node, leaf, number_of
from autograd_core.graph.recording import decide
from autograd_core.table import ops


def truth(value: Node) -> bool:
    """Return whether the number is not 0.

    >>> from autograd_core import Value
    >>> bool(Value(0.0)), bool(Value(-1.0))
    (False, True)
    """
    return not decide(ops.EQUAL, value, leaf(value.__class__, 0.0))


def representation(value: Node) -> str:
    """Return the repr of a Value.

    >>> from autograd_core import Value
    >>> Value(2.0, "x")
    Value(data=2.0, grad=0.0, label='x')
    """
    label = f", label={value.label!r}" if value.label else ""
    return f"Value(data={value.data}, grad={number_of(value.grad)}{label})"


def formatted(value: Node, spec: str) -> str:
    """Return the number in a format; without a format, the repr.

    >>> from autograd_core import Value
    >>> f"{Value(2.0):.3f}"
    '2.000'
    """
    return format(value.data, spec) if spec else representation(value)


def itself(value: N) -> N:
    """Return the number, which is its own conjugate (np.var and np.std call this).

    >>> from autograd_core import Value
    >>> Value(2.0).conjugate()
    Value(data=2.0, grad=0.0)
    """
    return value


def squeezed(value: N, dim: object = None, *, axis: object = None) -> N:
    """Return the number, which has no dimension to remove (PyTorch's `layer(x).squeeze(-1)`).

    >>> from autograd_core import Value
    >>> Value(2.0).squeeze(-1)
    Value(data=2.0, grad=0.0)
    """
    return value


def refuse_conversion(value: Node) -> NoReturn:
    """Raise where the gradient would be lost silently, as in `math.exp(value)`.

    Raises:
        TypeError: Always; it names the cure.

    >>> from autograd_core import Value
    >>> float(Value(2.0))
    Traceback (most recent call last):
    TypeError: a Value does not turn into a plain number by itself, since its gradient would be \
lost; use value.data for the number, or value.exp(), value.sin(), ... (also in \
autograd_core.functional) instead of the functions of math
    """
    raise TypeError(
        "a Value does not turn into a plain number by itself, since its gradient would be "
        "lost; use value.data for the number, or value.exp(), value.sin(), ... (also in "
        "autograd_core.functional) instead of the functions of math"
    )

"""value: public name of graph/value.py, where Value and backward() are."""

from autograd_core.graph import Number, Value

__all__ = ["Number", "Value"]

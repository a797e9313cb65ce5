"""Shapes: what goes into a module and what comes out, for one sample and for a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeGuard, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_core import Value
from autograd_core.table import Floats

Mask: TypeAlias = NDArray[np.bool_]
Number: TypeAlias = "Value | float"
Inputs: TypeAlias = "Sequence[Number] | Floats | Number"
"""One sample: a list, tuple or 1-D array of numbers or Values; a single number is a list of one."""
Batch: TypeAlias = "Sequence[Sequence[Number]] | Sequence[Floats] | Floats"
"""Several samples: a list of samples, or a 2-D array `(samples, inputs)`."""
Output: TypeAlias = Any
"""What a module returns for one sample: a Value from one neuron, a list of Values from several."""
Tables: TypeAlias = "ArrayLike | Sequence[ArrayLike] | Mapping[str, ArrayLike]"
"""A table, or several in a list or a dict: of each input, or of each output."""
Metric: TypeAlias = Callable[[Floats, Floats], float]
"""`metric(targets, predictions) -> number` (Keras's and scikit-learn's order)."""


class Placed(Protocol):
    """A module that knows where it is."""

    @property
    def path(self) -> str:
        """The module's place in its model."""
        ...


def is_batch(x: object) -> bool:
    """Return whether x holds samples, rather than being one.

    >>> is_batch([[1.0, 2.0]]), is_batch([1.0, 2.0])
    (True, False)
    """
    if isinstance(x, np.ndarray):
        return x.ndim >= 2
    return isinstance(x, list | tuple) and bool(x) and isinstance(x[0], list | tuple | np.ndarray)


def is_number(x: object) -> TypeGuard[Number]:
    """Return whether x is one number, one of NumPy's included.

    >>> is_number(Value(1.0)), is_number(np.float32(1.0)), is_number([1.0])
    (True, True, False)
    """
    return isinstance(x, Value | float | int | np.number)


def sample(x: Inputs, nin: int, module: Placed) -> list[Value]:
    """Return one sample's inputs as Values, which all neurons of a layer then share.

    Raises:
        ValueError: If there are not `nin` of them; the message names the module.
        TypeError: If one is not a number.
    """
    items = values(x)
    if len(items) != nin:
        path = getattr(getattr(module, "_nn", None), "path", "")  # a user may have a path too
        where = f" at {path}" if path else ""
        raise ValueError(
            f"{type(module).__name__}{where} expected {nin} inputs, got {len(items)}; "
            + _advice(path, nin, len(items))
        )
    return items


def values(x: Inputs) -> list[Value]:
    """Return one sample's inputs as Values.

    Raises:
        TypeError: If one is not a number.
        ValueError: If it is a table rather than a row.

    >>> [value.data for value in values([1, 2.5])], values(3.0)[0].data
    ([1.0, 2.5], 3.0)
    """
    if isinstance(x, np.ndarray):
        if x.ndim > 1:
            raise ValueError(
                f"a sample is a row of numbers, got one of shape {x.shape}; flatten samples first: "
                "x.reshape(len(x), -1)"
            )
        x = x.reshape(-1).tolist()
    items = [x] if is_number(x) else list(cast("Sequence[Number]", x))
    return [item if isinstance(item, Value) else Value(item) for item in items]


def _advice(path: str, nin: int, got: int) -> str:
    if path and "[0]" not in path:
        return f"give the layer before it {nin} units, or this one {got} inputs"
    other = f", or build the model for {got} inputs" if got else ""
    return f"pass {nin} numbers per sample{other}"


def one_hot_rows(labels: Floats, classes: int) -> Floats:
    """Return a row for each class number, with a 1 in its place.

    >>> one_hot_rows(np.array([0.0, 2.0]), 3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    rows = np.zeros((len(labels), classes))
    rows[np.arange(len(labels)), labels.astype(int)] = 1.0
    return rows


class Symbolic:
    """What stands for numbers to come: what a layer will give in a functional model."""

    def through(self, layer: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """Return what `layer(*given, **named)` will give."""
        raise NotImplementedError


def symbol_in(given: tuple[Any, ...]) -> Symbolic | None:
    """Return the first thing that is symbolic, by itself or in a list or a dict."""
    for item in given:
        if isinstance(item, Mapping):
            item = next(iter(item.values()), None)
        elif isinstance(item, list | tuple) and item:
            item = item[0]
        if isinstance(item, Symbolic):
            return item
    return None

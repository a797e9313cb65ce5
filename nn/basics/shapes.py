"""Shapes: the types of a module's inputs and outputs, for one sample and for a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeGuard, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_core import Value
from autograd_core.table import Floats

Mask: TypeAlias = NDArray[np.bool_]
Number: TypeAlias = Value | float
Inputs: TypeAlias = Sequence[Number] | Floats | Number
"""One sample: a list, tuple or 1-D array of numbers or Values; a single number is a list of one."""
Batch: TypeAlias = Sequence[Sequence[Number]] | Sequence[Floats] | Floats
"""Several samples: a list of samples, or a 2-D array `(samples, inputs)`."""
# A union would have to be checked before each use; which of its types it is, the reader knows.
Output: TypeAlias = Any
"""What a module returns for one sample: a Value from one neuron, a list of Values from several."""
Predicted: TypeAlias = Any  # likewise
"""What `predict` returns: an array `(samples, outputs)`, for several outputs a list or dict."""
# Each `forward` has a type of its own; if its base had another, a checker would refuse it.
Sample: TypeAlias = Any
"""What `forward` takes for one sample: a row of numbers, for several inputs a list or a dict."""
AnyModule: TypeAlias = Any  # a Module, whose room imports this one
Tables: TypeAlias = ArrayLike | Sequence[ArrayLike] | Mapping[str, ArrayLike]
"""A table, or a list or dict of tables: one for each input, or for each output."""
Metric: TypeAlias = Callable[[Floats, Floats], float]
"""`metric(targets, predictions) -> number` (Keras's and scikit-learn's order)."""


class Placed(Protocol):
    """A module that knows its path in its model."""

    @property
    def path(self) -> str:
        """The module's path in its model."""
        ...


def is_batch(x: object) -> bool:
    """Return whether x is a batch of samples rather than one sample.

    >>> is_batch([[1.0, 2.0]]), is_batch([1.0, 2.0])
    (True, False)
    """
    if isinstance(x, np.ndarray):
        return x.ndim >= 2
    return isinstance(x, list | tuple) and bool(x) and isinstance(x[0], list | tuple | np.ndarray)


def is_number(x: object) -> TypeGuard[Number]:
    """Return whether x is one number: a Value, or a number of Python or NumPy.

    >>> is_number(Value(1.0)), is_number(np.float32(1.0)), is_number([1.0])
    (True, True, False)
    """
    return isinstance(x, Value | float | int | np.number)


def sample(x: Inputs, nin: int, module: Placed) -> list[Value]:
    """Return one sample's inputs as Values, which all neurons of a layer then share.

    Raises:
        ValueError: If the number of inputs is not `nin`; the message names the module.
        TypeError: If an input is not a number.
    """
    items = values(x)
    if len(items) != nin:
        # not `module.path`, which a user's attribute may override
        path = getattr(getattr(module, "_nn", None), "path", "")
        where = f" at {path}" if path else ""
        raise ValueError(
            f"{type(module).__name__}{where} expected {nin} inputs, got {len(items)}; "
            + _advice(path, nin, len(items))
        )
    return items


def values(x: Inputs) -> list[Value]:
    """Return one sample's inputs as Values.

    Raises:
        TypeError: If an input is not a number.
        ValueError: If x is a table rather than a row.

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
    """Return class numbers as one-hot rows, `(samples, classes)`.

    >>> one_hot_rows(np.array([0.0, 2.0]), 3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    rows = np.zeros((len(labels), classes))
    rows[np.arange(len(labels)), labels.astype(int)] = 1.0
    return rows


class Symbolic:
    """A placeholder for numbers: what a layer returns when it is called with `nn.Input`."""

    def apply_layer(
        self, layer: AnyModule, given: tuple[object, ...], named: Mapping[str, object]
    ) -> Output:
        """Return the placeholder for the result of `layer(*given, **named)`."""
        raise NotImplementedError


def symbol_in(given: tuple[object, ...]) -> Symbolic | None:
    """Return the first argument that is symbolic, or begins a list or dict of symbols, or None."""
    for item in given:
        if isinstance(item, Mapping):
            item = next(iter(item.values()), None)
        elif isinstance(item, list | tuple) and item:
            item = item[0]
        if isinstance(item, Symbolic):
            return item
    return None

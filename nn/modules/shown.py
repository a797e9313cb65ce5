"""Shown: a module's weights as arrays, and its summary as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from nn.basics import Floats, Printed, text_table
from nn.modules.internals import class_view, internals
from nn.modules.state import distinct_holders, fill, numbers
from nn.modules.tree import Tree, join

_ARRAYS = "parameters() has them as Values, get_weights() as arrays"
_INSTEAD = {  # Keras's attributes that modules do not have, and what to use instead
    "evaluate_generator": "evaluate takes generators",
    "fit_generator": "fit takes generators",
    "get_config": "it is config()",
    "predict_classes": "take predict(x) > 0.5, or predict(x).argmax(axis=-1) of several classes",
    "predict_generator": "predict takes generators",
    "predict_proba": "it is predict(x)",
    "reset_states": "nothing is kept between samples",
    "to_json": "save(path) keeps architecture and weights in one file, without pickle",
    "trainable_variables": _ARRAYS,
    "trainable_weights": _ARRAYS,
    "variables": _ARRAYS,
    "weights": _ARRAYS,
}


class Shown(Tree):
    """A tree whose weights can be read and set as arrays, with a summary of its layers.

    Attributes:
        name: A name for `summary()` and `get_layer`, if it was given one.
    """

    name: str = ""

    if not TYPE_CHECKING:  # so that type checkers report unknown attributes

        def __getattr__(self, name: str) -> Any:
            """Raise AttributeError, with advice for names that Keras has and modules have not."""
            if hasattr(type(self), name):  # a property failed: let it raise its own error
                return object.__getattribute__(self, name)
            advice = f"; {_INSTEAD[name]}" if name in _INSTEAD else ""
            message = f"{type(self).__name__!r} object has no attribute {name!r}{advice}"
            raise AttributeError(message, name=name, obj=self)

    # Weights as plain arrays.

    def get_weights(self) -> list[Floats]:
        """Return copies of all weights as arrays, layer by layer (as in Keras).

        A layer has two arrays, weights `(inputs, neurons)` and biases `(neurons,)`; any other
        module has one array per attribute that holds parameters.
        """
        return list(self.named_weights().values())

    def named_weights(self) -> dict[str, Floats]:
        """Return the arrays of `get_weights` by name: `layers[0].weights`, `layers[0].biases`."""
        return {name: numbers(holder) for name, holder in self._weights().items()}

    def set_weights(self, weights: Sequence[ArrayLike] | Mapping[str, ArrayLike]) -> None:
        """Set all weights from arrays as `get_weights()` or `named_weights()` gives them.

        Raises:
            ValueError: If the number of arrays, a name or a shape is wrong; then nothing changes.
        """
        holders = self._weights()
        if not isinstance(weights, Mapping):
            if len(weights) != len(holders):
                raise ValueError(
                    f"{type(self).__name__} has {len(holders)} weight arrays, got {len(weights)}; "
                    "pass as many as get_weights() returns"
                )
            weights = dict(zip(holders, weights, strict=True))
        fill(type(self).__name__, holders, weights)

    def _weights(self) -> dict[str, object]:
        """Return the nested lists of parameters that `get_weights` returns as arrays, by name."""
        return distinct_holders(
            (join(path, name), holder)
            for path, module in self.named_modules()
            for name, holder in class_view(module).weight_holders()
        )

    def count_params(self) -> int:
        """Return the number of parameters (Keras's name for `len(parameters())`)."""
        return len(self.parameters())

    # Display.

    def __repr__(self) -> str:
        lines = [
            f"  ({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()
        ]
        return (
            "\n".join([f"{type(self).__name__}(", *lines, ")"])
            if lines
            else f"{type(self).__name__}()"
        )

    def summary(self, print_fn: Callable[[str], object] = print) -> Printed:
        """Print a table of the layers from the input up, with their parameters (as in Keras).

        Args:
            print_fn: A function that prints its argument.

        Returns:
            The table as text; a notebook cell that ends with it does not show it a second time.

        >>> import nn
        >>> text = nn.MLP(2, [16, 16, 1]).summary()
        layer      kind   units  activation  parameters
        -----------------------------------------------
        input      Input      2  -                    0
        layers[0]  Layer     16  relu                48
        layers[1]  Layer     16  relu               272
        layers[2]  Layer      1  linear              17
        total 337 parameters, 337 trainable
        """
        table = Printed(class_view(self).table())
        print_fn(table)
        return table

    def table(self) -> str:
        """Return the text that `summary()` prints."""
        rows = class_view(self).summary_rows()
        count, trainable = len(self.parameters()), len(self.trainable_parameters())
        lines = text_table(["layer", "kind", "units", "activation", "parameters"], rows)
        lines.append(f"total {count} parameters, {trainable} trainable")
        return "\n".join([f'model "{self.name}"', *lines] if self.name else lines)

    def summary_rows(self) -> list[tuple[object, ...]]:
        """Return the rows of `summary()`: name, kind, units, activation, parameters."""
        parts = self.named_children() or [(internals(self).path or "-", self)]
        return [
            (
                part.name or name,
                type(part).__name__,
                *class_view(part).summary_cells(),
                len(part.parameters()),
            )
            for name, part in parts
            if isinstance(part, Shown)
        ]

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return "-", "-"

"""Layered: a model that has a list of layers."""

from __future__ import annotations

from nn.modules import Module, kept


class Layered(Module):
    """A model that has its layers in a list.

    Attributes:
        layers: The layers, in order.
    """

    layers: list[Module]

    def get_layer(self, name: str | None = None, index: int | None = None) -> Module:
        """Return a layer by its name or its number, as in Keras.

        Raises:
            ValueError: If there is none.
        """
        names = self.layer_names()
        if index is None and name in names:
            index = names.index(name)
        if index is None or not -len(names) <= index < len(names):
            raise ValueError(f"no layer {name or index!r}; there are {', '.join(names)}")
        return self.layers[index]

    def layer_names(self) -> list[str]:
        """Return what `get_layer` knows the layers by."""
        return [layer.name or kept(layer).path for layer in self.layers]

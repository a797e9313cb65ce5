"""Containers: modules in a list or a dict, as in PyTorch; the base of models with layers."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView

from nn.modules import Module, internals


class ModuleList(Module):
    """A list of modules; a plain list as an attribute of a module works as well.

    >>> import nn
    >>> parts = ModuleList([nn.Linear(2, 3, rng=0)])
    >>> parts.append(nn.Linear(3, 1, rng=1))[-1]([1.0, 2.0, 3.0]).label
    'held[1].neurons[0]'

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        if not isinstance(modules, Iterable):
            raise TypeError(f"ModuleList wants a list of modules, got {modules!r:.60}")
        self.held = list(modules)

    def append(self, module: Module) -> ModuleList:
        """Append a module, and return the list (as in PyTorch)."""
        return self.extend([module])

    def extend(self, modules: Iterable[Module]) -> ModuleList:
        """Append several modules, and return the list (as in PyTorch)."""
        self.held += modules
        self.name_parts(self.path)
        return self

    def __getitem__(self, index: int) -> Module:
        return self.held[index]

    def __setitem__(self, index: int, module: Module) -> None:
        self.held[index] = module
        self.name_parts(self.path)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a list again."""
        return {"modules": self.held}


class ModuleDict(Module):
    """A dict of modules; a plain dict as an attribute of a module works as well.

    >>> import nn
    >>> parts = ModuleDict({"mean": nn.Linear(2, 1, rng=0)})
    >>> parts["spread"] = nn.Linear(2, 1, rng=1)
    >>> list(parts), parts["spread"]([1.0, 2.0]).label
    (['mean', 'spread'], 'held[spread].neurons[0]')

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None
    ) -> None:
        self.held: dict[str, Module] = {}
        try:
            self.held.update(modules or {})  # pairs of names and modules too, and a ModuleDict
        except (TypeError, ValueError):
            raise TypeError(f"ModuleDict wants a dict of modules, got {modules!r:.60}") from None

    def update(self, modules: Mapping[str, Module]) -> None:
        """Add modules, or replace those of the same names."""
        self.held.update(modules)
        self.name_parts(self.path)

    def pop(self, key: str) -> Module:
        """Remove a module and return it."""
        return self.held.pop(key)

    def keys(self) -> KeysView[str]:
        """Return the names."""
        return self.held.keys()

    def values(self) -> ValuesView[Module]:
        """Return the modules."""
        return self.held.values()

    def items(self) -> ItemsView[str, Module]:
        """Return names and modules."""
        return self.held.items()

    def __getitem__(self, key: str) -> Module:
        return self.held[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.update({key: module})

    def __delitem__(self, key: str) -> None:
        del self.held[key]

    def __contains__(self, key: object) -> bool:
        return key in self.held

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a dict again."""
        return {"modules": self.held}


class Layered(Module):
    """A model with a list of layers.

    Attributes:
        layers: The layers, in order.
    """

    layers: list[Module]

    def get_layer(self, name: str | None = None, index: int | None = None) -> Module:
        """Return a layer by its name or its number, as in Keras.

        Raises:
            ValueError: If there is no such layer.
        """
        names = self.layer_names()
        if index is None and name in names:
            index = names.index(name)
        if index is None or not -len(names) <= index < len(names):
            raise ValueError(f"no layer {name or index!r}; there are {', '.join(names)}")
        return self.layers[index]

    def layer_names(self) -> list[str]:
        """Return the names of the layers, for `get_layer`."""
        return [layer.name or internals(layer).path for layer in self.layers]

"""Sequential: a chain of modules; MLP: a chain of fully connected layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast, overload

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Value
from nn.activations import LayerActivation, NeuronActivation
from nn.basics import Config, Floats, Inputs, Output, Seed, columns, source, values
from nn.initializers import Initializer
from nn.layers import Layer, Neuron
from nn.models.containers import Layered
from nn.modules import Module, fill, internals, numbers


class Sequential(Layered):
    """A chain of modules: the input of each is the output of the one before it.

    Args:
        modules: The modules, one by one, as one list (as in PyTorch and in Keras), or as one dict
            that also names them.
        layers: A list of modules (Keras's name).
        name: A name for `summary()`.

    >>> model = Sequential(Layer(2, 3, init="ones"), Layer(3, 1, init="ones"))
    >>> model([1.0, 2.0]).data
    9.0

    Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __init__(
        self,
        *modules: Module | Sequence[Module] | Mapping[str, Module],
        layers: Sequence[Module] = (),
        name: str | None = None,
    ) -> None:
        self.layers: list[Module] = []
        self.name = name or ""
        for item in (*modules, layers):
            if isinstance(item, Mapping):
                for key, layer in item.items():
                    self.add(layer)
                    layer.name = key
            else:
                for layer in item if isinstance(item, list | tuple) else [cast(Module, item)]:
                    self.add(layer)

    def add(self, layer: Module) -> None:
        """Append a layer; a Dense gets its number of inputs from the layers before it.

        Raises:
            TypeError: If it is not a module.
        """
        self._replace_layers(len(self.layers), len(self.layers), [layer])

    def _replace_layers(self, start: int, stop: int, layers: Sequence[Module]) -> None:
        """Replace layers, and build those that do not know their number of inputs."""
        for layer in layers:
            if not isinstance(layer, Module):
                raise TypeError(
                    f"Sequential takes modules, got {layer!r:.60}; for a function use nn.Activation"
                )
        self.layers[start:stop] = layers
        self._build_from(self.input_size())
        self.name_parts(internals(self).path)

    def insert(self, index: int, module: Module) -> Sequential:
        """Insert a layer before the one at `index`, and return the model (as in PyTorch).

        Raises:
            IndexError: If the index is out of range.
        """
        count = len(self.layers)
        if not -count <= index <= count:
            raise IndexError(f"insert wants a place from {-count} to {count}, got {index}")
        place = index % count if index < 0 else index
        self._replace_layers(place, place, [module])
        return self

    def extend(self, modules: Iterable[Module]) -> Sequential:
        """Append several layers, and return the model (as in PyTorch)."""
        self._replace_layers(len(self.layers), len(self.layers), list(modules))
        return self

    def __setitem__(self, index: int, module: Module) -> None:
        """Replace a layer; the model has to be compiled again."""
        place = range(len(self.layers))[index]
        self._replace_layers(place, place + 1, [module])

    def __delitem__(self, index: int | slice) -> None:
        """Remove layers."""
        del self.layers[index]
        self.name_parts(internals(self).path)

    def append(self, module: Module) -> Sequential:
        """Append a layer and return the model (PyTorch's name for `add`)."""
        self.add(module)
        return self

    def pop(self, index: int = -1) -> Module:
        """Remove a layer, the last one by default, and return it.

        Raises:
            IndexError: If there is no such layer.
        """
        if not self.layers:
            raise IndexError("this Sequential has no layers to pop; add one first")
        return self.layers.pop(index)

    def build(self, input_shape: int | Sequence[int | None]) -> None:
        """Build every layer whose number of inputs is then known.

        Args:
            input_shape: The number of inputs of the model, or `(None, number)` as in Keras.
        """
        self._build_from(columns("a model's number of inputs", input_shape))

    def _build_from(self, size: int | None) -> None:
        for layer in self.layers:
            if size is not None:
                layer.build(size)
            size = layer.output_size(size)

    def forward(self, x: Inputs) -> Output:
        """Return the last layer's outputs for one sample."""
        for layer in self.layers:
            x = cast(Output, layer(x))
        return cast(Output, x if self.layers else values(x))

    def input_size(self) -> int | None:
        """Return the number of inputs of the first layer; None if it is not known."""
        return self.layers[0].input_size() if self.layers else None

    def output_size(self, inputs: int | None) -> int | None:
        """Return the number of outputs of the last layer; None if it is not known."""
        for layer in self.layers:
            inputs = layer.output_size(inputs)
        return inputs

    def node_weights(self) -> dict[str, Floats]:
        """Return each neuron's weights, with its bias last, by the name of the neuron.

        Hidden neurons are `node_0`, `node_1` ... in a network with one hidden layer, else
        `node_<layer>_<number>`; outputs are `output`, or `output_0`, `output_1` ... .

        >>> MLP(2, [2, 1], init="ones", bias=False).node_weights()["output"]
        array([1., 1.])
        """
        return {name: numbers(holder) for name, holder in self._nodes().items()}

    def set_node_weights(self, weights: Mapping[str, ArrayLike]) -> None:
        """Set each neuron's weights, by the name of the neuron.

        Args:
            weights: As `node_weights()` returns them; an array without a bias sets the bias to 0.

        Raises:
            ValueError: If a name is missing or unexpected, or a number of weights is wrong.
        """
        nodes, given = self._nodes(), {name: np.asarray(w) for name, w in weights.items()}
        for name, neuron in self._neurons().items():
            array = given.get(name)
            if neuron.b is not None and array is not None and array.shape == (neuron.nin,):
                given[name] = np.append(array, 0.0)
        fill(type(self).__name__, nodes, given)

    def _nodes(self) -> dict[str, list[Value]]:
        return {
            name: neuron.w if neuron.b is None else [*neuron.w, neuron.b]
            for name, neuron in self._neurons().items()
        }

    def _neurons(self) -> dict[str, Neuron]:
        layers = [module.neurons for module in self.modules() if isinstance(module, Layer)]
        return {
            _node_name(i, j, len(layers), len(neurons)): neuron
            for i, neurons in enumerate(layers)
            for j, neuron in enumerate(neurons)
        }

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a model again."""
        return {"layers": self.layers} | ({"name": self.name} if self.name else {})

    @classmethod
    def from_config(cls, config: Config) -> Sequential:
        """Return a model made again from its `config()`."""
        return cls(*config["layers"], name=config.get("name"))

    def __iter__(self) -> Iterator[Module]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: int | slice) -> Module:
        """Return a layer, or for a slice a model of these layers, which keep their paths."""
        if not isinstance(index, slice):
            return self.layers[index]
        part = Sequential()
        part.layers = self.layers[index]
        return part


def _node_name(layer: int, number: int, layers: int, neurons: int) -> str:
    if layer == layers - 1:
        return "output" if neurons == 1 else f"output_{number}"
    return f"node_{number}" if layers == 2 else f"node_{layer}_{number}"


class MLP(Sequential):
    """A multi-layer perceptron: fully connected layers, by default with ReLU and a linear output.

    With the default arguments, `random.seed(n)` gives the same weights as in micrograd.

    Args:
        nin: Number of inputs.
        nouts: Number of neurons of each layer, the output layer last.
        activation: Activation of the hidden layers.
        output: Activation of the last layer.
        init: How each weight is drawn, see `nn.initializers`.
        bias: Whether the neurons have biases, which start at 0.
        rng: Where weights are drawn from, or a seed; by default the module `random`.

    Raises:
        ValueError: If there is no layer, or a number is below 1.
        TypeError: If `nouts` is not a list of whole numbers.

    >>> model = MLP(2, [16, 16, 1])
    >>> len(model.parameters())
    337

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: str | NeuronActivation = "relu",
        output: str | NeuronActivation | LayerActivation = "linear",
        init: str | Initializer = "micrograd",
        bias: bool = True,
        rng: Seed = None,
    ) -> None:
        if not isinstance(nouts, Sequence):
            raise TypeError(
                f"MLP wants the number of neurons of each layer, as [16, 16, 1], got {nouts!r:.60}"
            )
        if not nouts:
            raise ValueError("MLP wants at least one layer, got none; the last one is the output")
        sizes, drawn_from = [nin, *nouts], source(rng)
        self.layers: list[Layer] = [  # type: ignore[assignment]  # a list of Modules in Sequential
            Layer(
                sizes[i],
                sizes[i + 1],
                activation=output if i == len(nouts) - 1 else activation,
                init=init,
                bias=bias,
                rng=drawn_from,
            )
            for i in range(len(nouts))
        ]

    @property
    def nin(self) -> int:
        """The number of inputs."""
        return self.layers[0].nin

    @classmethod
    def from_config(cls, config: Config) -> MLP:
        """Return a model made again from its `config()`."""
        layers: list[Module] = config["layers"]  # also those added later, such as a Dropout
        dense = [layer for layer in layers if isinstance(layer, Layer)]
        model = cls(dense[0].nin, [layer.nout for layer in dense], init="zeros")
        model.layers = cast("list[Layer]", list(layers))
        model.name = config.get("name", "")
        model.name_parts()
        return model

    def summary_rows(self) -> list[tuple[object, ...]]:
        """Return the rows of `summary()`, the passthrough input layer first."""
        return [("input", "Input", self.nin, "-", 0), *super().summary_rows()]

"""Model: graphs of layers, with several inputs and outputs, as in Keras's functional style."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from nn.basics import Config, Output, Rows, Sample, is_batch, symbol_in
from nn.basics.structure import Parts
from nn.layers.symbol import Call, Input, Symbol, Symbols, call_on_sample, items_in, symbols_of
from nn.models.containers import Layered
from nn.models.places import calls_to, from_places, key_of, places_from_file, places_in, to_places

Shape: TypeAlias = tuple[int | None, ...]


class Model(Layered):
    """The layers from inputs to outputs: Keras's functional style.

    A layer that is called with `nn.Input`, or with the symbol that another layer returned, returns
    the symbol of its output. A layer that is called twice shares its weights. A user's class may
    also inherit from `Model` and define `call(self, x)` or `call(self, x, training)` for one
    sample, as in Keras.

    Args:
        inputs: An `nn.Input`, or a list or dict of several.
        outputs: The symbol that the last layer returned, or a list or dict of several.
        name: A name for `summary()`.

    Raises:
        ValueError: If the outputs need an input that is not among the inputs.
        TypeError: If an input is not an `nn.Input`, or an output not a symbol.

    >>> from nn import Concatenate, Dense, Input
    >>> a, b = Input(2, name="a"), Input(3, name="b")
    >>> hidden = Dense(4, "tanh", rng=0)(a)
    >>> both = Model([a, b], Dense(1, rng=1)(Concatenate()([hidden, b])))
    >>> both.compile("sgd", "mse")
    >>> both.predict([[[1.0, 2.0]], [[0.0, 0.5, 1.0]]]).shape
    (1, 1)

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __new__(cls, *arguments: Any, **options: Any) -> Model:
        """Return a functional model for `Model` itself, else an instance of the subclass."""
        return object.__new__(Functional if cls is Model else cls)

    def __init__(
        self, inputs: Symbols = None, outputs: Symbols = None, *, name: str | None = None
    ) -> None:
        if inputs is not None or outputs is not None:
            raise TypeError(
                f"{type(self).__name__} has a call of its own, so Model.__init__ takes no inputs "
                "and outputs; nn.Model(inputs, outputs) is a model of them"
            )
        self.name = name or ""

    def call(self, x: Sample) -> Output:
        """Return the output for one sample; to be defined by a subclass, as in Keras.

        Raises:
            NotImplementedError: If the subclass does not define it.
        """
        raise NotImplementedError(f"{type(self).__name__} defines neither call nor forward")

    def forward(self, *x: Sample) -> Output:
        """Return what `call` returns, with `training` passed if it has that argument."""
        known = inspect.signature(self.call).parameters
        options = {"training": self.training} if "training" in known else {}
        return self.call(*x, **options)


class Functional(Model):
    """The class of `Model(inputs, outputs)`; see `Model`."""

    def __init__(self, inputs: Symbols, outputs: Symbols, *, name: str | None = None) -> None:
        self.name = name or ""
        self._in_dict, given = isinstance(inputs, Mapping), items_in(inputs)
        for symbol in given:
            if not isinstance(symbol, Input):
                raise TypeError(
                    f"a Model's inputs are what nn.Input gives, got {symbol!r:.60}; begin with "
                    "x = nn.Input(shape)"
                )
        calls = calls_to(items_in(outputs), given)
        number = {key: i for i, (key, _) in enumerate(calls)}
        self.layers = [*dict.fromkeys(call.layer for _, call in calls)]
        self._calls = [
            (self.layers.index(call.layer), [to_places(item, number) for item in call.given])
            for _, call in calls
        ]
        self._inputs = [number[key_of(symbol)] for symbol in given]
        self._outputs = to_places(outputs, number)
        self._names = self._output_names()

    @property
    def inputs(self) -> list[Symbol]:
        """The inputs that were passed to `nn.Model`, as a list."""
        return [cast(Input, self.layers[self._calls[place][0]]) for place in self._inputs]

    @property
    def outputs(self) -> Symbols:
        """The symbols of the outputs, in the form in which they were passed to `nn.Model`."""
        return from_places(self._outputs, self._symbols())

    def _symbols(self) -> list[Symbols]:
        """Return the symbol of each call."""
        found: list[Symbols] = []
        for number, places in self._calls:
            layer = self.layers[number]
            given = tuple(from_places(item, found) for item in places)
            found.append(symbols_of(Call(layer, given)) if given else layer)
        return found

    def forward(self, *x: Sample) -> Output:
        """Return the outputs for one sample of each input."""
        if len(x) == 1 and isinstance(x[0], Mapping):
            return self.of_parts(dict(x[0]))
        return self._run(list(x[0] if len(x) == 1 and len(self._inputs) > 1 else x))

    def __call__(self, x: Any, *more: Any) -> Any:
        """Return the outputs for one sample or a table; several inputs are a list or a dict."""
        if not more and symbol_in((x,)) is None:
            if isinstance(x, Mapping):
                x = [x[name] for name in self._input_names()]
            elif len(self._inputs) == 1:
                x = [x]
            if len(x) == len(self._inputs) and all(hasattr(part, "__len__") for part in x):
                return self._call_on_tables(x)
            return self._run(list(x))
        return super().__call__(x, *more)

    def _call_on_tables(self, x: Sequence[Any]) -> Any:
        found = super()._call_on_several(tuple(x), {})
        if not is_batch(x[0]) or not isinstance(self._outputs, list | dict):
            return found
        if isinstance(self._outputs, dict):
            return {name: Rows([row[name] for row in found]) for name in self._outputs}
        return Parts([Rows(column) for column in zip(*found, strict=True)], self._names)

    def of_parts(self, parts: list[Sample] | dict[str, Sample]) -> Output:
        """Return the outputs for one sample of several inputs."""
        names = self._input_names()
        return self._run([parts[n] for n in names] if isinstance(parts, dict) else parts)

    def _run(self, given: list[Sample]) -> Output:
        if len(given) != len(self._inputs):
            names = ", ".join(self._input_names())
            raise ValueError(
                f"this Model has the inputs {names}, got {len(given)}; pass one for each"
            )
        found: list[Output] = [None] * len(self._calls)
        for place, x in zip(self._inputs, given, strict=True):
            layer = self.layers[self._calls[place][0]]
            found[place] = layer.forward(x)
        for number, (layer_number, places) in enumerate(self._calls):
            if places:
                found[number] = call_on_sample(
                    self.layers[layer_number], [from_places(item, found) for item in places]
                )
        outputs = from_places(self._outputs, found)
        return Parts(outputs, self._names) if isinstance(self._outputs, list) else outputs

    def inputs_by_name(self) -> dict[str, int | None]:
        """Return the size of each of several inputs by name."""
        if len(self._inputs) == 1 and not self._in_dict:
            return {}
        layers = [cast(Input, self.layers[self._calls[place][0]]) for place in self._inputs]
        return dict(zip(self._input_names(), [layer.nin for layer in layers], strict=True))

    def input_size(self) -> int | None:
        """Return the size of the only input; None if there are several."""
        if len(self._inputs) > 1:
            return None
        return self.layers[self._calls[self._inputs[0]][0]].input_size()

    @property
    def output_shape(  # type: ignore[override]  # as many as there are outputs
        self,
    ) -> Shape | list[Shape] | dict[str, Shape]:
        """The shape of the output, `(None, size)` as in Keras; a list or dict for several."""
        outputs = self.outputs
        if isinstance(outputs, dict):
            return {name: symbol.shape for name, symbol in outputs.items()}
        shapes = [symbol.shape for symbol in outputs] if isinstance(outputs, list) else None
        return outputs.shape if shapes is None else shapes

    @property
    def output_names(self) -> list[str]:
        """The names of the outputs, for losses, metrics and the history, as in Keras."""
        return list(self._names)

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs, the keys of a dict of them, as in Keras."""
        return self._input_names()

    def _output_names(self) -> list[str]:
        if isinstance(self._outputs, dict):
            return list(self._outputs)
        names = self.layer_names()
        places = self._outputs if isinstance(self._outputs, list) else [self._outputs]
        found = [names[self._calls[place[0]][0]] for place in places]
        return [n if found.index(n) == i else f"{n}_{i}" for i, n in enumerate(found)]

    def _input_names(self) -> list[str]:
        names = self.layer_names()
        return [names[self._calls[place][0]] for place in self._inputs]

    def layer_names(self) -> list[str]:
        """Return the layers' names: those they were given, else `dense`, `dense_1`, ... ."""
        names: list[str] = []
        for layer in self.layers:
            kind = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(layer).__name__).lower()
            free = (f"{kind}_{i}" if i else kind for i in range(len(self.layers)))
            names.append(layer.name or next(name for name in free if name not in names))
        return names

    def config(self) -> dict[str, object]:
        """Return the layers and the graph of calls, for `from_config`."""
        return {
            "layers": self.layers,
            "calls": [[layer, places] for layer, places in self._calls],
            "inputs": self._inputs,
            "in_dict": self._in_dict,
            "outputs": self._outputs,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: Config) -> Functional:
        """Return a model made again from its `config()`."""
        model: Functional = object.__new__(cls)
        model.name, model.layers = config["name"], list(config["layers"])
        model._calls = [(layer, places_from_file(places)) for layer, places in config["calls"]]
        model._inputs, model._in_dict = config["inputs"], config["in_dict"]
        model._outputs = places_from_file(config["outputs"])
        model._names = model._output_names()
        model.name_parts()
        model._symbols()  # sets `output` of each layer
        return model

    def summary_rows(self) -> list[tuple[object, ...]]:
        """Return the rows of `summary()`; the kind names inputs that are not the layer above.

        A layer that is called twice has one row, with the inputs of its first call.
        """
        rows, names = super().summary_rows(), self.layer_names()
        sources: dict[int, list[int]] = {}
        for layer, places in self._calls:
            sources.setdefault(layer, [self._calls[p[0]][0] for p in places_in(places)])
        found = []
        for i, (_, kind, *cells) in enumerate(rows):
            above = sources[i] == [i - 1] or not sources[i]
            of = "" if above else " of " + ", ".join(names[source] for source in sources[i])
            found.append((names[i], f"{kind}{of}", *cells))
        return found

    def __repr__(self) -> str:
        named = f"{self.name!r}, " if self.name else ""
        return f"Model({named}{', '.join(self._input_names())} -> {', '.join(self._names)})"

"""ONNX: converts a model, and the preparation of its table, to an ONNX graph."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from os import PathLike
from types import ModuleType, SimpleNamespace
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd_core.compiler import Proto, checked_model
from autograd_core.files import write_whole
from nn import saving
from nn.data import Recipe
from nn.exchange.parts import Part, parts_of, refuse
from nn.modules import Module

# activations that are one node: the operator in ONNX, and its attributes
SINGLE: dict[str, Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]] = {
    "relu": lambda o: ("Relu", {}),
    "sigmoid": lambda o: ("Sigmoid", {}),
    "tanh": lambda o: ("Tanh", {}),
    "leaky_relu": lambda o: ("LeakyRelu", {"alpha": o["negative_slope"]}),
    "elu": lambda o: ("Elu", {"alpha": o["alpha"]}),
    "selu": lambda o: ("Selu", {}),
    "softsign": lambda o: ("Softsign", {}),
    "hard_sigmoid": lambda o: ("HardSigmoid", {"alpha": 1.0 / 6.0, "beta": 0.5}),
    "gelu": lambda o: ("Gelu", {"approximate": o["approximate"]}),
    "mish": lambda o: ("Mish", {}),
    "softmax": lambda o: ("Softmax", {"axis": -1}),
    "log_softmax": lambda o: ("LogSoftmax", {"axis": -1}),
    "exponential": lambda o: ("Exp", {}),
    "sign": lambda o: ("Sign", {}),
}
# activations and layers that take several nodes, or constants
COMPOSED = (
    "relu6", "hard_tanh", "silu", "log_sigmoid", "softplus", "step", "prelu", "batch_norm",
    "layer_norm",
)  # fmt: skip


class Scaler(Protocol):
    """What has standardised the inputs of a model, such as a `StandardScaler`."""

    @property
    def mean_(self) -> object:
        """The mean of each input."""
        ...

    @property
    def scale_(self) -> object:
        """The standard deviation of each input."""
        ...


class _Graph:
    """Collects nodes and constants; by default a node takes the output of the last one.

    Attributes:
        last: The name of the last output.
    """

    def __init__(self, onnx: ModuleType, dtype: DTypeLike) -> None:
        self.onnx, self.dtype = onnx, dtype
        self.nodes: list[Proto] = []
        self.constants: list[Proto] = []
        self.last = "input"

    def constant(self, name: str, array: ArrayLike, dtype: DTypeLike | None = None) -> str:
        """Add a constant and return its name."""
        typed = np.asarray(array, dtype or self.dtype)
        self.constants.append(self.onnx.numpy_helper.from_array(typed, name))
        return name

    def node(self, kind: str, *others: str, first: str | None = None, **options: object) -> str:
        """Add a node that takes the last output (or `first`) and `others`; return its output."""
        given = (self.last if first is None else first, *others)
        out = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(kind, given, [out], **options))
        self.last = out
        return out

    def comparison(self, kind: str, *operands: str) -> str:
        """Add a comparison whose output is 1.0 where it holds, else 0.0; return that output."""
        self.node(kind, *operands[1:], first=operands[0])
        return self.node("Cast", to=self.kind)

    @property
    def kind(self) -> int:
        """The number type, as ONNX names it."""
        found: int = self.onnx.helper.np_dtype_to_tensor_dtype(self.dtype)
        return found

    def value_info(self, name: str, width: int | str, dtype: type | None = None) -> Proto:
        """Return the description of an input or output, `(samples, width)`."""
        kind = self.onnx.TensorProto.STRING if dtype is str else self.kind
        return self.onnx.helper.make_tensor_value_info(name, kind, ["samples", width])


def to_onnx(
    model: Module | str | PathLike[str],
    path: str | PathLike[str] | None = None,
    *,
    scaler: Scaler | SimpleNamespace | None = None,
    dtype: DTypeLike = np.float32,
) -> Proto:
    """Return a model as an ONNX model, checked, and write it if there is a path; needs onnx.

    The input is `input`, `(samples, inputs)` for any number of samples, the output is `output`.
    Dropout is left out, as the graph is for inference.

    Args:
        model: A Sequential, an MLP or one layer; or a file that `python -m nn train` has saved: the
            graph then has an input `(samples, 1)` for each column of the table, by its name. A
            column of categories takes strings; missing cells are nan and "?". Target and classes
            are in the model's properties.
        path: The path of the file.
        scaler: The scaler of the model's inputs, a `StandardScaler` or any object with `mean_` and
            `scale_`; the graph then takes unscaled numbers.
        dtype: np.float32 or np.float64.

    Raises:
        TypeError: If a part has no counterpart in ONNX; the message names it.
        ValueError: If the scaler has another number of columns than the model.
        ImportError: If onnx is not installed.

    >>> to_onnx(nn.MLP(2, [8, 1]), "model.onnx")  # doctest: +SKIP

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """
    onnx, notes = import_module("onnx"), {}
    if not isinstance(model, Module):
        notes, model = saving.read(model)[0]["notes"], saving.load(model)
        if scaler is None and "mean" in notes:
            scaler = SimpleNamespace(mean_=notes["mean"], scale_=notes["scale"])
    graph = _Graph(onnx, np.dtype(dtype))
    parts = [part for part in parts_of(model, "to_onnx") if part.kind != "dropout"]
    shapes = [
        part.weights.shape for part in parts if part.weights is not None and part.kind == "dense"
    ]
    ends = (shapes[0][0], shapes[-1][1]) if shapes else ("inputs", "inputs")
    if notes.get("recipe"):
        inputs = _add_columns(graph, Recipe.from_json(notes["recipe"]))
    else:
        inputs = [graph.value_info("input", ends[0])]
    if scaler is not None:
        _add_scaler(graph, scaler, ends[0])
    for part in parts:
        _add(graph, part)
    graph.node("Identity")
    graph.nodes[-1].output[0] = "output"
    outputs = [graph.value_info("output", ends[1])]
    made = checked_model("autograd_core", graph.nodes, inputs, outputs, graph.constants)
    properties = {name: json.dumps(notes[name]) for name in ("target", "classes") if name in notes}
    onnx.helper.set_model_props(made, properties)
    if path is not None:
        write_whole(path, made.SerializeToString())
    return made


def _add_columns(graph: _Graph, recipe: Recipe) -> list[Proto]:
    """Add the conversion of a table's columns to inputs, and return the columns.

    Raises:
        TypeError: If a column has dates.
    """
    inputs, parts = [], []
    for column in recipe.columns:
        name, text = column.name, column.kinds is not None
        if column.date:
            raise TypeError(f"to_onnx has no counterpart for the dates in column {name!r}; make "
                            "numbers of them before the training, or use --drop")  # fmt: skip
        inputs.append(graph.value_info(name, 1, str if text else None))
        if column.kinds is not None:
            known = graph.constant(f"{name}.kinds", [column.kinds], object)
            parts.append(graph.comparison("Equal", name, known))
            continue
        missing = graph.node("IsNaN", first=name)
        fill = graph.constant(f"{name}.fill", column.fill)
        parts.append(graph.node("Where", fill, name, first=missing))
        if column.marked:
            parts.append(graph.comparison("IsNaN", name))
    graph.node("Concat", *parts[1:], first=parts[0], axis=1)
    return inputs


def _add_scaler(graph: _Graph, scaler: Scaler | SimpleNamespace, inputs: object) -> None:
    """Add (x - mean) / scale."""
    mean, scale = (np.asarray(getattr(scaler, name), float) for name in ("mean_", "scale_"))
    if inputs != len(mean):
        raise ValueError(f"the scaler has {len(mean)} columns, the model takes {inputs}; pass the "
                         "one that was fitted on its table")  # fmt: skip
    graph.node("Sub", graph.constant("mean", mean))
    graph.node("Div", graph.constant("scale", scale))


def _add(graph: _Graph, part: Part) -> None:
    name, options = part.name, part.options
    if part.kind == "dense":
        assert part.weights is not None
        graph.node("MatMul", graph.constant(f"{name}.weight", part.weights))
        if part.biases is not None:
            graph.node("Add", graph.constant(f"{name}.bias", part.biases))
    elif part.kind in SINGLE:
        kind, given = SINGLE[part.kind](options)
        graph.node(kind, **given)
    elif part.kind in ("relu6", "hard_tanh"):
        low, high = options.get("min_val", 0.0), options.get("max_val", 6.0)
        bounds = [graph.constant(f"{name}.{end}", at) for end, at in (("low", low), ("high", high))]
        graph.node("Clip", *bounds)
    elif part.kind == "silu":
        before = graph.last
        graph.node("Sigmoid")
        graph.node("Mul", before)
    elif part.kind == "log_sigmoid":
        for kind in ("Neg", "Softplus", "Neg"):
            graph.node(kind)
    elif part.kind == "softplus" and options["threshold"] >= 20.0:
        beta = graph.constant(f"{name}.beta", options["beta"])
        graph.node("Mul", beta)
        graph.node("Softplus")
        graph.node("Div", beta)
    elif part.kind == "step":
        graph.comparison("GreaterOrEqual", graph.last, graph.constant(f"{name}.zero", 0.0))
    elif part.kind == "prelu":
        assert part.weights is not None
        graph.node("PRelu", graph.constant(f"{name}.slope", part.weights))
    elif part.kind in ("batch_norm", "layer_norm"):
        _add_normalization(graph, part)
    else:
        raise refuse("to_onnx", f"the activation {part.kind}", ["dense", *SINGLE, *COMPOSED])


def _add_normalization(graph: _Graph, part: Part) -> None:
    """Add (x - mean) / sqrt(variance + epsilon), and scale and offset."""
    name, epsilon = part.name, part.options["eps"]
    if (
        part.mean is not None and part.variance is not None
    ):  # moving averages of a batch normalization
        graph.node("Sub", graph.constant(f"{name}.mean", part.mean))
        graph.node("Div", graph.constant(f"{name}.deviation", np.sqrt(part.variance + epsilon)))
    else:
        last_axis = graph.constant(f"{name}.axis", [-1], np.int64)
        before = graph.last
        centred = graph.node("Sub", graph.node("ReduceMean", last_axis), first=before)
        graph.node("Mul", centred)
        graph.node("ReduceMean", last_axis)
        graph.node("Add", graph.constant(f"{name}.epsilon", epsilon))
        graph.node("Div", graph.node("Sqrt"), first=centred)
    if part.weights is not None:
        graph.node("Mul", graph.constant(f"{name}.scale", part.weights))
    if part.biases is not None:
        graph.node("Add", graph.constant(f"{name}.offset", part.biases))

"""Keras: converts a Keras model of Dense layers, in memory or in a `.keras` file."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from io import BytesIO
from os import PathLike
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from autograd_core.files import JSON, json_of
from nn import activations
from nn.basics import Floats
from nn.exchange.parts import DEFAULTS, Part, model_of, refuse
from nn.models import Sequential

KNOWN = ("Sequential", "Dense", "Activation", "Dropout", "InputLayer", "ReLU", "LeakyReLU", "ELU",
         "Softmax", "PReLU", "BatchNormalization", "LayerNormalization")  # fmt: skip

Config = dict[str, JSON]


class KerasModel(Protocol):
    """The part of a Keras model that is read; Keras itself is not imported."""

    def get_config(self) -> Config:
        """Return the arguments of its layers."""
        ...

    def get_weights(self) -> Sequence[ArrayLike]:
        """Return its arrays, in the order of the layers."""
        ...


# layers without arrays: our kind and its options; None if there is no counterpart
WITHOUT_ARRAYS: dict[str, Callable[[Config], tuple[str, Config] | None]] = {
    "Dropout": lambda c: ("dropout", {"rate": c["rate"]}),
    "ReLU": lambda c: ("relu", {}) if _has_no_options(c) else None,
    "LeakyReLU": lambda c: (
        "leaky_relu",
        {"negative_slope": c.get("negative_slope", c.get("alpha", 0.3))},
    ),
    "ELU": lambda c: ("elu", {"alpha": c["alpha"]}),
    "Softmax": lambda c: ("softmax", {}) if c.get("axis", -1) == -1 else None,
}
_LAST_AXES = (-1, 1, [-1], [1])  # axes with which a normalization is over the columns of a table


def from_keras(model: KerasModel | str | PathLike[str]) -> Sequential:
    """Return a Keras model as a model of this package, with its weights.

    To copy only weights, `model.set_weights(keras_model.get_weights())` is enough, both ways.

    Args:
        model: A `keras.Sequential` of Dense layers, activations, Dropout and normalizations, or the
            path of a `.keras` file with one; reading a file needs h5py, not Keras.

    Raises:
        TypeError: If a layer has no counterpart here.
        ValueError: If the file is not a `.keras` file.
        ImportError: If h5py is not installed.

    >>> model = from_keras("model.keras")  # doctest: +SKIP

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """
    if isinstance(model, str | PathLike):
        config, arrays = _read(model)
    else:
        config = {"class_name": type(model).__name__, "config": model.get_config()}
        arrays = iter([np.asarray(w, dtype=np.float64) for w in model.get_weights()])
    if config["class_name"] != "Sequential":
        raise refuse("from_keras", f"a {config['class_name']} model", KNOWN)
    made: list[Part] = []
    for i, layer in enumerate(config["config"]["layers"]):
        made += _parts(layer["class_name"], layer["config"], str(i), arrays)
    return model_of(made)


def _parts(kind: str, config: Config, name: str, arrays: Iterator[Floats]) -> Iterator[Part]:
    simple = WITHOUT_ARRAYS[kind](config) if kind in WITHOUT_ARRAYS else None
    if simple is not None:
        yield Part(name, *simple)
    elif kind == "Dense":
        weights = next(arrays)
        yield Part(name, "dense", {}, weights, next(arrays) if config["use_bias"] else None)
        yield from _activation(config["activation"], name)
    elif kind == "Activation":
        yield from _activation(config["activation"], name)
    elif kind == "PReLU":
        yield Part(name, "prelu", {}, next(arrays))
    elif kind in ("BatchNormalization", "LayerNormalization") and config["axis"] in _LAST_AXES:
        yield _normalization(kind, config, name, arrays)
    elif kind != "InputLayer":
        raise refuse("from_keras", f"the layer {kind} ({config.get('name', name)})", KNOWN)


def _has_no_options(config: Config) -> bool:
    """Return whether a ReLU has default options."""
    others = config.get("negative_slope") or config.get("threshold")
    return config.get("max_value") is None and not others


def _normalization(kind: str, config: Config, name: str, arrays: Iterator[Floats]) -> Part:
    scale = next(arrays) if config["scale"] else None
    offset = next(arrays) if config["center"] else None
    moving = [next(arrays), next(arrays)] if kind == "BatchNormalization" else []
    known = next((a for a in (scale, offset, *moving) if a is not None), None)
    if known is None:
        raise refuse("from_keras", f"{kind} without parameters ({name})", KNOWN)
    scale = np.ones_like(known) if scale is None else scale
    offset = np.zeros_like(known) if offset is None else offset
    options = {"size": len(known), "eps": config["epsilon"]}
    if moving:
        return Part(name, "batch_norm", options | {"momentum": 1.0 - config["momentum"]},
                    scale, offset, *moving)  # fmt: skip
    return Part(name, "layer_norm", options, scale, offset)


def _activation(name: JSON, layer: str) -> Iterator[Part]:
    if name == "linear" or name is None:
        return
    if not isinstance(name, str) or name not in activations.BY_NAME:
        raise refuse("from_keras", f"the activation {name!r:.60}", list(activations.BY_NAME))
    yield Part(f"{layer}_activation", name, DEFAULTS.get(name, {}))


def _read(path: str | PathLike[str]) -> tuple[Config, Iterator[Floats]]:
    """Return the configuration in a `.keras` file, and its arrays in the order of the layers."""
    try:
        h5py = import_module("h5py")
    except ImportError:
        raise ImportError("to read a .keras file takes h5py: pip install h5py") from None
    try:
        with zipfile.ZipFile(path) as archive:
            config = json_of(archive.read("config.json"))
            weights = archive.read("model.weights.h5")
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise ValueError(f"{path} is no .keras file of Keras 3, or it is damaged") from None
    layers: Sequence[Config] = config["config"].get("layers", [])
    arrays: list[Floats] = []
    counts: Counter[str] = Counter()
    with h5py.File(BytesIO(weights)) as file:
        for layer in layers:  # stored as dense, dense_1, ... in the order of the layers
            if layer["class_name"] == "InputLayer":
                continue
            kind = _snake(layer["class_name"])
            place = f"{kind}_{counts[kind]}" if counts[kind] else kind
            counts[kind] += 1
            variables = file.get(f"layers/{place}/vars")
            for key in sorted(variables or (), key=int):
                arrays.append(np.asarray(variables[key], dtype=np.float64))
    return config, iter(arrays)


def _snake(name: str) -> str:
    """Return the name of a class as in Keras's files.

    >>> _snake("Dense"), _snake("LeakyReLU"), _snake("PReLU")
    ('dense', 'leaky_re_lu', 'p_re_lu')
    """
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()

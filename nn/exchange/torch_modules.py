"""PyTorch: converts a model to a torch.nn.Module, and back."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

from nn.basics import Floats
from nn.exchange.parts import Part, model_of, parts_of, refuse
from nn.models import Sequential
from nn.modules import Module

TorchModule: TypeAlias = Any  # a torch.nn.Module: PyTorch is imported only where it is used

# our activation: PyTorch's module, and the options with the same name in both
TWINS: Mapping[str, tuple[str, ...]] = {
    "relu": ("ReLU",),
    "relu6": ("ReLU6",),
    "leaky_relu": ("LeakyReLU", "negative_slope"),
    "elu": ("ELU", "alpha"),
    "selu": ("SELU",),
    "sigmoid": ("Sigmoid",),
    "log_sigmoid": ("LogSigmoid",),
    "hard_sigmoid": ("Hardsigmoid",),
    "hard_tanh": ("Hardtanh", "min_val", "max_val"),
    "tanh": ("Tanh",),
    "softplus": ("Softplus", "beta", "threshold"),
    "softsign": ("Softsign",),
    "silu": ("SiLU",),
    "gelu": ("GELU", "approximate"),
    "mish": ("Mish",),
    "hard_silu": ("Hardswish",),
    "tanh_shrink": ("Tanhshrink",),
    "softmax": ("Softmax",),
    "log_softmax": ("LogSoftmax",),
}
KNOWN = (
    "Linear",
    "Dropout",
    "PReLU",
    "BatchNorm1d",
    "LayerNorm",
    *[twin for twin, *_ in TWINS.values()],
)


def to_torch(model: Module, *, dtype: object = None) -> TorchModule:
    """Return a `torch.nn.Sequential` with the model's weights; PyTorch has to be installed.

    Its modules are named by the numbers of the layers, so its `state_dict()` has `0.weight`,
    `0.bias`, `1.weight` ...; the activation of layer 0 is the module `0_activation`.

    Args:
        model: A Sequential, an MLP or one layer.
        dtype: The type of the weights; by default torch.float64, as in this package.

    Raises:
        TypeError: If a part has no counterpart in PyTorch; the message names it.
        ImportError: If PyTorch is not installed.

    >>> to_torch(nn.Sequential(nn.Linear(2, 3), nn.ReLU()))  # doctest: +SKIP
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
    )

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """
    torch = import_module("torch")
    dtype = torch.float64 if dtype is None else dtype
    made = torch.nn.Sequential()
    for part in parts_of(model, "to_torch"):
        holder, *inner = made, *part.name.split(".")
        for name in inner[:-1]:  # a Sequential in a Sequential
            if name not in holder._modules:
                holder.add_module(name, torch.nn.Sequential())
            holder = holder._modules[name]
        holder.add_module(inner[-1], _twin(torch, part, dtype))
    return made.train(model.training)


def _twin(torch: ModuleType, part: Part, dtype: object) -> TorchModule:
    if part.kind == "dropout":
        return torch.nn.Dropout(part.options["rate"])
    if part.arrays():
        made = _with_weights(torch, part, dtype)
        with torch.no_grad():
            for what, array in part.arrays().items():
                getattr(made, what).copy_(torch.from_numpy(np.ascontiguousarray(array)))
        return made
    if part.kind == "layer_norm":
        return torch.nn.LayerNorm(part.options["size"], part.options["eps"], False)
    if part.kind not in TWINS:
        raise refuse("to_torch", f"the activation {part.kind}", KNOWN)
    name, *options = TWINS[part.kind]
    given = {option: part.options[option] for option in options}
    if part.kind in ("softmax", "log_softmax"):
        given["dim"] = -1
    return getattr(torch.nn, name)(**given)


def _with_weights(torch: ModuleType, part: Part, dtype: object) -> TorchModule:
    options, arrays = part.options, part.arrays()
    if part.kind == "batch_norm":
        affine = "weight" in arrays or "bias" in arrays
        size, eps, momentum = options["size"], options["eps"], options["momentum"]
        return torch.nn.BatchNorm1d(size, eps, momentum, affine, dtype=dtype)
    if part.kind == "layer_norm":
        size, eps = options["size"], options["eps"]
        return torch.nn.LayerNorm(size, eps, bias="bias" in arrays, dtype=dtype)
    if part.kind == "prelu":
        return torch.nn.PReLU(len(arrays["weight"]), dtype=dtype)
    outputs, inputs = arrays["weight"].shape
    return torch.nn.Linear(inputs, outputs, "bias" in arrays, dtype=dtype)


def from_torch(module: TorchModule) -> Sequential:
    """Return a `torch.nn` module as a model of this package, with its weights.

    Args:
        module: A Linear, BatchNorm1d or LayerNorm, an activation, a Dropout, or a Sequential of
            these, nested to any depth.

    Raises:
        TypeError: If a part has no counterpart here, or its class is not PyTorch's own.

    >>> from_torch(torch.nn.Sequential(torch.nn.Linear(2, 3)))([1.0, 2.0])  # doctest: +SKIP

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(module, torch.nn.Module):
        raise TypeError(f"from_torch wants a torch.nn.Module, got {type(module).__name__}")
    model = model_of(list(_read(torch, module, "0")))
    return model.train() if module.training else model.eval()


def _read(torch: ModuleType, module: TorchModule, name: str) -> Iterator[Part]:
    kind = type(module)
    home = getattr(torch.nn, kind.__name__, None)
    if home is torch.nn.Sequential and kind is home:
        for inner, part in module.named_children():
            yield from _read(torch, part, inner)
        return
    if kind is not home:
        raise TypeError(
            f"from_torch reads PyTorch's own modules, and {kind.__name__} has a forward of its "
            "own; give it the Sequential inside, or write the class again with nn.Module"
        )
    if kind is torch.nn.Linear:
        weights = _array(module.weight).T
        yield Part(name, "dense", {}, weights, None if module.bias is None else _array(module.bias))
    elif kind in (torch.nn.BatchNorm1d, torch.nn.LayerNorm):
        yield _normalization(torch, module, name)
    elif kind is torch.nn.PReLU:
        yield Part(name, "prelu", {}, _array(module.weight))
    elif kind is torch.nn.Dropout:
        yield Part(name, "dropout", {"rate": module.p})
    elif kind is not torch.nn.Identity:
        yield _activation(kind.__name__, module, name)


def _normalization(torch: ModuleType, module: TorchModule, name: str) -> Part:
    held = [module.weight, module.bias]
    if isinstance(module, torch.nn.LayerNorm):
        size = module.normalized_shape
        if len(size) != 1:
            raise TypeError(f"from_torch converts LayerNorm of one axis, got {tuple(size)}")
        kind, options = "layer_norm", {"size": size[0], "eps": module.eps}
    else:
        if module.running_mean is None or module.momentum is None:
            raise TypeError(
                "from_torch converts BatchNorm1d with running statistics and a momentum"
            )
        held += [module.running_mean, module.running_var]
        kind, size = "batch_norm", module.num_features
        options = {"size": size, "eps": module.eps, "momentum": module.momentum}
    arrays = [None if tensor is None else _array(tensor) for tensor in held]
    return Part(name, kind, options, *arrays)


def _activation(kind: str, module: TorchModule, name: str) -> Part:
    for ours, (twin, *options) in TWINS.items():
        if twin == kind:
            found = {option: getattr(module, option) for option in options}
            if kind in ("Softmax", "LogSoftmax") and module.dim not in (-1, 1):
                raise TypeError(f"from_torch converts {kind}(dim=-1), got dim={module.dim}")
            return Part(name, ours, found)
    raise refuse("from_torch", kind, KNOWN)


def _array(tensor: Any) -> Floats:
    found: Floats = tensor.detach().cpu().double().numpy().copy()
    return found

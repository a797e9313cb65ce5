"""Absent: names that people try and that are not here, and what to do instead."""

from __future__ import annotations

_SHAPES = "samples are rows of numbers here; {}"
INSTEAD = {
    "Parameter": "a Value is a parameter as it is: self.w = Value(0.5)",
    "ModuleList": "a plain list of modules will do: self.parts = [nn.Linear(2, 2), ...]",
    "ModuleDict": "a plain dict of modules will do: self.parts = {'hidden': nn.Linear(2, 2)}",
    "Flatten": _SHAPES.format("flatten them first: x.reshape(len(x), -1)"),
    "Conv1d": _SHAPES.format("give a Linear the numbers of each window"),
    "Conv2d": _SHAPES.format("give a Linear the numbers of each window"),
    "MaxPool2d": _SHAPES.format("take the maximum of each window before"),
    "Embedding": "use nn.data.one_hot(numbers) and an nn.Linear without bias",
    "BatchNorm1d": "standardise the inputs before: nn.data.standardize(x)",
    "BatchNormalization": "standardise the inputs before: nn.data.standardize(x)",
    "LayerNorm": "standardise the inputs before: nn.data.standardize(x)",
    "Model": "write a class with forward(x): class Net(nn.Module); or use nn.Sequential",
    "init": "first weights are chosen where a layer is made: nn.Layer(2, 3, init='he_normal')",
    "load_model": "it is nn.load(path), and nn.models.load_model(path)",
    "manual_seed": "random.seed(n) governs what is drawn without a seed; nn.utils.set_random_seed",
}


def explain(name: str) -> str:
    """Return what to say of a name of nn that is not there.

    >>> explain("load_model")
    'nn has no load_model: it is nn.load(path), and nn.models.load_model(path)'
    """
    if name in INSTEAD:
        return f"nn has no {name}: {INSTEAD[name]}"
    return f"module 'nn' has no attribute {name!r}"  # Python's own words

"""Absent: names that PyTorch or Keras have and nn does not, with what to use instead."""

from __future__ import annotations

_SHAPES = "samples are rows of numbers here; {}"
IN_NN = {
    "Parameter": "a Value is a parameter as it is: self.w = Value(0.5)",
    "Flatten": _SHAPES.format("flatten them first: x.reshape(len(x), -1)"),
    "Conv1d": _SHAPES.format("give a Linear the numbers of each window"),
    "Conv2d": _SHAPES.format("give a Linear the numbers of each window"),
    "MaxPool2d": _SHAPES.format("take the maximum of each window before"),
    "Embedding": "use nn.data.one_hot(numbers) and an nn.Linear without bias",
    "init": "first weights are chosen where a layer is made: nn.Layer(2, 3, init='he_normal')",
    "load_model": "it is nn.load(path), and nn.models.load_model(path)",
    "CELU": "it is nn.Activation('celu')",
    "Hardshrink": "it is nn.Activation('hard_shrink')",
    "Hardswish": "it is nn.Activation('hard_swish')",
    "Softshrink": "it is nn.Activation('soft_shrink')",
    "Tanhshrink": "it is nn.Activation('tanh_shrink')",
    "KLDivLoss": "nn.losses.KLDivergence takes probabilities, not their logarithms",
    "manual_seed": "random.seed(n) governs what is drawn without a seed; nn.utils.set_random_seed",
}


IN_FUNCTIONAL = {
    "dropout": "make self.drop = nn.Dropout(p) a part of the module: it draws from the seed of fit "
    "and does nothing after eval()",
    "linear": "nn.Linear has the weights; a row of it is functional.dot(w, x) + b of autograd_core",
    "one_hot": "it is nn.data.one_hot(labels, num_classes=...)",
    "embedding": IN_NN["Embedding"],
    "batch_norm": "nn.BatchNorm1d has the statistics",
    "layer_norm": "it is nn.LayerNorm(size)",
    "kl_div": "nn.losses.kl_divergence(predictions, targets) takes probabilities, not logarithms",
    "poisson_nll_loss": "nn.losses.poisson(predictions, targets) takes rates, not logarithms",
    "cosine_similarity": "nn.losses.cosine_similarity(predictions, targets) is its negative mean",
    "pairwise_distance": "take functional.norm of the differences, of autograd_core",
    "softmin": "it is softmax of the negative numbers",
    "prelu": "nn.PReLU has the slope; functional.leaky_relu(x, slope) of autograd_core takes any",
    "normalize": "divide by functional.norm(x) of autograd_core",
    "conv1d": IN_NN["Conv1d"],
    "conv2d": IN_NN["Conv2d"],
    "max_pool2d": IN_NN["MaxPool2d"],
}
INSTEAD = {"nn": IN_NN, "nn.functional": IN_FUNCTIONAL}


def explain(name: str, module: str = "nn") -> str:
    """Return the message of the AttributeError for a name that a module does not have.

    >>> explain("load_model")
    'nn has no load_model: it is nn.load(path), and nn.models.load_model(path)'
    """
    if name in INSTEAD[module]:
        return f"{module} has no {name}: {INSTEAD[module][name]}"
    return f"module {module!r} has no attribute {name!r}"  # Python's own words

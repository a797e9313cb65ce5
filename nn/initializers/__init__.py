"""Initializers: how a neuron draws its first weights, by name, as a function or as a class.

In: the numbers of inputs and neurons of a layer and a source of randomness, as in
`initializer(fan_in, fan_out, source)`.
Out: one weight.
Read first: distributions.py; keras.py has Keras's classes, the names, and `get`, which layers call.

Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
"""

from nn.basics import GLOBAL, NumpySource, Seed, Source, generator, source
from nn.initializers.distributions import (
    Initializer,
    KerasInitializer,
    constant,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    normal,
    truncated_normal,
    uniform,
    variance_scaling,
)
from nn.initializers.keras import (
    NAMES,
    Constant,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Ones,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
    Zeros,
    get,
)

__all__ = [
    "GLOBAL", "NAMES", "Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform",
    "Initializer", "KerasInitializer", "LecunNormal", "LecunUniform", "NumpySource", "Ones",
    "RandomNormal", "RandomUniform", "Seed", "Source", "TruncatedNormal", "VarianceScaling",
    "Zeros", "constant", "generator", "get", "glorot_normal", "glorot_uniform", "he_normal",
    "he_uniform", "lecun_normal", "lecun_uniform", "normal", "source", "truncated_normal",
    "uniform", "variance_scaling",
]  # fmt: skip

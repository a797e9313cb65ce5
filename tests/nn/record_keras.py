"""Record Keras for the tests of optimizers: record_keras.py > keras_3_15_1.json.

The rate is halved after ten of twenty steps.
KERAS_BACKEND may be any, JAX with JAX_ENABLE_X64=1; numbers are float64.
"""

import inspect
import json

import keras
import numpy as np

keras.config.set_floatx("float64")
OPTIMIZERS = {
    "sgd": ("SGD", {}),
    "sgd momentum": ("SGD", {"learning_rate": 0.05, "momentum": 0.9}),
    "sgd nesterov": ("SGD", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    "sgd decay": ("SGD", {"learning_rate": 0.1, "weight_decay": 0.1}),
    "rmsprop": ("RMSprop", {}),
    "rmsprop centered": ("RMSprop", {"learning_rate": 0.01, "momentum": 0.9, "centered": True}),
    "adagrad": ("Adagrad", {}),
    "adadelta": ("Adadelta", {}),
    "adam": ("Adam", {}),
    "adam large epsilon": ("Adam", {"learning_rate": 0.05, "epsilon": 0.1, "weight_decay": 0.1}),
    "amsgrad": ("Adam", {"learning_rate": 0.05, "amsgrad": True}),
    "adamw": ("AdamW", {"learning_rate": 0.05}),
    "adamw 0.001": ("AdamW", {}),
    "adamax": ("Adamax", {}),
    "adamax large epsilon": ("Adamax", {"learning_rate": 0.05, "epsilon": 0.1}),
    "nadam": ("Nadam", {}),
    "nadam decay": ("Nadam", {"learning_rate": 0.05, "epsilon": 0.01, "weight_decay": 0.1}),
}


def numbers(name, options):
    """Three numbers after each of twenty steps down the sum of (p - 1/4)^2."""
    optimizer = getattr(keras.optimizers, name)(**options)
    variable = keras.Variable(np.array([1.0, 2.0, -3.0]), dtype="float64")
    optimizer.build([variable])
    found = []
    for step in range(20):
        if step == 10:
            optimizer.learning_rate = float(optimizer.learning_rate) / 2.0
        slopes = 2.0 * (keras.ops.convert_to_numpy(variable) - 0.25)
        optimizer.apply([keras.ops.convert_to_tensor(slopes, "float64")], [variable])
        found.append(keras.ops.convert_to_numpy(variable).tolist())
    return found


def defaults(name):
    made = inspect.signature(getattr(keras.optimizers, name)).parameters
    kept = "learning_rate momentum rho epsilon beta_1 beta_2 weight_decay initial_accumulator_value"
    return {k: made[k].default or 0.0 for k in kept.split() if k in made}


record = {
    "keras": keras.__version__,
    "numbers": {key: numbers(*spec) for key, spec in OPTIMIZERS.items()},
    "defaults": {name: defaults(name) for name, _ in OPTIMIZERS.values()},
    "leaky_relu": float(keras.activations.leaky_relu(np.array([-1.0]))[0]),
}
if __name__ == "__main__":
    print(json.dumps(record, indent=1))

"""Small trainings in many ways, the same code for Keras and for this package.

record_keras_trainings.py runs them in Keras, test_keras_trainings.py here.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np

LOSSES = ["mse", "mae", "huber", "msle", "log_cosh", "poisson", "hinge", "cosine_similarity", "sum",
          "binary", "smooth", "logits", "categorical", "sparse", "ignoring"]  # fmt: skip
CASES = 15


def numbers(case: int) -> tuple[Any, ...]:
    """Return a case's x, y, weights and their parts that are held out, and initial weights."""
    rng, loss = np.random.default_rng(case), LOSSES[case % len(LOSSES)]
    x = rng.normal(size=(23, 3))
    classes = rng.integers(0, 3, size=23)
    y = {
        "msle": rng.poisson(2.0, size=(23, 3)),
        "poisson": rng.poisson(2.0, size=(23, 3)),
        "hinge": rng.choice([-1.0, 1.0], size=(23, 3)),
        "binary": rng.integers(0, 2, size=(23, 3)),
        "smooth": np.eye(3)[classes],
        "logits": rng.integers(0, 2, size=(23, 3)),
        "categorical": np.eye(3)[classes],
        "sparse": classes,
        "ignoring": classes,
    }.get(loss, rng.normal(size=(23, 3)))
    weights = rng.choice([0.0, 1.0, 2.5], size=23)
    parts = [rng.normal(size=shape) for shape in ((3, 4), (4,), (4, 3), (3,))]
    return x, y, weights, parts


def trained(keras: Any, case: int) -> dict[str, Any]:
    """Return the history of a case, its weights, and what is measured and predicted after it."""
    rng, (x, y, weights, parts) = random.Random(case), numbers(case)
    name, losses, metrics = LOSSES[case % len(LOSSES)], keras.losses, keras.metrics
    last = {"categorical": "softmax", "smooth": "softmax", "sparse": "softmax",
            "ignoring": "softmax", "binary": "sigmoid", "hinge": "tanh", "msle": "softplus",
            "poisson": "softplus"}.get(name, "linear")  # fmt: skip
    loss = {
        "sum": losses.MeanSquaredError(reduction="sum"),
        "binary": "binary_crossentropy",
        "smooth": losses.CategoricalCrossentropy(label_smoothing=0.1),
        "logits": losses.BinaryCrossentropy(from_logits=True),
        "categorical": "categorical_crossentropy",
        "sparse": "sparse_categorical_crossentropy",
        "ignoring": losses.SparseCategoricalCrossentropy(ignore_class=1),
    }.get(name, name)
    measured = {
        "binary": [metrics.Precision(), metrics.Recall(thresholds=0.3), "binary_accuracy"],
        "categorical": [metrics.Precision(name="p"), metrics.F1Score("macro"), "accuracy"],
        "smooth": [metrics.Recall(class_id=1, name="r"), metrics.TopKCategoricalAccuracy(2), "mae"],
        "sparse": ["accuracy", metrics.SparseTopKCategoricalAccuracy(2)],
        "ignoring": ["sparse_categorical_accuracy"],
    }.get(name, ["mae", metrics.R2Score(), metrics.RootMeanSquaredError()])
    regularizer = rng.choice([None, "l2", keras.regularizers.L1L2(0.01, 0.02)])
    constraint = rng.choice([None, keras.constraints.MaxNorm(0.9), keras.constraints.UnitNorm()])
    hidden = keras.layers.Dense(
        4,
        activation=rng.choice(["tanh", "elu", "gelu", "silu", "softsign"]),
        kernel_regularizer=regularizer,
        kernel_constraint=constraint,
    )
    model = keras.Sequential([keras.Input((3,)), hidden, keras.layers.Dense(3, activation=last)])
    model.set_weights(parts)
    schedules = keras.optimizers.schedules
    rate = rng.choice(
        [0.05, schedules.ExponentialDecay(0.1, 3, 0.7), schedules.CosineDecay(0.1, 9)]
    )
    kinds = ["SGD", "RMSprop", "Adam", "AdamW", "Adagrad", "Adamax", "Nadam"]
    clipping = rng.choice([{}, {"clipvalue": 0.1}, {"global_clipnorm": 0.5}])
    optimizer = getattr(keras.optimizers, rng.choice(kinds))(learning_rate=rate, **clipping)
    weighted = rng.random() < 0.5
    model.compile(optimizer, loss, **{"weighted_metrics" if weighted else "metrics": measured})
    options: dict[str, Any] = {"batch_size": rng.choice([4, 8, 16, 32]), "epochs": 3}
    if rng.random() < 0.6:
        options["sample_weight"] = weights
    elif last == "softmax":
        options["class_weight"] = {0: 1.0, 1: 2.0, 2: 0.5}
    options |= rng.choice(
        [{}, {"validation_split": 0.3}, {"validation_data": (x[:9], y[:9], weights[:9])}]
    )
    validates = any(option.startswith("validation") for option in options)
    watched = "val_loss" if validates else "loss"
    stop = keras.callbacks.EarlyStopping(watched, patience=0, restore_best_weights=True)
    slower = keras.callbacks.ReduceLROnPlateau(watched, factor=0.5, patience=0, min_delta=0.1)
    options["callbacks"] = rng.choice([[], [stop], [slower] if rate == 0.05 else []])
    history = model.fit(x, y, shuffle=False, verbose=0, **options).history
    found = {f"fit {name}": [float(n) for n in column] for name, column in history.items()}
    scores = model.evaluate(x, y, batch_size=7, verbose=0, return_dict=True)
    found |= {f"evaluate {name}": float(number) for name, number in scores.items()}
    found["weights"] = [w.tolist() for w in model.get_weights()]
    found["predict"] = model.predict(x[:4], verbose=0).tolist()
    scores = model.train_on_batch(x[:5], y[:5], return_dict=True)
    return found | {"train loss": float(scores["loss"])}

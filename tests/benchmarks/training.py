"""How fast `fit` is beside the same training written by hand, by PyTorch and by Keras.

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/training.py

One epoch is measured: shuffling, minibatches of 32, the update, the history with its accuracy.
Everybody gets the same table, the same first weights and as many epochs before the clock starts;
they take turns, and each line is the median time of an epoch with its ratio to NumPy by hand.
"""

from __future__ import annotations

import os
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded
os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np

import nn

SAMPLES, INPUTS, HIDDEN, CLASSES, BATCH = 1797, 64, 32, 10, 32  # as scikit-learn's digits
ROUNDS, EPOCHS = 15, 5
Floats = np.ndarray[Any, np.dtype[np.float64]]
Fit = Callable[[int], list[float]]


def table() -> tuple[Floats, Any]:
    """Return images that can be told apart, like digits: a pattern for each class, and noise."""
    rng = np.random.default_rng(0)
    y = rng.integers(CLASSES, size=SAMPLES)
    patterns = rng.uniform(0.0, 1.0, (CLASSES, INPUTS))
    return np.clip(patterns[y] + 0.3 * rng.normal(size=(SAMPLES, INPUTS)), 0.0, 1.0), y


def weights() -> list[Floats]:
    """Return the first weights, `(inputs, units)` and `(units,)`."""
    rng = np.random.default_rng(1)
    found = []
    for n_in, n_out in ((INPUTS, HIDDEN), (HIDDEN, CLASSES)):
        limit = np.sqrt(6.0 / (n_in + n_out))
        found += [rng.uniform(-limit, limit, (n_in, n_out)), np.zeros(n_out)]
    return found


def ours(optimizer: str, backend: str) -> Fit:
    """Return the training with this package."""
    x, y = table()
    model = nn.MLP(INPUTS, [HIDDEN, CLASSES], activation="tanh", output="softmax")
    model.set_weights(weights())
    chosen = nn.SGD(0.1) if optimizer == "sgd" else nn.Adam(0.001)
    model.compile(chosen, "sparse_categorical_crossentropy", ["accuracy"], backend=backend)

    def fit(epochs: int) -> list[float]:
        return model.fit(x, y, batch_size=BATCH, epochs=epochs, verbose=0, seed=0)["loss"]

    return fit


def by_hand(optimizer: str) -> Fit:
    """Return the training as somebody writes it who knows NumPy: buffers, no temporaries."""
    x, y = table()
    targets = np.eye(CLASSES)[y]
    # All parameters and all gradients are one array each; the layers see slices of them.
    parts = weights()
    flat, flat_gradient = np.concatenate([p.ravel() for p in parts]), np.zeros(2410)
    w1, b1, w2, b2 = _slices(flat, parts)
    g1, e1, g2, e2 = _slices(flat_gradient, parts)
    scratch, root = np.empty_like(flat), np.empty_like(flat)
    mean, squares, steps = np.zeros_like(flat), np.zeros_like(flat), 0
    buffers = {
        n: [np.empty((n, m)) for m in (HIDDEN, CLASSES, 1, 1, CLASSES, CLASSES, HIDDEN)]
        for n in (BATCH, SAMPLES % BATCH)
    }
    rng = np.random.default_rng(0)

    def step(xb: Floats, tb: Floats) -> tuple[float, int]:
        nonlocal steps
        h, z, top, total, log_p, d, below = buffers[len(xb)]
        np.matmul(xb, w1, out=h)
        np.add(h, b1, out=h)
        np.tanh(h, out=h)
        np.matmul(h, w2, out=z)
        np.add(z, b2, out=z)
        np.maximum.reduce(z, axis=1, keepdims=True, out=top)
        np.subtract(z, top, out=z)
        np.exp(z, out=d)
        np.add.reduce(d, axis=1, keepdims=True, out=total)
        np.divide(d, total, out=d)
        np.log(total, out=total)
        np.subtract(z, total, out=log_p)
        loss = -float(np.vdot(log_p, tb))
        right = int((z.argmax(axis=1) == tb.argmax(axis=1)).sum())
        np.subtract(d, tb, out=d)
        np.multiply(d, 1.0 / len(xb), out=d)
        np.matmul(h.T, d, out=g2)
        np.add.reduce(d, axis=0, out=e2)
        np.matmul(d, w2.T, out=below)
        np.multiply(h, h, out=h)
        np.subtract(1.0, h, out=h)
        np.multiply(below, h, out=below)
        np.matmul(xb.T, below, out=g1)
        np.add.reduce(below, axis=0, out=e1)
        if optimizer == "sgd":
            np.multiply(flat_gradient, 0.1, out=scratch)
        else:
            steps += 1
            np.multiply(mean, 0.9, out=mean)
            np.multiply(flat_gradient, 0.1, out=scratch)
            np.add(mean, scratch, out=mean)
            np.multiply(squares, 0.999, out=squares)
            np.multiply(flat_gradient, flat_gradient, out=scratch)
            np.multiply(scratch, 0.001, out=scratch)
            np.add(squares, scratch, out=squares)
            np.sqrt(squares, out=root)
            np.multiply(root, 1.0 / np.sqrt(1.0 - 0.999**steps), out=root)
            np.add(root, 1e-8, out=root)
            np.multiply(mean, 0.001 / (1.0 - 0.9**steps), out=scratch)
            np.divide(scratch, root, out=scratch)
        np.subtract(flat, scratch, out=flat)
        return loss, right

    def fit(epochs: int) -> list[float]:
        history, accuracy = [], []
        for _ in range(epochs):
            order = rng.permutation(SAMPLES)
            xs, ts = x.take(order, axis=0), targets.take(order, axis=0)
            loss, right = 0.0, 0
            for start in range(0, SAMPLES, BATCH):
                of_batch = step(xs[start : start + BATCH], ts[start : start + BATCH])
                loss, right = loss + of_batch[0], right + of_batch[1]
            history.append(loss / SAMPLES)
            accuracy.append(right / SAMPLES)
        return history

    return fit


def _slices(flat: Floats, parts: list[Floats]) -> list[Floats]:
    found, start = [], 0
    for part in parts:
        found.append(flat[start : start + part.size].reshape(part.shape))
        start += part.size
    return found


def by_pytorch(optimizer: str) -> Fit:
    """Return the training loop of PyTorch's tutorials, eager."""
    import torch

    torch.set_num_threads(1)
    x, y = (torch.tensor(a) for a in table())
    hidden, output = torch.nn.Linear(INPUTS, HIDDEN), torch.nn.Linear(HIDDEN, CLASSES)
    model = torch.nn.Sequential(hidden, torch.nn.Tanh(), output).double()
    with torch.no_grad():
        for p, w in zip(model.parameters(), weights()):
            p.copy_(torch.tensor(w.T))
    kinds = {"sgd": lambda p: torch.optim.SGD(p, 0.1), "adam": lambda p: torch.optim.Adam(p, 0.001)}
    moved, criterion = kinds[optimizer](model.parameters()), torch.nn.CrossEntropyLoss()

    def fit(epochs: int) -> list[float]:
        history, accuracy = [], []
        for _ in range(epochs):
            loss, right = 0.0, 0
            for rows in torch.randperm(SAMPLES).split(BATCH):
                xb, yb = x[rows], y[rows]
                moved.zero_grad()
                outputs = model(xb)
                of_batch = criterion(outputs, yb)
                of_batch.backward()
                moved.step()
                loss += of_batch.item() * len(rows)
                right += int((outputs.argmax(1) == yb).sum())
            history.append(loss / SAMPLES)
            accuracy.append(right / SAMPLES)
        return history

    return fit


def by_keras(optimizer: str) -> Fit:
    """Return Keras's `fit` on JAX."""
    import keras

    x, y = table()
    model = keras.Sequential(
        [
            keras.Input((INPUTS,)),
            keras.layers.Dense(HIDDEN, activation="tanh"),
            keras.layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    model.set_weights(weights())
    kinds = {"sgd": lambda: keras.optimizers.SGD(0.1), "adam": lambda: keras.optimizers.Adam(0.001)}
    model.compile(kinds[optimizer](), "sparse_categorical_crossentropy", metrics=["accuracy"])

    def fit(epochs: int) -> list[float]:
        return list(model.fit(x, y, BATCH, epochs, verbose=0).history["loss"])

    return fit


def contestants(optimizer: str) -> dict[str, Fit]:
    """Return everybody who can take part here, by name."""
    found = {"NumPy by hand": by_hand(optimizer), "fit": ours(optimizer, "numpy")}
    for name, make in (("PyTorch, eager", by_pytorch), ("Keras on JAX", by_keras)):
        try:
            found[name] = make(optimizer)
        except ImportError:
            print(f"{name} is not installed")
    return found


def timed(fit: Fit, epochs: int) -> float:
    """Return seconds per epoch."""
    begin = time.perf_counter()
    fit(epochs)
    return (time.perf_counter() - begin) / epochs


def main() -> None:
    """Print the tables."""
    warnings.simplefilter("ignore")
    for optimizer in ("sgd", "adam"):
        runs = contestants(optimizer)
        begin = time.perf_counter()
        first = {name: fit(3) for name, fit in runs.items()}
        print(f"\n{optimizer}; three epochs of everybody, compiling included, took "
              f"{time.perf_counter() - begin:.1f} s; the loss then is "
              + ", ".join(f"{losses[-1]:.3f}" for losses in first.values()))  # fmt: skip
        for epochs in (EPOCHS, 1):
            seconds: dict[str, list[float]] = {name: [] for name in runs}
            for _ in range(ROUNDS):
                for name, fit in runs.items():
                    seconds[name].append(timed(fit, epochs))
            print(f"{f'an epoch of fit(epochs={epochs})':28} {'median':>9}   to NumPy (quartiles)")
            for name, times in seconds.items():
                ratios = sorted(a / b for a, b in zip(times, seconds["NumPy by hand"]))
                low, high = ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]
                print(f"  {name:26} {statistics.median(times) * 1e3:6.2f} ms   "
                      f"{statistics.median(ratios):6.2f} ({low:.2f}-{high:.2f})")  # fmt: skip
    graph, compiled = ours("sgd", "graph"), ours("sgd", "numpy")
    compiled(1)
    slow, fast = timed(graph, 1), timed(compiled, EPOCHS)
    print(f"\nbackend='graph' {slow * 1e3:.0f} ms an epoch: {slow / fast:.0f} times as long")


if __name__ == "__main__":
    main()

"""Tables: what `python -m nn train` comes to by default, beside scikit-learn on the same rows.

`python tests/benchmarks/tables.py [SEEDS] [TABLE ...]` prints medians over the seeds (5): the
network, its linear baseline, scikit-learn's linear model and its MLP with early stopping. The
defaults of `nn.tables.Settings` are chosen by it. It needs scikit-learn.
"""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np
from sklearn import datasets
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor

import nn
from nn import data, metrics, tables

OTHERS = {
    "diabetes": datasets.load_diabetes,
    "wine": datasets.load_wine,
    "cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
}
TABLES = ("pima", "diabetes", "iris", "wine", "cancer", "digits")


def load(name: str) -> data.Dataset:
    """Return a table, of this package or of scikit-learn."""
    if name not in OTHERS:
        return tables.load(name)
    found = OTHERS[name]()
    classes = [*map(str, getattr(found, "target_names", []))] if name != "diabetes" else []
    names = [*map(str, found.feature_names)]
    return data.Dataset(found.data, found.target, names, "target", classes)


def log_loss(y, shares) -> float:
    """Return the mean of -log of what the true class got."""
    return float(-np.log(np.clip(shares[np.arange(len(y)), y.astype(int)], 1e-12, 1.0)).mean())


def scores(task: tables.Task, model: nn.Sequential) -> tuple[float, float]:
    """Return accuracy and loss on the test rows, or R2 and the mean squared error."""
    y, outputs = task.test[1], model.predict(task.test[0])
    if not task.classes:
        return metrics.r2(y, outputs), metrics.mean_squared_error(y, outputs)
    return metrics.accuracy(y, outputs), log_loss(y, metrics.shares(outputs))


def peers(task: tables.Task, seed: int) -> tuple[float, float, float]:
    """Return score and loss of scikit-learn's linear model, and the score of its MLP."""
    (x, y), (x_test, y_test) = task.known, task.test
    if not task.classes:
        linear = LinearRegression().fit(x, y)
        network = MLPRegressor(early_stopping=True, random_state=seed, max_iter=1000)
        unit = data.Standardizer.fit(y[:, None])
        answers = unit.undo(network.fit(x, unit(y[:, None])[:, 0]).predict(x_test)[:, None])
        error = float(((linear.predict(x_test) - y_test) ** 2).mean())
        return linear.score(x_test, y_test), error, metrics.r2(y_test, answers)
    linear = LogisticRegression(max_iter=5000).fit(x, y)
    network = MLPClassifier(early_stopping=True, random_state=seed, max_iter=1000).fit(x, y)
    loss = log_loss(y_test, linear.predict_proba(x_test))
    return linear.score(x_test, y_test), loss, network.score(x_test, y_test)


def main(seeds: int, names: list[str]) -> None:
    """Print a line for each table."""
    print("accuracy or R2, and loss  nn             nn linear      sk linear      sk MLP  seconds")
    for name in names:
        table, found, seconds = load(name), [], []
        for seed in range(seeds):
            task = tables.split(name, table, seed=seed)
            started = time.perf_counter()
            learnt = tables.fit(task, tables.Settings(seed=seed))
            seconds.append(time.perf_counter() - started)
            linear = scores(task, tables.linear(task))
            found.append([*scores(task, learnt.model), *linear, *peers(task, seed)])
        m = np.median(found, axis=0)
        pairs = "  ".join(f"{m[i]:6.4f} {m[i + 1]:<7.4g}" for i in (0, 2, 4))
        print(f"{name:<24}  {pairs}  {m[6]:6.4f}  {np.median(seconds):5.1f}", flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(int(sys.argv[1]) if sys.argv[1:] else 5, sys.argv[2:] or [*TABLES])

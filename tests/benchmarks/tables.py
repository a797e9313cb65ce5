"""Tables: what `python -m nn train` comes to by default, beside scikit-learn on the same rows.

`python tests/benchmarks/tables.py [SEEDS] [TABLE ...]` prints medians over the seeds (5): the
network, its linear baseline, scikit-learn's linear model and MLP with early stopping, all on the
same rows with missing cells filled, texts as one-hot, inputs scaled. The defaults of
`nn.tables.Settings` are chosen by it. It needs scikit-learn.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
import warnings
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from sklearn import datasets
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor

import nn
from nn import data, metrics, tables


def _titanic(rng: np.random.Generator, rows: int = 900) -> list[list[object]]:
    """Return passengers: an id, text, missing cells; who lives depends on sex, class and age."""
    made: list[list[object]] = []
    for i in range(rows):
        sex, kind = rng.choice(["male", "female"], p=[0.65, 0.35]), int(rng.choice([1, 2, 3]))
        age, fare = rng.uniform(1, 75), np.exp(rng.normal(4.5 - 0.9 * kind, 0.5))
        score = 2.4 * (sex == "female") - 0.9 * (kind - 2) - 0.03 * (age - 30) + 1.5 * (age < 10)
        lives = rng.random() < 1 / (1 + np.exp(-score + 0.9))
        port = rng.choice(["S", "C", "Q", ""], p=[0.7, 0.18, 0.1, 0.02])
        shown = "" if rng.random() < 0.2 else f"{age:.0f}"
        made.append([i + 1, kind, sex, shown, f"{fare:.2f}", port, ("no", "yes")[int(lives)]])
    return [["PassengerId", "Pclass", "Sex", "Age", "Fare", "Embarked", "Survived"], *made]


def _adult(rng: np.random.Generator, rows: int = 30_000) -> list[list[object]]:
    """Return incomes: numbers and texts of up to a dozen kinds, ? where one is missing."""
    work = ["Private", "Self-emp", "Federal-gov", "Local-gov", "?"]
    jobs = ["Sales", "Craft", "Exec", "Prof", "Clerical", "Service", "Farming", "Tech", "Transport"]
    marital = ["Married", "Never-married", "Divorced", "Widowed"]
    made: list[list[object]] = []
    for _ in range(rows):
        age, school = int(rng.integers(17, 80)), int(rng.integers(1, 17))
        job, wed = int(rng.integers(len(jobs))), rng.choice(marital, p=[0.47, 0.32, 0.16, 0.05])
        hours, gain = int(np.clip(rng.normal(40, 11), 5, 99)), int(rng.choice([0, 0, 0, 5000]))
        score = 0.35 * (school - 10) + 0.03 * (hours - 40) + 1.9 * (wed == "Married")
        score += 0.8 * (job in (2, 3)) - 0.002 * (age - 48) ** 2 + 2.0 * (gain > 0) - 1.6
        rich = rng.random() < 1 / (1 + np.exp(-score))
        income = ">50K" if rich else "<=50K"
        made.append([age, rng.choice(work), school, wed, jobs[job], gain, hours, income])
    head = ["age", "workclass", "education-num", "marital", "occupation", "gain", "hours", "income"]
    return [head, *made]


def _bike(rng: np.random.Generator, rows: int = 8000) -> list[list[object]]:
    """Return hourly rentals: a date, two rushes on workdays, seasons, weather."""
    made: list[list[object]] = []
    moment = datetime(2023, 1, 1)
    for _ in range(rows):
        hour, day = moment.hour, moment.timetuple().tm_yday
        season, turn = 2 * np.pi * (day - 15) / 365, 2 * np.pi * (hour - 9) / 24
        temp = 12 - 10 * np.cos(season) + 4 * np.sin(turn) + rng.normal(0, 2)
        sky = rng.choice(["clear", "mist", "rain"], p=[0.6, 0.3, 0.1])
        rush = np.exp(-(((hour - 14) / 4) ** 2))
        if moment.weekday() < 5:
            rush = np.exp(-(((hour - 8) / 1.5) ** 2)) + 1.2 * np.exp(-(((hour - 17.5) / 2) ** 2))
        share = {"clear": 1.0, "mist": 0.8, "rain": 0.45}[str(sky)]
        count = max(0, int((20 + 180 * rush) * (1 + 0.03 * temp) * share + rng.normal(0, 12)))
        shown = f"{temp:.1f}" if rng.random() > 0.03 else ""
        made.append([f"{moment:%d.%m.%Y %H:%M}", shown, int(rng.integers(30, 95)), sky, count])
        moment += timedelta(hours=1)
    return [["datetime", "temp", "humidity", "weather", "count"], *made]


MADE = {"titanic-like": _titanic, "adult-like": _adult, "bike-like": _bike}
OTHERS = {
    "diabetes": datasets.load_diabetes,
    "wine": datasets.load_wine,
    "cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
}
TABLES = ("pima", "diabetes", "iris", "wine", "cancer", "digits", *MADE)


def load(name: str) -> data.Dataset:
    """Return a table, of this package, of scikit-learn, or made here and read from a file."""
    if name in MADE:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.csv"
            with open(path, "w", newline="") as file:
                csv.writer(file).writerows(MADE[name](np.random.default_rng(0)))
            return tables.load(str(path), 0, {"regression": True if name == "bike-like" else None})
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

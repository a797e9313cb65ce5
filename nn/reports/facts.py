"""Facts: everything there is to say about a trained model, as JSON can hold it."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nn.basics import Floats, Tables
from nn.callbacks import History
from nn.data import Dataset
from nn.metrics import accuracy, r2
from nn.metrics import rows as rows_of
from nn.reports.columns import dependence, importance, inputs_of
from nn.reports.given import Answers, inputs, known_classes, targets
from nn.reports.measures import Predict, judge, of_rows
from nn.reports.report import Report
from nn.reports.rows import again, dated, hash_of, plane, ranges, wrong
from nn.tables import Learnt, Task

_CURVED = 4  # columns whose partial dependence is shown


def report(
    model: Answers,
    x: Tables,
    y: ArrayLike,
    *,
    classes: Sequence[str] = (),
    features: Sequence[str] = (),
    history: History | None = None,
    name: str = "model",
    target: str = "target",
    seed: int = 0,
) -> Report:
    """Return what a model is worth on rows that it has not seen.

    Args:
        model: Anything with `predict`; its outputs are probabilities, or one number.
        x: `(rows, inputs)` as the model takes them; of several inputs a list or a dict of tables.
        y: `(rows,)` the true class numbers, one-hot rows, the names of classes, or numbers.
        classes: The names of the classes in the order of the outputs, where `fit` has not met them;
            y is of classes if it is text, or whole numbers that the outputs are probabilities of.
        features: The names of the inputs; by default those of a pandas table.
        history: What `fit` has returned, for the curves.
        name: The heading.
        target: What y is called.
        seed: For the intervals and the shuffling.

    Raises:
        ValueError: If y has not as many rows as x, is of several targets, or has other classes
            than the model.

    >>> import nn
    >>> x, y = nn.data.make_moons(60, seed=0)
    >>> model = nn.MLP(2, [4, 1], output="sigmoid", rng=0)
    >>> model.compile("adam", "binary_crossentropy")
    >>> history = model.fit(x, y, epochs=2, verbose=0)
    >>> found = report(model, x, y, history=history)
    >>> sorted(found.facts["test"]["scores"])
    ['accuracy', 'balanced accuracy', 'loss', 'macro F1']

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """
    table, predict, found = inputs(model, x)
    names = [*features] or found
    if len(names) != table.shape[1]:
        raise ValueError(f"features= names {len(names)} inputs, x has {table.shape[1]}; name each")
    outputs = predict(table)
    labels, known = targets(y, outputs, known_classes(model, classes))
    if len(labels) != len(table):
        raise ValueError(f"x has {len(table)} rows and y has {len(labels)}; pass as many")
    dataset = Dataset(table, labels, names, target, known)
    facts = facts_on(dataset, table, labels, outputs, predict, seed)
    facts |= {"name": name, "training": _training(history, None, None, 0.0)}
    return Report(facts)


def facts_of(
    task: Task,
    learnt: Learnt,
    linear: Answers,
    *,
    command: str = "",
    folds: Sequence[Mapping[str, float]] = (),
    trials: Sequence[Mapping[str, object]] = (),
) -> dict[str, Any]:
    """Return the facts of a network that was trained on a task.

    Args:
        task: What was learnt.
        learnt: What came of it.
        linear: The linear model beside it.
        command: What was typed.
        folds: The scores of a cross-validation.
        trials: What a search has tried.
    """
    model, (x, y), seed = learnt.model, task.test, task.seed
    predict: Predict = lambda given: model.predict(task.scale(given))  # noqa: E731
    facts = facts_on(task.dataset, task.given, y, model.predict(x), predict, seed)
    constant = _constant(task)
    facts |= {
        "name": task.name,
        "training": _training(learnt.history, learnt.settings.to_json(), learnt.kept,
                              learnt.seconds),
        "network": {"layers": model.summary_rows(), "parameters": model.count_params()},
        "baselines": {
            "constant": {
                "answer": task.classes[task.most_frequent()] if task.classes else "the mean",
                **judge(y, constant, task.classes)["scores"],
            },
            "linear": judge(y, linear.predict(x), task.classes)["scores"],
        },
        "folds": [dict(fold) for fold in folds],
        "trials": [dict(trial) for trial in trials],
        "again": {
            "command": command,
            "seed": seed,
            "versions": _versions(),
            "sha256 of the table": hash_of(task.table),
        },
    }  # fmt: skip
    facts["table"]["parts"] = {name: len(rows) for name, rows in task.rows.items()}
    facts["table"]["split"] = task.describe_split()
    facts["table"]["dated"] = dated(task.dataset)
    facts["test"]["again"] = _again(task, y, model.predict(x))
    return facts


def facts_on(
    dataset: Dataset,
    given: Floats,
    y: Floats,
    outputs: Floats,
    predict: Predict,
    seed: int,
) -> dict[str, Any]:
    """Return what is known from a table and from answers for its test rows.

    Args:
        dataset: The whole table, for the ranges of its columns.
        given: `(rows, inputs)` the test rows as they are in the table.
        y: `(rows,)` their targets.
        outputs: The model's answers for them.
        predict: Its answers for rows as they are in the table.
        seed: For the intervals and the shuffling.
    """
    classes = dataset.target_names
    measure = "loss" if classes else "mse"
    groups = inputs_of(dataset)
    ranked = importance(
        predict, given, lambda out, true: float(of_rows(true, rows_of(out), classes)[
            measure].mean()), y, groups, seed=seed,
    )  # fmt: skip
    columns = dataset.recipe.columns if dataset.recipe else ()
    kinds = {column.name: column.kinds or () for column in columns}
    round_ = {column.name for column in columns if column.cycles}  # a sine is no axis to be read
    shown = [one["column"] for one in ranked if one["rise"] > 0.0 and one["column"] not in round_]
    return {
        "target": dataset.target_name,
        "classes": classes,
        "table": {
            "rows": len(dataset),
            "features": dataset.feature_names,
            "notes": [*dataset.notes],
            "columns": ranges(dataset),
            "target": dataset.target_words(),
        },
        "test": judge(y, outputs, classes, seed=seed),
        "importance": {"measure": measure, "columns": ranked},
        "dependence": [
            {"column": name} | dependence(predict, given, groups[name], kinds.get(name, ()))
            for name in shown[:_CURVED]
        ],
        "wrong": wrong(dataset, given, y, outputs),
        "plane": plane(dataset, given, y, predict),
    }


def _training(
    history: History | None, settings: object, kept: int | None, seconds: float
) -> dict[str, Any]:
    if history is None:
        return {"history": {}, "settings": settings, "kept": kept, "seconds": seconds}
    best = history.best_epoch
    return {
        "history": {name: history[name] for name in history},
        "settings": settings,
        "kept": kept,
        "best": None if best is None else history.epoch.index(best) + 1,
        "stopped": history.stopped,
        "seconds": seconds,
    }


def _again(task: Task, y: Floats, outputs: Floats) -> dict[str, Any]:
    """Return how many test rows were among the known ones, and the score of the others."""
    parts = [task.train[0], *([task.validation[0]] if task.validation else [])]
    known = again(parts, task.test[0])
    others = ~known
    found: dict[str, Any] = {"rows": int(known.sum())}
    if known.any() and others.sum() > 1:
        score, measure = ("accuracy", accuracy) if task.classes else ("r2", r2)
        found[score] = float(measure(y[others], rows_of(outputs)[others]))
    return found


def _constant(task: Task) -> Floats:
    """Return what answers that look at no input are: the shares of the classes, or the mean."""
    known, count = task.known_targets, len(task.test[1])
    if not task.classes:
        return np.full((count, 1), known.mean())
    shares = np.bincount(known.astype(int), minlength=len(task.classes)) / len(known)
    made = np.tile(shares, (count, 1))
    return made[:, 1:] if len(task.classes) == 2 else made


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version  # a twentieth of `import nn`

    try:
        ours = version("autograd-core")
    except PackageNotFoundError:  # run from its sources
        ours = "sources"
    return {
        "autograd-core": ours,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }

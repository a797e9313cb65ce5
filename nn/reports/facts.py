"""Facts: everything a report contains, as a dict that JSON can hold."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from autograd_core.files import JSON
from nn.basics import Floats, Tables
from nn.callbacks import History
from nn.data import Dataset
from nn.metrics import accuracy, r2
from nn.metrics import rows as rows_of
from nn.reports.columns import dependence, importance, inputs_of
from nn.reports.given import Answers, inputs, known_classes, targets
from nn.reports.measures import Predict, judge, per_row
from nn.reports.report import Report
from nn.reports.rows import dated, hash_of, plane, ranges, rows_seen_before, worst_rows
from nn.tables import Learnt, Task

_DEPENDENCE_COLUMNS = 4  # columns whose partial dependence is shown


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
    """Return a report about a model on rows that it was not trained on.

    Args:
        model: Anything with `predict`; its outputs are probabilities, or one number.
        x: `(rows, inputs)` as the model takes them; for several inputs a list or a dict of tables.
        y: `(rows,)` the true class numbers, one-hot rows, names of classes, or numbers. They are
            classes if they are text, or whole numbers while the outputs are probabilities.
        classes: The names of the classes in the order of the outputs; not needed if `fit` was given
            names.
        features: The names of the inputs; by default those of a pandas table.
        history: What `fit` returned, for the curves.
        name: The heading.
        target: The name of y.
        seed: For bootstrap intervals and shuffling.

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
) -> dict[str, JSON]:
    """Return the facts about a network that was trained on a task.

    Args:
        task: The task.
        learnt: The result of the training.
        linear: The linear model to compare with.
        command: The command line, to run it again.
        folds: The scores of a cross-validation.
        trials: The settings and losses that a search has tried.
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
    facts["test"]["again"] = _seen_before(task, y, model.predict(x))
    return facts


def facts_on(
    dataset: Dataset,
    given: Floats,
    y: Floats,
    outputs: Floats,
    predict: Predict,
    seed: int,
) -> dict[str, JSON]:
    """Return the facts that follow from a table and a model's answers for its test rows.

    Args:
        dataset: The whole table, for the ranges of its columns.
        given: `(rows, inputs)` the test rows in the table's units.
        y: `(rows,)` their targets.
        outputs: `(rows, outputs)` the model's answers for them.
        predict: The model's answers for rows in the table's units.
        seed: For bootstrap intervals and shuffling.
    """
    classes = dataset.target_names
    measure = "loss" if classes else "mse"
    groups = inputs_of(dataset)
    ranked = importance(
        predict, given, lambda out, true: float(per_row(true, rows_of(out), classes)[
            measure].mean()), y, groups, seed=seed,
    )  # fmt: skip
    columns = dataset.recipe.columns if dataset.recipe else ()
    kinds = {column.name: column.kinds or () for column in columns}
    cyclic = {column.name for column in columns if column.cycles}  # a sine makes no readable axis
    shown = [one["column"] for one in ranked if one["rise"] > 0.0 and one["column"] not in cyclic]
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
            for name in shown[:_DEPENDENCE_COLUMNS]
        ],
        "wrong": worst_rows(dataset, given, y, outputs),
        "plane": plane(dataset, given, y, predict),
    }


def _training(
    history: History | None, settings: object, kept: int | None, seconds: float
) -> dict[str, JSON]:
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


def _seen_before(task: Task, y: Floats, outputs: Floats) -> dict[str, JSON]:
    """Return how many test rows occur among the training rows, and the score of the others."""
    parts = [task.train[0], *([task.validation[0]] if task.validation else [])]
    known = rows_seen_before(parts, task.test[0])
    others = ~known
    found: dict[str, JSON] = {"rows": int(known.sum())}
    if known.any() and others.sum() > 1:
        score, measure = ("accuracy", accuracy) if task.classes else ("r2", r2)
        found[score] = float(measure(y[others], rows_of(outputs)[others]))
    return found


def _constant(task: Task) -> Floats:
    """Return the predictions of a constant model: the shares of the classes, or the mean."""
    known, count = task.known_targets, len(task.test[1])
    if not task.classes:
        return np.full((count, 1), known.mean())
    shares = np.bincount(known.astype(int), minlength=len(task.classes)) / len(known)
    made = np.tile(shares, (count, 1))
    return made[:, 1:] if len(task.classes) == 2 else made


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version  # 5% of `import nn`

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

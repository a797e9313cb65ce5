"""Command line: `python -m nn train iris` and its options; drawing functions come as arguments."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, cast

import numpy as np

from autograd_core import Value
from nn import activations, data, metrics, optimizers, saving
from nn.models import MLP
from nn.report import Pictures, Report, prepare_folder
from nn.shapes import Floats, table


class UserError(Exception):
    """Something the user can put right; shown as one line, exit status 2."""


@dataclass(frozen=True)
class Task:
    """A table to learn, split and standardised.

    Attributes:
        name: What the user called the table.
        dataset: The whole table.
        train: `(x, y)` to learn from, standardised.
        test: `(x, y)` to judge by, in the same scale.
        scale: The means and deviations of the training part.
    """

    name: str
    dataset: data.Dataset
    train: tuple[Floats, Floats]
    test: tuple[Floats, Floats]
    scale: data.Standardizer

    @property
    def classes(self) -> list[str]:
        """The names of the classes; empty for regression."""
        return self.dataset.target_names


def _generated(
    make: Callable[..., tuple[Floats, object]], samples: int
) -> Callable[[int], data.Dataset]:
    def load(seed: int) -> data.Dataset:
        x, y = make(samples, seed=seed)
        return data.Dataset(x, np.asarray(y), ["x1", "x2"], "class", ["0", "1"])

    return load


BUILT_IN: dict[str, Callable[[int], data.Dataset]] = {
    "iris": lambda seed: data.load_iris(),
    "pima": lambda seed: data.load_pima(),
    "moons": _generated(data.make_moons, 200),
    "circles": _generated(data.make_circles, 200),
    "spirals": _generated(data.make_spirals, 200),
    "xor": _generated(data.make_xor, 200),
}


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the message and end with status 2."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())}\n")


def parser() -> Parser:
    """Return the parser of the command line."""
    top = Parser(prog="python -m nn", description="Train and use networks of scalar Values.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    train = commands.add_parser("train", help="train on a table and write a report")
    train.add_argument(
        "table", help=f"a CSV file, or one of {', '.join(BUILT_IN)}", metavar="TABLE"
    )
    option = train.add_argument
    option("--target", metavar="COLUMN", help="the column to predict (default: the last)")
    option("--regression", action="store_true", help="predict a number, not a class")
    option("--hidden", nargs="*", type=_positive, default=[16, 16], metavar="N",
           help="units of each hidden layer (default: 16 16)")  # fmt: skip
    option("--activation", default="relu", choices=sorted(activations.NAMES), metavar="NAME",
           help="activation of the hidden layers (default: relu)")  # fmt: skip
    option("--epochs", type=_positive, default=60, metavar="N", help="default: 60")
    option("--batch-size", type=_positive, default=16, metavar="N", help="default: 16")
    option("--learning-rate", type=_above_zero, default=0.01, metavar="R", help="default: 0.01")
    option("--optimizer", default="adam", choices=sorted(optimizers.NAMES), metavar="NAME",
           help=f"one of {', '.join(sorted(optimizers.NAMES))} (default: adam)")  # fmt: skip
    option("--seed", type=_whole, default=0, metavar="N", help="default: 0")
    option("--test-size", type=_share, default=0.25, metavar="SHARE",
           help="share of the rows kept for the test (default: 0.25)")  # fmt: skip
    option("--out", type=Path, default=Path("report"), metavar="DIR",
           help="folder for the report (default: report)")  # fmt: skip
    return top


def _number(
    text: str, kind: Callable[[str], float], fits: Callable[[float], bool], what: str
) -> float:
    try:
        number = kind(text)
    except ValueError:
        number = float("nan")
    if not fits(number):
        raise argparse.ArgumentTypeError(f"wants {what}, got {text!r}")
    return number


def _positive(text: str) -> int:
    return int(_number(text, int, lambda n: n >= 1, "a whole number of at least 1"))


def _whole(text: str) -> int:
    return int(_number(text, int, lambda n: n >= 0, "a whole number of at least 0"))


def _above_zero(text: str) -> float:
    return _number(text, float, lambda n: 0.0 < n < float("inf"), "a number above 0")


def _share(text: str) -> float:
    return _number(text, float, lambda n: 0.0 < n < 1.0, "a share above 0 and below 1")


def run(arguments: Sequence[str] | None, pictures: Pictures) -> int:
    """Run the command line and return the exit status.

    Args:
        arguments: As typed; None takes those of the process.
        pictures: What draws a graph and a history.
    """
    options = parser().parse_args(arguments)
    try:
        train(options, pictures)
    except (UserError, data.TableError, OSError) as error:
        print(f"python -m nn: {_one_line(error)}", file=sys.stderr)
        return 2
    return 0


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())


def load(name: str, target: str | None, regression: bool, seed: int) -> data.Dataset:
    """Return a table by its built-in name or its path.

    Raises:
        UserError: If there is no such table.
        TableError: If it cannot be read.
    """
    path = Path(name)
    if name in BUILT_IN and not path.is_file():
        if regression:
            raise UserError(f"the target of {name} is a class; --regression is for numbers")
        dataset = BUILT_IN[name](seed)
        if target not in (None, dataset.target_name):
            raise UserError(
                f"{name} has the target column {dataset.target_name!r}, not {target!r}; its other "
                f"columns are {', '.join(dataset.feature_names)}"
            )
        return dataset
    if not path.exists():
        raise UserError(f"no file {name}, and no built-in table; those are {', '.join(BUILT_IN)}")
    return data.load_csv(path, target, regression=regression)


def split(name: str, dataset: data.Dataset, test_size: float, seed: int) -> Task:
    """Return the table in two parts, standardised by the training part.

    Raises:
        UserError: If there are too few rows.
    """
    classes = dataset.y if dataset.target_names else None
    try:
        x_train, x_test, y_train, y_test = data.train_test_split(
            dataset.x, dataset.y, test_size=test_size, seed=seed, stratify=classes
        )
    except ValueError as error:
        raise UserError(f"{name} cannot be split: {error}") from None
    scale = data.Standardizer.fit(x_train)
    return Task(name, dataset, (scale(x_train), y_train), (scale(x_test), y_test), scale)


def build(
    task: Task, hidden: Sequence[int], activation: str, seed: int
) -> tuple[MLP, str, list[str]]:
    """Return the model, its loss and its metrics for this kind of target."""
    count = len(task.classes)
    outputs, output, loss, measured = {
        0: (1, "linear", "mse", ["r2"]),
        2: (1, "sigmoid", "binary_crossentropy", ["accuracy"]),
    }.get(count, (count, "softmax", "categorical_crossentropy", ["accuracy"]))
    init = "he_uniform" if "lu" in activation else "glorot_uniform"
    rng = random.Random(seed)
    sizes = [*hidden, outputs]
    model = MLP(
        task.dataset.x.shape[1], sizes, activation=activation, output=output, init=init, rng=rng
    )
    return model, loss, measured


def train(options: argparse.Namespace, pictures: Pictures) -> None:
    """Train on a table, print how it goes and write the report."""
    seed = options.seed
    task = split(
        options.table,
        load(options.table, options.target, options.regression, seed),
        options.test_size,
        seed,
    )
    folder = prepare_folder(options.out)
    try:
        print(describe(task, seed))
        model, loss, measured = build(task, options.hidden, options.activation, seed)
        print(f"\n{model.summary()}\n")
        optimizer = optimizers.get(options.optimizer)
        optimizer.lr = options.learning_rate
        model.compile(optimizer, loss, measured)
        history = model.fit(
            *task.train, batch_size=options.batch_size, epochs=options.epochs, seed=seed
        )
        scores = cast(dict[str, float], model.evaluate(*task.test, return_dict=True))
        outputs = model.predict(task.test[0])
        report = Report(
            task.name,
            describe(task, seed),
            str(model.summary()),
            scores,
            confusion(task, outputs),
            history,
        )
        print(f"\n{report.result()}")
        saving.save(model, folder.file("model.npz"), notes(task))
        history.to_csv(folder.file("history.csv"))
        missing = report.write(folder, pictures, sample_loss(task, model))
        folder.finish()
    finally:
        folder.discard()
    for line in missing:
        print(line)
    print(f"\nreport: {options.out / 'index.html'}")


def describe(task: Task, seed: int) -> str:
    """Return what there is to say about the table."""
    dataset = task.dataset
    rows, columns = dataset.x.shape
    if task.classes:
        counts = np.bincount(dataset.y.astype(int)).tolist()
        kinds = ", ".join(f"{name} {count}" for name, count in zip(task.classes, counts))
    else:
        kinds = f"a number from {dataset.y.min():g} to {dataset.y.max():g}"
    return (
        f"{task.name}: {rows} rows x {columns} inputs ({', '.join(dataset.feature_names)})\n"
        f"target {dataset.target_name}: {kinds}\n"
        f"{len(task.train[0])} rows to train, {len(task.test[0])} to test (seed {seed}), "
        "standardised by the training part"
    )


def confusion(task: Task, outputs: Floats) -> str:
    """Return the confusion matrix as text; nothing for regression."""
    if not task.classes:
        return ""
    matrix = metrics.confusion_matrix(task.test[1], outputs)
    rows = [[name, *row] for name, row in zip(task.classes, matrix.tolist(), strict=True)]
    return "\n".join(table(["true \\ predicted", *task.classes], rows))


def notes(task: Task) -> dict[str, object]:
    """Return what `evaluate` and `predict` need to know besides the model."""
    return {
        "features": task.dataset.feature_names,
        "target": task.dataset.target_name,
        "classes": task.classes,
        "mean": task.scale.mean.tolist(),
        "scale": task.scale.scale.tolist(),
    }


def sample_loss(task: Task, model: MLP) -> Value:
    """Return the loss of the first test sample, its backward pass done, for the picture."""
    x, y = task.test
    inputs = [
        Value(number, label=name)
        for number, name in zip(x[0].tolist(), task.dataset.feature_names, strict=True)
    ]
    model.zero_grad()
    outputs = model.forward(inputs)
    loss = model.loss(outputs, y[0] if task.classes else float(y[0]))
    loss.label = "loss"
    loss.backward()
    return loss

"""Commands: what `python -m nn train`, `evaluate`, `predict` and `info` do."""

from __future__ import annotations

import csv
import io
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from autograd_core.files import write_whole
from nn import data, metrics, optimizers
from nn.basics import Floats, listed
from nn.command_line import tasks
from nn.command_line.folder import Folder
from nn.command_line.report import FILES, Pictures, Report
from nn.command_line.tasks import UserError
from nn.modules import Module, saving


def train(options: Namespace, pictures: Pictures) -> None:
    """Train on a table, print how it goes and write the report."""
    seed = options.seed
    asked = ("target", "regression", "drop", "keep", "categories", "missing", "header")
    dataset = tasks.load(options.table, seed, {name: getattr(options, name) for name in asked})
    task = tasks.split(options.table, dataset, options.test_size, seed)
    folder = Folder(options.out, FILES)
    try:
        print(task.describe(seed))
        model, loss, measured = tasks.build(task, options.hidden, options.activation, seed)
        print(f"\n{model.table()}\n")
        optimizer = optimizers.get(options.optimizer)
        optimizer.lr = options.learning_rate
        model.compile(optimizer, loss, measured)
        history = tasks.fit(
            task, model, batch_size=options.batch_size, epochs=options.epochs, seed=seed
        )
        if not len(history):
            raise UserError("stopped before the first epoch was done; there is nothing to report")
        x, y = task.test
        scores = cast(dict[str, float], model.evaluate(x, y, return_dict=True))
        report = Report(task, seed, model, history, scores, model.predict(x))
        print(f"\n{report.text()}")
        saving.save(model, folder.file("model.npz"), task.notes(loss))
        history.to_csv(folder.file("history.csv"))
        missing = report.write(folder, pictures, tasks.sample_loss(task, model))
        folder.finish()
    finally:
        folder.discard()
    for line in missing:
        print(line)
    print(f"\nreport: {options.out / 'index.html'}")


def evaluate(options: Namespace) -> None:
    """Print a saved model's scores on a table."""
    model, notes = _read(options.model)
    classes = notes["classes"]
    if _built_in(options.table):
        dataset = tasks.load(options.table, options.seed)
        x, truth = dataset.x, np.asarray(dataset.y, dtype=np.float64)
        y = _numbered(truth, dataset.target_names, classes)
    else:
        target = options.target or notes["target"]
        recipe = _recipe(notes, options.table)
        again = data.read_again(options.table, recipe, target)
        x, y = again.x, data.known_target(again, target, recipe, classes)
        _say(again.notes)
    measured = ["accuracy"] if classes else ["rmse", "r2"]
    model.compile(loss=notes["loss"], metrics=measured)
    x = _scaled(x, notes)
    scores = cast(dict[str, float], model.evaluate(x, y, return_dict=True))
    print(f"{options.table}: {len(x)} rows")
    print("\n".join(f"{name} {score:.4f}" for name, score in scores.items()))
    if classes:
        print(f"\n{tasks.confusion(classes, y, model.predict(x))}")


def predict(options: Namespace) -> None:
    """Write the columns of a table as they are, and a saved model's answers beside them, as CSV."""
    model, notes = _read(options.model)
    classes = notes["classes"]
    if _built_in(options.table):
        x = tasks.load(options.table, options.seed).x
        header, rows = notes["features"], [[*map(str, row)] for row in x.tolist()]
    else:
        again = data.read_again(options.table, _recipe(notes, options.table))
        x, header, rows = again.x, again.cells.header, [row for _, row in again.cells.rows]
        if options.only is not None:
            places = [again.cells.column(name) for name in options.only]
            header, rows = [header[i] for i in places], [[row[i] for i in places] for row in rows]
        _say(again.notes)
    answers = _answers(model.predict(_scaled(x, notes)), classes)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    named = [f"predicted {notes['target']}", *(f"p({name})" for name in classes)]
    writer.writerow([*header, *named])
    writer.writerows([*row, *answer] for row, answer in zip(rows, answers, strict=True))
    if options.out is None:
        sys.stdout.write(out.getvalue())
    else:
        write_whole(options.out, out.getvalue())
        print(f"{len(x)} predictions: {options.out}")


def info(options: Namespace) -> None:
    """Print what a model file holds."""
    header, arrays = saving.read(options.model)
    model = cast(Module, saving.load(options.model))
    print(f"{options.model}: {header['format']}, version {header['version']}\n")
    model.summary()
    notes = header["notes"]
    if "features" in notes:
        print(f"\ninputs   {', '.join(notes['features'])}")
        kinds = ", ".join(notes["classes"]) or "a number"
        print(f"target   {notes['target']}: {kinds}")
        print(f"loss     {notes['loss']}")
    print("\narrays")
    for name, array in arrays.items():
        print(f"  {name} {array.shape}")


def _read(path: Path) -> tuple[Module, dict[str, Any]]:
    header, _ = saving.read(path)
    notes: dict[str, Any] = header["notes"]
    if "features" not in notes:
        raise UserError(
            f"{path} does not say which columns it was trained on; use a model.npz that "
            "`python -m nn train` has written"
        )
    return cast(Module, saving.load(path)), notes


def _built_in(table: str) -> bool:
    return table in tasks.BUILT_IN and not Path(table).is_file()


def _recipe(notes: dict[str, Any], table: str) -> data.Recipe:
    """Return what the columns of the model's table became."""
    if notes.get("recipe"):
        return data.Recipe.from_json(notes["recipe"])
    return data.recipe_of(notes["features"], notes["mean"], table)


def _say(notes: Sequence[str]) -> None:
    for note in notes:
        print(f"python -m nn: {note}", file=sys.stderr)


def _scaled(x: Floats, notes: dict[str, Any]) -> Floats:
    if x.shape[1] != len(notes["mean"]):
        raise UserError(
            f"the model wants {len(notes['mean'])} inputs ({listed(notes['features'])}), the "
            f"table has {x.shape[1]}"
        )
    return data.Standardizer(np.array(notes["mean"]), np.array(notes["scale"]))(x)


def _numbered(y: Floats, there: list[str], known: list[str]) -> Floats:
    """Return class numbers as the model counts them; a table may have fewer classes."""
    if not known:
        return y
    strange = [name for name in there if name not in known]
    if strange:
        raise UserError(f"the model knows the classes {', '.join(known)}, not {strange[0]!r}")
    return np.array([known.index(there[int(label)]) for label in y])


def _answers(outputs: Floats, classes: list[str]) -> Iterator[list[object]]:
    """Return for each row its number, or its class and what speaks for each of them."""
    if not classes:
        for number in outputs[:, 0]:
            yield [np.format_float_positional(number, 7, unique=False, fractional=False, trim="-")]
        return
    chosen = metrics.classes(outputs).tolist()
    for place, shares in zip(chosen, metrics.shares(outputs).tolist(), strict=True):
        yield [classes[place], *(f"{share:.6f}" for share in shares)]

"""Commands: `evaluate`, `predict` and `info`, which use a saved model."""

from __future__ import annotations

import csv
import io
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from autograd_core.files import JSON, write_whole
from nn import saving
from nn.basics import Floats, listed
from nn.data import (
    Dataset,
    Recipe,
    Standardizer,
    known_target,
    read_again,
    read_in_parts,
    recipe_of,
)
from nn.metrics import classes as classes_of
from nn.metrics import shares as shares_of
from nn.modules import Module
from nn.reports import Report, facts_on, text_of
from nn.tables import BUILT_IN, UserError, load


def evaluate(options: Namespace) -> None:
    """Print the scores of a saved model on a table, as text or as JSON."""
    model, notes = _read(options.model)
    classes, target = notes["classes"], options.target or notes["target"]
    features = notes["features"]
    if _built_in(options.table):
        dataset = load(options.table, options.seed)
        given, recipe = dataset.x, None
        messages: tuple[str, ...] = ()
        truth = np.asarray(dataset.y, dtype=np.float64)
        y = _class_numbers(truth, dataset.target_names, classes)
    else:
        recipe = _recipe(notes, options.table)
        later = read_again(options.table, recipe, target)
        given, messages = later.x, later.notes
        y = known_target(later, target, recipe, classes)
    _print_notes(messages)
    outputs = model.predict(_scaled(given, notes))
    table = Dataset(given, y, features, target, classes, messages, recipe)
    facts = facts_on(
        table, given, y, outputs, lambda x: model.predict(_scaled(x, notes)), options.seed
    )
    facts |= {"name": str(options.model), "training": {"history": {}}}
    if options.json:
        print(Report(facts).json)
    else:
        print(f"{options.table}: {len(given)} rows\n{text_of(facts)}")


def predict(options: Namespace) -> None:
    """Write the columns of a table, and a saved model's predictions in further ones, as CSV."""
    model, notes = _read(options.model)
    classes, count = notes["classes"], 0
    named = [f"predicted {notes['target']}", *(f"p({name})" for name in classes)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for header, rows, x in _parts(options, notes):
        if not count:
            writer.writerow([*header, *named])
        answers = _answers(model.predict(_scaled(x, notes)), classes)
        writer.writerows([*row, *answer] for row, answer in zip(rows, answers, strict=True))
        count += len(x)
        if options.out is None:
            sys.stdout.write(out.getvalue())
            out.seek(0)
            out.truncate()
    if options.out is not None:
        write_whole(options.out, out.getvalue())
        print(f"{count} predictions: {options.out}")


def _parts(
    options: Namespace, notes: dict[str, JSON]
) -> Iterator[tuple[Sequence[str], Sequence[Sequence[str]], Floats]]:
    """Yield header and rows to write, and the inputs, some rows at a time."""
    if _built_in(options.table):
        x = load(options.table, options.seed).x
        yield notes["features"], [[*map(str, row)] for row in x.tolist()], x
        return
    printed: set[str] = set()
    for later in read_in_parts(options.table, _recipe(notes, options.table)):
        header, rows = later.cells.header, [row for _, row in later.cells.rows]
        wanted = [*options.id, *(options.only or ())]
        if wanted or options.only is not None:
            places = [later.cells.column(name) for name in wanted]
            header, rows = [header[i] for i in places], [[row[i] for i in places] for row in rows]
        _print_notes([note for note in later.notes if note.partition(":")[0] not in printed])
        printed |= {note.partition(":")[0] for note in later.notes}
        yield header, rows, later.x


def info(options: Namespace) -> None:
    """Print the contents of a model file."""
    header, arrays = saving.read(options.model)
    model = saving.load(options.model)
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


def _read(path: Path) -> tuple[Module, dict[str, JSON]]:
    header, _ = saving.read(path)
    notes: dict[str, JSON] = header["notes"]
    if "features" not in notes:
        raise UserError(
            f"{path} does not say which columns it was trained on; use a model.npz that "
            "`python -m nn train` has written"
        )
    return saving.load(path), notes


def _built_in(table: str) -> bool:
    return table in BUILT_IN and not Path(table).is_file()


def _recipe(notes: dict[str, JSON], table: str) -> Recipe:
    """Return the recipe by which a table becomes the model's inputs."""
    if notes.get("recipe"):
        return Recipe.from_json(notes["recipe"])
    return recipe_of(notes["features"], notes["mean"], table)


def _print_notes(notes: Sequence[str]) -> None:
    for note in notes:
        print(f"python -m nn: {note}", file=sys.stderr)


def _scaled(x: Floats, notes: dict[str, JSON]) -> Floats:
    if x.shape[1] != len(notes["mean"]):
        raise UserError(
            f"the model wants {len(notes['mean'])} inputs ({listed(notes['features'])}), the "
            f"table has {x.shape[1]}"
        )
    return Standardizer(np.array(notes["mean"]), np.array(notes["scale"]))(x)


def _class_numbers(y: Floats, names: list[str], known: list[str]) -> Floats:
    """Return class numbers of a table, which may have fewer classes, as the model's numbers."""
    if not known:
        return y
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UserError(f"the model knows the classes {', '.join(known)}, not {unknown[0]!r}")
    return np.array([known.index(names[int(label)]) for label in y])


def _answers(outputs: Floats, classes: list[str]) -> Iterator[list[object]]:
    """Yield the cells for each row: the number, or the class and the probability of each class."""
    if not classes:
        for number in outputs[:, 0]:
            yield [np.format_float_positional(number, 7, unique=False, fractional=False, trim="-")]
        return
    chosen = classes_of(outputs).tolist()
    for place, shares in zip(chosen, shares_of(outputs).tolist(), strict=True):
        yield [classes[place], *(f"{share:.6f}" for share in shares)]

"""CLI: runs the command line: `train` and `compare` here, others in commands.py.

Errors are shown as one line. Functions that draw are arguments, as nn does not import viz.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import warnings
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from tempfile import TemporaryDirectory

from autograd_core.files import write_whole
from nn.basics import text_table
from nn.command_line import commands
from nn.command_line.options import parser
from nn.command_line.runs import RUNS, Pictures, Place, read_run, write_files, write_playground
from nn.data import TableError
from nn.reports import compared, facts_of, text_of
from nn.tables import (
    Settings,
    Task,
    Trial,
    UserError,
    build,
    cross_validate,
    fit,
    linear,
    load,
    search,
    settings_text,
    split,
)

_LOAD_OPTIONS = (
    "target", "regression", "drop", "keep", "categories", "missing", "header", "decimal",
)  # fmt: skip
_TRIAL_KEYS = ("loss", "epoch", "hidden", "learning_rate", "weight_decay", "dropout")


def run(arguments: Sequence[str] | None, pictures: Pictures) -> int:
    """Run the command line and return the exit status.

    Args:
        arguments: The words of the command line; None takes those of the process.
        pictures: The functions that draw.
    """
    options = parser().parse_args(arguments)
    options.typed = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            _call(options, pictures)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has closed the pipe: python -m nn predict ... | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("python -m nn: interrupted", file=sys.stderr)
        return 130
    except (UserError, TableError, OSError, ValueError) as error:
        print(f"python -m nn: {_one_line(error)}", file=sys.stderr)
        return 2
    return 0


def _call(options: Namespace, pictures: Pictures) -> None:
    match options.command:
        case "train":
            train(options, pictures)
        case "evaluate":
            commands.evaluate(options)
        case "predict":
            commands.predict(options)
        case "compare":
            compare(options)
        case "info":
            commands.info(options)


def _show_warning(message: Warning | str, *where: object, **more: object) -> None:
    """Print a warning as one line, without file and line number."""
    print(f"\npython -m nn: {' '.join(str(message).split())}", file=sys.stderr)


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        if error.filename is None:
            return f"{error.strerror}; what was there before is as it was"
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())


def train(options: Namespace, pictures: Pictures) -> None:
    """Train on a table, print the progress and write the report."""
    if not options.chunks:
        _train(options, pictures, None)
        return
    if options.folds or options.search:
        raise UserError("--chunks is for one training; leave --folds and --search out")
    parent = (options.out or RUNS).absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".chunks-", dir=parent, ignore_cleanup_errors=True) as folder:
        _train(options, pictures, Path(folder))


def _train(options: Namespace, pictures: Pictures, folder: Path | None) -> None:
    seed, name = options.seed, options.name or _run_name(options.table)
    load_options = {name: getattr(options, name) for name in _LOAD_OPTIONS} | {"folder": folder}
    dataset = load(options.table, seed, load_options)
    task = split(
        options.table,
        dataset,
        test_size=options.test_size,
        validation_size=options.validation_size,
        seed=seed,
    )
    chosen = {field.name: getattr(options, field.name) for field in fields(Settings)}
    settings = Settings(**chosen | {"hidden": tuple(options.hidden)})
    place = Place(options.out, name)
    try:
        print(task.describe())
        trials = _search(task, settings, options, place)
        if trials:
            settings = trials[0].settings
            print(f"best: {settings_text(settings)}")
        folds: list[dict[str, float]] = []
        if options.folds:
            folds = cross_validate(
                options.table, dataset, settings, options.folds,
                processes=options.processes, said=print,
            )  # fmt: skip
        model, _, _ = build(task, settings)
        print(f"\n{model.table()}\n", flush=True)
        learnt = fit(task, settings, verbose=int(sys.stderr.isatty()))
        if not len(learnt.history):
            raise UserError("stopped before the first epoch was done; there is nothing to report")
        tried = [asdict(t.settings) | {"loss": t.loss, "epoch": t.epoch} for t in trials]
        facts = facts_of(
            task,
            learnt,
            linear(task),
            command=shlex.join(["python", "-m", "nn", *options.typed]),
            folds=folds,
            trials=[{key: one[key] for key in _TRIAL_KEYS} for one in tried],
        )
        print(f"{text_of(facts)}")
        left_out = ""
        if options.playground:
            left_out = write_playground(place.latest, task, learnt, pictures)
            facts["playground"] = "" if left_out else "playground.html"
        missing = [*write_files(place.latest, task, learnt, facts, pictures), left_out]
        place.finish()
    finally:
        place.discard()
    for line in filter(None, missing):
        print(line)
    print(f"\n{place.describe()}")


def _run_name(table: str) -> str:
    stem = "stdin" if table == "-" else Path(table).name.partition(".")[0]
    return re.sub(r"[^\w-]+", "-", stem)[:40] or "run"


def _search(task: Task, settings: Settings, options: Namespace, place: Place) -> list[Trial]:
    if not options.search:
        return []
    log = place.log(options.name or _run_name(options.table))
    try:
        return search(
            task, settings, options.search, log=log, processes=options.processes, said=print
        )
    except KeyboardInterrupt:
        if log.exists():
            how = "the same command goes on from there"
            print(f"\n{log} has what was tried; {how}", file=sys.stderr)
        raise


def compare(options: Namespace) -> None:
    """Print a table of runs, and write it as a page."""
    runs = {str(path): facts for path in options.runs if (facts := read_run(path)) is not None}
    if not runs:
        raise UserError("there are no runs to compare; name folders such as runs/*")
    header, rows, notes, page = compared(runs)
    print("\n".join(text_table(header, rows)))
    print("\n".join(notes))
    write_whole(options.out, page)
    print(f"page: {options.out}")

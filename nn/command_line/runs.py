"""Runs: where a training is written: a folder of its own, and `report/`, which is the latest."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core import Value
from autograd_core.files import json_of
from nn import saving
from nn.basics import Floats
from nn.command_line.folder import Folder
from nn.reports import Report
from nn.tables import Learnt, Task, UserError, build

FILES = ("index.html", "report.json", "graph.svg", "play.html", "history.csv", "model.npz")
ASKED = ("playground.html",)  # which there is only when asked for
EARLIER = ("loss.svg", "boundary.svg")  # that reports of 0.1.0 had beside them
LATEST, RUNS = Path("report"), Path("runs")
_DRAWN = 4000  # parameters: a graph of more is no picture
_PLAYED = 1000  # rows that a playground has at most
_NEURONS = 100  # inputs and neurons of a picture of the network


@dataclass(frozen=True)
class Pictures:
    """What draws, given from outside, since nn does not know viz.

    Attributes:
        graph: The graph of a Value, forward and backward, as SVG.
        player: A page that plays both passes over the graph of a Value, as HTML.
        network: The neurons and weights of a model as SVG: from the model, the names of its inputs
            and outputs, and "light" or "dark".
        playground: A page in which a model trains on a table, as HTML.
    """

    graph: Callable[[Value], bytes]
    player: Callable[[Value], bytes]
    network: Callable[[object, Sequence[str], Sequence[str], str], bytes]
    playground: Callable[[object, Floats, Floats], bytes] | None = None


class Place:
    """Where a training is written, all of it or nothing.

    Args:
        out: A folder that the results are put into, in place of those of another report; None makes
            a new one, `runs/NAME-DATE`, and also writes `report/`.
        name: What the run is called.

    Raises:
        OSError: If a folder cannot be made, or holds other files.
    """

    def __init__(self, out: Path | None, name: str) -> None:
        names = (*FILES, *ASKED, *EARLIER)
        self.shown = out or LATEST
        self.latest = Folder(self.shown, names)
        self.run: Folder | None = None
        if out is None:
            place = RUNS / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}"
            self.run = Folder(place, (*FILES, *ASKED))

    def log(self, name: str) -> Path:
        """Return the file that a search writes what it has tried to."""
        place = self.shown if self.run is None else self.run.target.parent / name
        return place.with_name(f"{place.name}-search.jsonl")

    def finish(self) -> None:
        """Put what was written with `latest.file(name)` into place: the run first."""
        if self.run is not None:
            for name in (*FILES, *ASKED):
                if (made := self.latest.file(name)).exists():
                    shutil.copyfile(made, self.run.file(name))
            self.run.finish_anew()
        self.latest.finish()

    def discard(self) -> None:
        """Remove what has been written, unless it is in its place."""
        for folder in (self.run, self.latest):
            if folder is not None:
                folder.discard()

    def describe(self) -> str:
        """Return where to look."""
        kept = f" (kept in {self.run.target})" if self.run is not None else ""
        return f"report: {self.shown / 'index.html'}{kept}"


def write_files(
    folder: Folder, task: Task, learnt: Learnt, facts: dict[str, Any], pictures: Pictures
) -> list[str]:
    """Write the files of a training; return a line for each that is left out."""
    model, drawn, missing = learnt.model, {}, []
    if model.count_params() <= _DRAWN:
        root = sample_loss(task, learnt)
        player = pictures.player(root)
        folder.file("graph.svg").write_bytes(pictures.graph(root))
        folder.file("play.html").write_bytes(player)
        drawn["player"] = player.decode()
    else:
        missing.append(
            f"graph.svg and play.html left out: {model.count_params()} parameters are too many to "
            "look at"
        )
    features, classes = task.dataset.feature_names, task.classes
    if len(features) + sum(learnt.settings.hidden) <= _NEURONS:
        outputs = classes if len(classes) > 2 else [classes[1] if classes else facts["target"]]
        for theme, name in (("light", "network"), ("dark", "network dark")):
            drawn[name] = pictures.network(model, features, outputs, theme).decode()
    found = Report(facts, drawn)
    found.save(folder.file("index.html"))
    found.save(folder.file("report.json"))
    learnt.history.to_csv(folder.file("history.csv"))
    saving.save(model, folder.file("model.npz"), task.notes(learnt.loss))
    return missing


def write_playground(folder: Folder, task: Task, learnt: Learnt, pictures: Pictures) -> str:
    """Write the page in which the network of a training trains anew; return why not, if so."""
    assert pictures.playground is not None
    model, loss, measured = build(task, learnt.settings)
    model.compile(learnt.settings.optimizer, loss, measured)
    model.optimizer.learning_rate = learnt.settings.learning_rate
    x, y = (np.asarray(part[:_PLAYED]) for part in task.train)
    y = y if task.classes else task.unit(y)
    try:
        page = pictures.playground(model, x, y)
    except (RuntimeError, ValueError) as reason:
        return f"playground.html left out: {reason}"
    folder.file("playground.html").write_bytes(page)
    return ""


def sample_loss(task: Task, learnt: Learnt) -> Value:
    """Return the loss of the first test row, its backward pass done."""
    (x, y), model = task.test, learnt.model
    inputs = [
        Value(number, label=name)
        for number, name in zip(x[0].tolist(), task.dataset.feature_names, strict=True)
    ]
    model.zero_grad()
    loss = model.loss(model.forward(inputs), float(y[0]))
    loss.label = "loss"
    loss.backward()
    return loss


def read_run(path: Path) -> dict[str, Any] | None:
    """Return the facts of a run; None of a file, as the log of a search.

    Raises:
        UserError: If it is no run, or its facts are damaged.
    """
    if path.is_file() and path.suffix != ".json":
        return None
    file = path if path.is_file() else path / "report.json"
    if not file.is_file():
        raise UserError(f"{path} has no report.json; name folders that `python -m nn train` made")
    try:
        facts = json_of(file.read_text(encoding="utf-8"))
        scores, history = facts["test"]["scores"], facts["training"]["history"] or {}
        facts["test"]["scores"] = dict(zip(scores, _numbers(scores.values()), strict=True))
        facts["training"]["history"] = {name: _numbers(kept) for name, kept in history.items()}
        facts["name"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{file} is no report of `python -m nn train`, or is damaged") from None
    found: dict[str, Any] = facts
    return found


def _numbers(kept: Iterable[float | None]) -> list[float]:
    """Return numbers with nan for null, which stands for what is nan or infinite."""
    return [math.nan if number is None else float(number) for number in kept]

"""Runs: writes the results of a training to a folder of its own, and to `report/`, the latest."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograd_core import Value
from autograd_core.files import JSON, json_of
from nn import saving
from nn.basics import Floats
from nn.command_line.folder import Folder
from nn.reports import Report
from nn.tables import Learnt, Task, UserError, build

FILES = ("index.html", "report.json", "graph.svg", "play.html", "history.csv", "model.npz")
OPTIONAL = ("playground.html",)  # with --playground
EARLIER = ("loss.svg", "boundary.svg")  # further files of reports of 0.1.0, to be replaced
LATEST, RUNS = Path("report"), Path("runs")
_MAX_DRAWN_PARAMETERS = 4000  # a graph of more is not readable
_PLAYGROUND_ROWS = 1000  # rows in a playground, at most
_MAX_DRAWN_NEURONS = 100  # inputs and neurons in a picture of the network


@dataclass(frozen=True)
class Pictures:
    """Functions that draw, passed in, as nn does not import viz.

    Attributes:
        graph: Returns the graph of a Value, forward and backward, as SVG.
        player: Returns a page that plays both passes over the graph of a Value, as HTML.
        network: Returns the neurons and weights of a model as SVG; its arguments are the model, the
            names of its inputs and outputs, and "light" or "dark".
        playground: Returns a page in which a model trains on a table, as HTML.
    """

    graph: Callable[[Value], bytes]
    player: Callable[[Value], bytes]
    network: Callable[[object, Sequence[str], Sequence[str], str], bytes]
    playground: Callable[[object, Floats, Floats], bytes] | None = None


class Place:
    """The folders to which a training is written, completely or not at all.

    Args:
        out: The folder; an earlier report in it is replaced. None creates `runs/NAME-DATE`, and
            replaces `report/` too.
        name: The name of the run.

    Raises:
        OSError: If a folder cannot be created, or has other files.
    """

    def __init__(self, out: Path | None, name: str) -> None:
        names = (*FILES, *OPTIONAL, *EARLIER)
        self.shown = out or LATEST
        self.latest = Folder(self.shown, names)
        self.run: Folder | None = None
        if out is None:
            place = RUNS / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}"
            self.run = Folder(place, (*FILES, *OPTIONAL))

    def log(self, name: str) -> Path:
        """Return the path of the log of a search."""
        place = self.shown if self.run is None else self.run.target.parent / name
        return place.with_name(f"{place.name}-search.jsonl")

    def finish(self) -> None:
        """Move the files that were written with `latest.file(name)`; a copy to the run first."""
        if self.run is not None:
            for name in (*FILES, *OPTIONAL):
                if (made := self.latest.file(name)).exists():
                    shutil.copyfile(made, self.run.file(name))
            self.run.finish_anew()
        self.latest.finish()

    def discard(self) -> None:
        """Remove drafts that have not been moved."""
        for folder in (self.run, self.latest):
            if folder is not None:
                folder.discard()

    def describe(self) -> str:
        """Describe where the report is."""
        kept = f" (kept in {self.run.target})" if self.run is not None else ""
        return f"report: {self.shown / 'index.html'}{kept}"


def write_files(
    folder: Folder, task: Task, learnt: Learnt, facts: dict[str, JSON], pictures: Pictures
) -> list[str]:
    """Write the files of a training; return a line for each that is left out."""
    model, drawn, missing = learnt.model, {}, []
    if model.count_params() <= _MAX_DRAWN_PARAMETERS:
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
    if len(features) + sum(learnt.settings.hidden) <= _MAX_DRAWN_NEURONS:
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
    """Write the page in which the network is trained again; return why it is left out, or ""."""
    assert pictures.playground is not None
    model, loss, measured = build(task, learnt.settings)
    model.compile(learnt.settings.optimizer, loss, measured)
    model.optimizer.learning_rate = learnt.settings.learning_rate
    x, y = (np.asarray(part[:_PLAYGROUND_ROWS]) for part in task.train)
    y = y if task.classes else task.unit(y)
    try:
        page = pictures.playground(model, x, y)
    except (RuntimeError, ValueError) as reason:
        return f"playground.html left out: {reason}"
    folder.file("playground.html").write_bytes(page)
    return ""


def sample_loss(task: Task, learnt: Learnt) -> Value:
    """Return the loss of the first test row, after `backward()`."""
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


def read_run(path: Path) -> dict[str, JSON] | None:
    """Return the facts of a run; None for a file that is not JSON, such as the log of a search.

    Raises:
        UserError: If it is not a run, or its facts are damaged.
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
    found: dict[str, JSON] = facts
    return found


def _numbers(kept: Iterable[float | None]) -> list[float]:
    """Return numbers with nan for null, which stands for nan and infinite numbers."""
    return [math.nan if number is None else float(number) for number in kept]

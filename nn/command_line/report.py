"""Report: what `python -m nn train` has to show: one page, its pictures, the numbers, the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template

import numpy as np

from autograd_core import Value
from nn import metrics
from nn.basics import Floats
from nn.command_line.folder import Folder
from nn.command_line.page import confusion_table, html_table, number, tiles
from nn.command_line.tasks import Task, confusion
from nn.models import MLP
from nn.modules import History

FILES = (
    "index.html",
    "graph.svg",
    "play.html",
    "loss.svg",
    "boundary.svg",
    "history.csv",
    "model.npz",
)
_SAMPLES = 8  # test rows that the page shows


@dataclass(frozen=True)
class Pictures:
    """What draws, given from outside, since nn does not know viz.

    Attributes:
        graph: The graph of a Value, forward and backward, as SVG.
        player: A page that plays both passes over the graph of a Value, as HTML.
        history: The curves of a history as SVG; ImportError where matplotlib is missing.
        boundary: The decisions of a model of two inputs as SVG, from the model, x, y, the names of
            the inputs and those of the classes.
    """

    graph: Callable[[Value], bytes]
    player: Callable[[Value], bytes]
    history: Callable[[History], bytes]
    boundary: Callable[[object, Floats, Floats, Sequence[str], Sequence[str]], bytes]


@dataclass(frozen=True)
class Report:
    """What there is to say about a training run.

    Attributes:
        task: What was learnt.
        seed: The seed it was learnt with.
        model: The trained model.
        history: What happened epoch by epoch.
        scores: Loss and metrics on the test part.
        outputs: `(samples, outputs)` the model's answers for the test part.
    """

    task: Task
    seed: int
    model: MLP
    history: History
    scores: Mapping[str, float]
    outputs: Floats

    def text(self) -> str:
        """Return scores, the baseline and the confusion matrix for the terminal."""
        lines = [f"test {name} {score:.4f}" for name, score in self.scores.items()]
        if self.task.classes:
            name, share = self.task.baseline()
            lines.append(f"baseline {share:.4f} (always {name})")
            lines.append(f"\n{confusion(self.task.classes, self.task.test[1], self.outputs)}")
        return "\n".join(lines)

    def write(self, folder: Folder, pictures: Pictures, sample: Value) -> list[str]:
        """Write the page and the pictures; return a line for each that had to be left out.

        Args:
            folder: Where to.
            pictures: What draws them.
            sample: The loss of one test sample, its backward pass done.
        """
        folder.file("graph.svg").write_bytes(pictures.graph(sample))
        folder.file("play.html").write_bytes(pictures.player(sample))
        missing = []
        sections = {"curves": "", "boundary": ""}
        try:
            folder.file("loss.svg").write_bytes(pictures.history(self.history))
            sections["curves"] = _figure("loss.svg", "Loss and metrics over the epochs")
            if self.task.plane:
                x, y = self.task.test
                names = self.task.dataset.feature_names
                drawn = pictures.boundary(self.model, x, y, names, self.task.classes)
                folder.file("boundary.svg").write_bytes(drawn)
                sections["boundary"] = (
                    "<section><h2>What it answers where</h2>"
                    + _figure("boundary.svg", "The plane of the inputs, coloured by the answer")
                    + "<p>The dots are the test rows, in the standardised scale.</p></section>"
                )
        except ImportError as error:
            missing.append(f"loss.svg left out: {error}")
            sections["curves"] = f"<p>{escape(str(error))}</p>"
        page = files("nn.command_line").joinpath("report.html").read_text(encoding="utf-8")
        made = Template(page).substitute(sections, **self._texts())
        folder.file("index.html").write_text(made, encoding="utf-8")
        return missing

    def _texts(self) -> dict[str, str]:
        """Return what goes into the page."""
        task = self.task
        table = task.dataset
        return {
            "name": escape(task.name),
            "headline": escape(self._headline()),
            "comparison": escape(self._comparison()),
            "tiles": tiles(self._tiles()),
            "verdict": "Right and wrong" if task.classes else "Errors",
            "result": self._result(),
            "model": html_table(
                ["layer", "kind", "units", "activation", "parameters"], self.model.summary_rows()
            ),
            "samples": self._samples(),
            "target": escape(f"{table.target_name}: {task.describe_target()}"),
            "split": escape(task.describe_split(self.seed)),
            "columns": html_table(
                ["input", "smallest", "mean", "largest"],
                [
                    [name, float(column.min()), _mean(column), float(column.max())]
                    for name, column in zip(table.feature_names, table.x.T, strict=True)
                ],
            ),
        }

    def _headline(self) -> str:
        if "accuracy" in self.scores:
            return f"{self.scores['accuracy']:.1%} accuracy"
        return f"R² {self.scores['r2']:.3f}"

    def _comparison(self) -> str:
        if self.task.classes:
            name, share = self.task.baseline()
            return f"always answering {name!r} would give {share:.1%}"
        return f"the mean of {self.task.dataset.target_name} for every row would give R² 0"

    def _tiles(self) -> list[tuple[str, str]]:
        shown = [(f"test {name}", number(score)) for name, score in self.scores.items()]
        return [
            *shown,
            ("rows to train", str(len(self.task.train[0]))),
            ("rows to test", str(len(self.task.test[0]))),
            ("epochs", str(len(self.history))),
            ("parameters", str(self.model.count_params())),
        ]

    def _result(self) -> str:
        y = self.task.test[1]
        if self.task.classes:
            return confusion_table(self.task.classes, metrics.confusion_matrix(y, self.outputs))
        errors = np.abs(self.outputs[:, 0] - y)
        return html_table(
            ["error of a test row", self.task.dataset.target_name],
            [
                [name, float(np.quantile(errors, share))]
                for name, share in (("half are below", 0.5), ("nine in ten", 0.9), ("largest", 1.0))
            ],
        )

    def _samples(self) -> str:
        """Return the test rows that the model is most wrong about, in the table's own units."""
        task, given, (_, y) = self.task, self.task.given, self.task.test
        if task.classes:
            shares = metrics.shares(self.outputs)
            said = shares.argmax(axis=1)
            order = np.argsort(shares[np.arange(len(y)), y.astype(int)], kind="stable")
            answers: list[list[object]] = [
                [task.classes[int(y[i])], task.classes[said[i]], f"{shares[i, said[i]]:.1%}"]
                for i in order[:_SAMPLES]
            ]
            header, marked = ["true", "answer", "certainty"], [said[i] != y[i] for i in order]
        else:
            errors = self.outputs[:, 0] - y
            order = np.argsort(-np.abs(errors), kind="stable")
            answers = [
                [float(y[i]), float(self.outputs[i, 0]), float(errors[i])] for i in order[:_SAMPLES]
            ]
            header, marked = ["true", "answer", "error"], []
        rows = [[*answer, *given[i].tolist()] for answer, i in zip(answers, order, strict=False)]
        return html_table([*header, *task.dataset.feature_names], rows, marked)


def _mean(column: Floats) -> float:
    """Return the mean; 0 where nothing but rounding is left of it."""
    mean = float(column.mean())
    return mean if abs(mean) > 1e-12 * np.abs(column).max() else 0.0


def _figure(file: str, alt: str) -> str:
    return f'<a class="picture" href="{file}"><img src="{file}" alt="{alt}"></a>'

"""Report: the folder that `python -m nn train` writes, all of it or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from autograd_core import Value
from nn.history import History

FILES = ("index.html", "graph.svg", "loss.svg", "history.csv", "model.npz")


@dataclass(frozen=True)
class Pictures:
    """What draws, given from outside, since nn does not know viz.

    Attributes:
        graph: The graph of a Value, forward and backward, as SVG.
        history: The curves of a history as SVG; ImportError where matplotlib is missing.
    """

    graph: Callable[[Value], bytes]
    history: Callable[[History], bytes]


class Folder:
    """A folder that is written beside its place and put there when it is complete."""

    def __init__(self, target: Path) -> None:
        self.target = target
        parent = Path(os.path.abspath(target)).parent
        parent.mkdir(parents=True, exist_ok=True)
        self.draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=parent))
        self.draft.chmod(0o755)  # mkdtemp's own rights are the owner's only

    def file(self, name: str) -> Path:
        """Return where to write a file of that name."""
        return self.draft / name

    def finish(self) -> None:
        """Put the folder into its place; an old report there is replaced."""
        old = self.draft.with_name(self.draft.name + "-old")
        if self.target.exists():
            self.target.rename(old)
        try:
            self.draft.rename(self.target)
        except OSError:
            if old.exists():
                old.rename(self.target)
            raise
        shutil.rmtree(old, ignore_errors=True)

    def discard(self) -> None:
        """Remove what has been written, unless it is in its place."""
        shutil.rmtree(self.draft, ignore_errors=True)


def prepare_folder(target: Path) -> Folder:
    """Return a folder to write a report into.

    Raises:
        OSError: If it cannot be made there, or holds anything that is no report.
    """
    if target.is_dir():
        foreign = sorted(set(os.listdir(target)) - set(FILES))
        if foreign:
            raise FileExistsError(
                17, f"holds {foreign[0]!r}, which is no part of a report; choose another folder",
                str(target),
            )  # fmt: skip
    elif target.exists():
        raise NotADirectoryError(20, "is a file, not a folder; choose another name", str(target))
    return Folder(target)


def scores_text(part: str, scores: Mapping[str, float], confusion: str) -> str:
    """Return scores, a line each, and the confusion matrix as text."""
    lines = [f"{part} {name} {number:.4f}".lstrip() for name, number in scores.items()]
    return "\n".join([*lines, *([f"\n{confusion}"] if confusion else [])])


@dataclass(frozen=True)
class Report:
    """What there is to say about a training run.

    Attributes:
        name: The table's name.
        table: What the table is.
        model: The model's summary.
        scores: Loss and metrics on the test part.
        confusion: The confusion matrix as text; empty for regression.
        history: What happened epoch by epoch.
    """

    name: str
    table: str
    model: str
    scores: Mapping[str, float]
    confusion: str
    history: History

    def write(self, folder: Folder, pictures: Pictures, sample: Value) -> list[str]:
        """Write the page and the pictures; return a line for each that had to be left out."""
        folder.file("graph.svg").write_bytes(pictures.graph(sample))
        missing, curves = [], '<img src="loss.svg" alt="Loss and metrics over the epochs">'
        try:
            folder.file("loss.svg").write_bytes(pictures.history(self.history))
        except ImportError as error:
            missing.append(f"loss.svg left out: {error}")
            curves = f"<p>{escape(str(error))}</p>"
        template = files("nn").joinpath("report.html").read_text(encoding="utf-8")
        page = Template(template).substitute(
            name=escape(self.name),
            headline=escape(self._headline()),
            table=escape(self.table),
            model=escape(self.model),
            result=escape(scores_text("test", self.scores, self.confusion)),
            epochs=len(self.history),
            curves=curves,
        )
        folder.file("index.html").write_text(page, encoding="utf-8")
        return missing

    def _headline(self) -> str:
        name = "accuracy" if "accuracy" in self.scores else "loss"
        number = self.scores[name]
        return f"{number:.1%} {name}" if name == "accuracy" else f"{name} {number:.4g}"

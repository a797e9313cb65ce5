"""Report: the facts about a model, shown as a page, as JSON or as text."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from autograd_core.files import JSON, Location, write_whole
from nn.basics import figure, text_table
from nn.reports.page import page_of
from nn.reports.sentences import first_line, sentences


@dataclass(frozen=True)
class Report:
    """An evaluation of a model; a notebook shows it as a page.

    Attributes:
        facts: Everything in it, as a dict that JSON can hold.
        pictures: Pictures on the page: `network` and `network dark` as SVG, `player` as HTML.
    """

    facts: dict[str, JSON]
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def html(self) -> str:
        """The page, self-contained."""
        return page_of(self.facts, self.pictures)

    @property
    def json(self) -> str:
        """The facts as JSON; null for nan and infinite numbers."""
        return json.dumps(_without_nan(self.facts), indent=1, allow_nan=False)

    def save(self, path: Location) -> Path:
        """Write the page, or the facts if the name ends with `.json`."""
        return write_whole(path, self.json if str(path).endswith(".json") else self.html)

    def __str__(self) -> str:
        return text_of(self.facts)

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="report" '
            'style="width: 100%; height: 46rem; border: 0"></iframe>'
        )


def _without_nan(facts: JSON) -> JSON:
    """Return facts with None for each nan and infinity, which JSON does not have."""
    if isinstance(facts, Mapping):
        return {name: _without_nan(fact) for name, fact in facts.items()}
    if isinstance(facts, list | tuple):
        return [_without_nan(fact) for fact in facts]
    return None if isinstance(facts, float) and not math.isfinite(facts) else facts


def text_of(facts: Mapping[str, JSON]) -> str:
    """Return the facts as text: scores, baselines, classes, confusion matrix, findings."""
    test, baselines = facts["test"], facts.get("baselines") or {}
    intervals = test["intervals"]
    header = ["", "network" if baselines else facts["name"], "95 % interval"]
    header += [{"constant": "constant", "linear": "linear model"}[name] for name in baselines]
    rows: list[list[object]] = []
    kind = "test " if baselines else ""  # without baselines, the user chose the rows
    for name, score in test["scores"].items():
        low, high = intervals.get(name, ("", ""))
        shown = f"{low:.4g} to {high:.4g}" if low != "" else ""
        others = [figure(scores[name]) for scores in baselines.values()]
        rows.append([f"{kind}{name}", figure(score), shown, *others])
    parts = [first_line(facts), "", "\n".join(text_table(header, rows))]
    if facts["classes"]:
        classes = [
            [
                row["class"],
                *(f"{row[n]:.3f}" for n in ("precision", "recall", "f1")),
                row["support"],
            ]
            for row in test["per_class"]
        ]
        parts += ["", "\n".join(text_table(["", "precision", "recall", "f1", "rows"], classes))]
        matrix = [
            [name, *row] for name, row in zip(facts["classes"], test["confusion"], strict=True)
        ]
        table = text_table(["true \\ predicted", *facts["classes"]], matrix)
        parts += ["", "\n".join(table)]
    return "\n".join([*parts, "", *(f"- {line}" for line in sentences(facts))])

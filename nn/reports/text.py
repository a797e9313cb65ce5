"""Text: the facts of a report for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nn.basics import text_table
from nn.reports.sentences import first_line, sentences


def text_of(facts: Mapping[str, Any]) -> str:
    """Return scores beside the baselines, the classes, the confusion matrix, what stands out."""
    test, baselines = facts["test"], facts.get("baselines") or {}
    intervals = test["intervals"]
    header = ["", "network" if baselines else facts["name"], "95 % interval"]
    header += [{"constant": "constant", "linear": "linear model"}[name] for name in baselines]
    rows: list[list[object]] = []
    kind = "test " if baselines else ""  # without them it is a table of the user's choice
    for name, score in test["scores"].items():
        low, high = intervals.get(name, ("", ""))
        shown = f"{low:.4g} to {high:.4g}" if low != "" else ""
        others = [f"{scores[name]:.4f}" for scores in baselines.values()]
        rows.append([f"{kind}{name}", f"{score:.4f}", shown, *others])
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

"""Compare: several runs side by side, as a table and as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from autograd_core.files import JSON
from nn.reports.charts import chart
from nn.reports.page import filled
from nn.reports.pieces import html_table

_SETTINGS = (
    "hidden", "learning_rate", "weight_decay", "dropout", "batch_size", "optimizer", "seed",
)  # fmt: skip


def compared(
    runs: Mapping[str, Mapping[str, JSON]],
) -> tuple[list[str], list[list[object]], list[str], str]:
    """Return the header and the rows of a table of runs, best first; notes; and a page.

    Args:
        runs: The facts of each run, by its name.
    """
    scores = list(dict.fromkeys(s for facts in runs.values() for s in facts["test"]["scores"]))
    settings = [facts["training"]["settings"] or {} for facts in runs.values()]
    varied = [key for key in _SETTINGS if len({str(one.get(key)) for one in settings}) > 1]
    header = ["run", "table", *scores, "linear", "epoch", *varied]
    names = sorted(runs, key=lambda name: (runs[name]["name"], -_main_score(runs[name])))
    rows = [_row(name, runs[name], scores, varied) for name in names]
    notes = _notes([*runs.values()])
    histories = [(name, runs[name]["training"]["history"] or {}) for name in names]
    loss = [
        (name, [[i + 1.0, value] for i, value in enumerate(history["val_loss"])])
        for name, history in histories
        if "val_loss" in history
    ]
    body = html_table(header, rows) + "".join(f"<p>{escape(note)}</p>" for note in notes)
    drawn = chart("Validation loss", "epoch", "loss", loss[:8])
    sections = [("Runs", body), ("Training", drawn)]
    page = filled("python -m nn compare", f"{len(runs)} runs", sections)
    return header, rows, notes, page


def _notes(runs: Sequence[Mapping[str, JSON]]) -> list[str]:
    """Return a note if the figures of the runs cannot be compared."""
    if len({facts.get("again", {}).get("sha256 of the table") for facts in runs}) > 1:
        return ["the runs are about different tables: their figures do not compare"]
    if len({facts["table"].get("split") for facts in runs}) > 1:
        return ["the runs were tested on different rows: small differences mean nothing"]
    return []


def _main_score(facts: Mapping[str, JSON]) -> float:
    scores = facts["test"]["scores"]
    return float(scores["accuracy"] if facts["classes"] else scores["r2"])


def _row(
    name: str, facts: Mapping[str, JSON], scores: list[str], varied: list[str]
) -> list[object]:
    found, settings = facts["test"]["scores"], facts["training"]["settings"] or {}
    linear = facts.get("baselines", {}).get("linear", {})
    shown = [f"{found[score]:.4g}" if score in found else "" for score in scores]
    main = linear.get("accuracy" if facts["classes"] else "r2")
    return [
        name,
        facts["name"],
        *shown,
        "" if main is None else f"{main:.4g}",
        facts["training"].get("kept") or "",
        *(_setting_text(settings.get(key)) for key in varied),
    ]


def _setting_text(value: object) -> str:
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)

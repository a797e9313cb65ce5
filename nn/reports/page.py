"""Page: the facts of a report as one self-contained HTML file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template

from autograd_core.files import JSON
from nn.reports.answers import answers_section, columns_section
from nn.reports.charts import chart, plane_picture
from nn.reports.pieces import html_table, number, scrolled, side_by_side, tiles
from nn.reports.sentences import first_line, sentences

_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)
_MAX_COLUMNS = 40  # columns that the page describes
_UNIT_NOTE = (
    "<p>While training, the target has mean 0 and deviation 1, and so have these figures.</p>"
)


def page_of(facts: Mapping[str, JSON], pictures: Mapping[str, str]) -> str:
    """Return the page.

    Args:
        facts: As from `facts_of` or `report`.
        pictures: Pictures drawn elsewhere: `network` and `network dark` as SVG, `player` as HTML.
    """
    headline, _, lead = first_line(facts).partition("; ")
    found = "".join(f"<li>{escape(line)}</li>" for line in sentences(facts))
    return filled(
        facts["name"],
        headline,
        _sections(facts, pictures),
        scripts=_SCRIPT.findall(pictures.get("player", "")),
        lead=escape(lead and f"{lead[:1].upper()}{lead[1:]}."),
        findings=f'<section class="findings"><h2>What stands out</h2><ul>{found}</ul></section>',
        tiles=tiles(_tiles(facts)),
    )


def filled(
    name: str,
    headline: str,
    sections: Sequence[tuple[str, str]],
    *,
    scripts: Sequence[str] = (),
    lead: str = "",
    findings: str = "",
    tiles: str = "",
) -> str:
    """Return a page made of these parts.

    Args:
        name: The title.
        headline: The first heading.
        sections: The title and the HTML of each section; sections without HTML are left out.
        scripts: Scripts in frames of the page that the content security policy has to allow.
        lead: HTML below the headline.
        findings: HTML below the lead.
        tiles: HTML below the findings.
    """
    here = files("nn.reports")
    script = here.joinpath("report.js").read_text(encoding="utf-8")
    body = [
        f"<section><h2>{escape(title)}</h2>{html}</section>" for title, html in sections if html
    ]
    return Template(here.joinpath("report.html").read_text(encoding="utf-8")).substitute(
        name=escape(name),
        headline=escape(headline),
        lead=lead,
        findings=findings,
        tiles=tiles,
        sections="".join(body),
        script=script,
        policy=_policy(script, *scripts),
    )


def _policy(*scripts: str) -> str:
    """Return a Content-Security-Policy that allows only these scripts, and loads nothing."""
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    allowed = " ".join(f"'sha256-{made}'" for made in hashes)
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {allowed}"


def _tiles(facts: Mapping[str, JSON]) -> list[tuple[str, str]]:
    shown = [(f"test {name}", number(score)) for name, score in facts["test"]["scores"].items()]
    parts = facts["table"].get("parts", {})
    shown += [(f"{name} rows", str(count)) for name, count in parts.items() if count]
    epochs = len((facts["training"]["history"] or {}).get("loss", []))
    if epochs:
        shown.append(("epochs", str(epochs)))
    if "network" in facts:
        shown.append(("parameters", str(facts["network"]["parameters"])))
    return shown


def _sections(facts: Mapping[str, JSON], pictures: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        ("Training", _training(facts["training"], facts["classes"])),
        ("Beside simple models", _baselines(facts)),
        ("Answers for the test rows", answers_section(facts)),
        ("What the answers depend on", columns_section(facts)),
        ("What it answers where", plane_picture(facts)),
        ("Where it is most wrong", _wrong(facts)),
        ("Network", _network(facts, pictures)),
        ("One test row, forward and backward", _player(pictures)),
        ("Table", _table(facts)),
        ("Cross-validation", _rows(facts.get("folds"), "part")),
        ("What the search tried", _rows(facts.get("trials"), "place")),
        ("Run it again", _again(facts)),
    ]


def _training(training: Mapping[str, JSON], classes: Sequence[str]) -> str:
    history: Mapping[str, Sequence[float]] = training["history"] or {}
    names = [name for name in history if not name.startswith("val_") and name != "learning_rate"]
    kept = training.get("kept")
    mark = (float(kept), f"epoch {kept} kept") if kept and "val_loss" in history else None
    charts = []
    for name in names:
        series = [
            (label, [[i + 1.0, value] for i, value in enumerate(history[key])])
            for label, key in (("training", name), ("validation", f"val_{name}"))
            if key in history
        ]
        charts.append(chart(name.capitalize(), "epoch", name, series, mark=mark))
    if not charts:
        return ""
    unit = "" if classes or not training.get("settings") else _UNIT_NOTE
    return side_by_side(*charts) + unit


def _baselines(facts: Mapping[str, JSON]) -> str:
    found = facts.get("baselines")
    if not found:
        return ""
    scores = facts["test"]["scores"]
    named = {"linear": "linear model", "constant": f"always {found['constant']['answer']}"}
    rows: list[list[object]] = [["network", *scores.values()]]
    rows += [[named[name], *(found[name][s] for s in scores)] for name in ("linear", "constant")]
    intervals = facts["test"]["intervals"]
    below = "; ".join(
        f"{name} {number(low)} to {number(high)}" for name, (low, high) in intervals.items()
    )
    return (
        html_table(["", *scores], rows)
        + f"<p>95 % intervals of the network's figures: {escape(below)} (bootstrap: draws of the "
        "test rows with replacement). The linear model has learnt from the rows to train on and to "
        "validate with.</p>"
    )


def _wrong(facts: Mapping[str, JSON]) -> str:
    rows = facts["wrong"]
    if not rows:
        return ""
    keys = [key for key in rows[0] if key not in ("inputs", "wrong")]
    names = list(rows[0]["inputs"])
    body = [[*(_row_cell(row, key) for key in keys), *row["inputs"].values()] for row in rows]
    return html_table([*keys, *names], body, [row.get("wrong", False) for row in rows])


def _row_cell(row: Mapping[str, JSON], key: str) -> object:
    return f"{row[key]:.1%}" if key == "sure" else row[key]


def _network(facts: Mapping[str, JSON], pictures: Mapping[str, str]) -> str:
    if "network" not in facts:
        return ""
    header = ["layer", "kind", "units", "activation", "parameters"]
    link = '<p><a href="playground.html">Train this network in a page of its own</a></p>'
    drawn = html_table(header, facts["network"]["layers"]) + _picture(pictures)
    return drawn + (link if facts.get("playground") else "")


def _picture(pictures: Mapping[str, str]) -> str:
    if not pictures.get("network"):
        return ""
    light, dark = (_data_url(pictures.get(name, "")) for name in ("network", "network dark"))
    source = f'<source srcset="{dark}" media="(prefers-color-scheme: dark)">' if dark else ""
    return scrolled(
        f'<picture class="drawn">{source}<img src="{light}" alt="The neurons with their weights: '
        'orange lines for positive ones, blue for negative, wide for large"></picture>'
    )


def _data_url(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}" if svg else ""


def _player(pictures: Mapping[str, str]) -> str:
    if not pictures.get("player"):
        return ""
    return (
        "<p>The inputs flow through every neuron to the loss; the gradient flows back from the "
        'loss to every number.</p><details class="player"><summary>Play both passes, step by step'
        '</summary><iframe title="The two passes over one test row" '
        f'data-page="{escape(pictures["player"])}"></iframe></details>'
    )


def _table(facts: Mapping[str, JSON]) -> str:
    table = facts["table"]
    notes = "".join(f"<li>{escape(note)}</li>" for note in table["notes"])
    keys = ("input", "smallest", "mean", "largest")
    rows = [[column[key] for key in keys] for column in table["columns"][:_MAX_COLUMNS]]
    return (
        f"<p><b>{escape(facts['target'])}: {escape(table['target'])}</b><br>"
        f"{escape(table.get('split', ''))}</p>"
        + (f"<ul>{notes}</ul>" if notes else "")
        + html_table(keys, rows)
    )


def _rows(found: Sequence[Mapping[str, JSON]] | None, name: str) -> str:
    if not found:
        return ""
    rows = [[i + 1, *(_cell(value) for value in one.values())] for i, one in enumerate(found)]
    return html_table([name, *found[0]], rows)


def _cell(value: object) -> object:
    return " ".join(map(str, value)) or "none" if isinstance(value, list | tuple) else value


def _again(facts: Mapping[str, JSON]) -> str:
    again = facts.get("again")
    if not again:
        return ""
    settings = facts["training"]["settings"] or {}
    known: dict[str, JSON] = {**settings, "seconds of training": facts["training"]["seconds"]}
    known |= {**again["versions"], "sha256 of the table": again["sha256 of the table"]}
    rows = "".join(
        f"<dt>{escape(str(key))}</dt><dd>{escape(_value_text(value))}</dd>"
        for key, value in known.items()
    )
    return (
        f'<pre tabindex="0">{escape(again["command"])}</pre>'
        "<p>model.npz is the network, history.csv has the numbers of every epoch, report.json all "
        "figures of this page; they lie where this page was made.</p>"
        '<pre tabindex="0">python -m nn evaluate model.npz table.csv\n'
        "python -m nn predict model.npz new.csv -o answers.csv</pre>"
        f"<dl>{rows}</dl>"
    )


def _value_text(value: object) -> str:
    if value is None or value == "":
        return "none"
    return f"{value:.4g}" if isinstance(value, float) else json.dumps(value).strip('"')

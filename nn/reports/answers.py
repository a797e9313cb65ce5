"""Answers: the sections of a page about predictions for the test rows and important columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd_core.files import JSON
from nn.reports.charts import bars, chart
from nn.reports.pieces import confusion_table, html_table, side_by_side


def answers_section(facts: Mapping[str, JSON]) -> str:
    """Return the section about the predictions: tables and charts for classes, or for numbers."""
    return _classes(facts) if facts["classes"] else _numbers(facts["test"], facts["target"])


def _classes(facts: Mapping[str, JSON]) -> str:
    test = facts["test"]
    kinds = ("precision", "recall", "f1", "support")
    each = [[row["class"], *(row[kind] for kind in kinds)] for row in test["per_class"]]
    confusion = confusion_table(facts["classes"], test["confusion"])
    parts = [
        confusion,
        html_table(["class", *kinds], each),
        chart(
            "ROC curve" + _single_curve(test["curves"], "auc", "area"),
            "false positives, share of the others",
            "found, share",
            [(f"{c['class']} (area {c['auc']:.3f})", c["roc"]) for c in test["curves"]],
            diagonal=True,
            unit=True,
        ),
        chart(
            "Precision and recall" + _single_curve(test["curves"], "average precision", "average"),
            "recall",
            "precision",
            [
                (f"{c['class']} (average {c['average precision']:.3f})", c["precision recall"])
                for c in test["curves"]
            ],
            unit=True,
        ),
        chart(
            f"Calibration: error {test['calibration']['error']:.3f}",
            "how sure the answer is",
            "share that is right",
            [("answers", [[b["sure"], b["right"]] for b in test["calibration"]["bins"]])],
            dots=True,
            diagonal=True,
            unit=True,
        ),
    ]
    if test["thresholds"]:
        title = f"Answering {facts['classes'][1]} from a probability on"
        kept = [
            (k, _threshold_curve(test["thresholds"], k))
            for k in ("precision", "recall", "accuracy")
        ]
        parts.append(chart(title, "threshold", "share", kept, mark=(0.5, "in use"), unit=True))
    return side_by_side(*parts)


def _threshold_curve(rows: Sequence[Mapping[str, JSON]], kind: str) -> list[list[float]]:
    return [[row["threshold"], row[kind]] for row in rows if row[kind] is not None]


def _single_curve(curves: Sequence[Mapping[str, JSON]], key: str, word: str) -> str:
    """Return the class and the area of a single curve, for the title: there is no legend."""
    return f" of {curves[0]['class']}: {word} {curves[0][key]:.3f}" if len(curves) == 1 else ""


def _numbers(test: Mapping[str, JSON], target: str) -> str:
    pairs = test["pairs"]
    rows = [[name, value] for name, value in test["errors"].items()]
    return side_by_side(
        chart(
            "Predicted against true",
            f"true {target}",
            f"predicted {target}",
            [("test rows", pairs)],
            dots=True,
            diagonal=True,
        ),
        chart(
            "Errors",
            f"predicted {target}",
            "predicted - true",
            [("test rows", [[answer, answer - true] for true, answer in pairs])],
            dots=True,
        ),
        html_table(["error of a test row", target], rows),
    )


def columns_section(facts: Mapping[str, JSON]) -> str:
    """Return the section about the columns: their importance, and dependence on the first ones."""
    found = facts["importance"]
    ranked = [(one["column"], one["rise"], one["spread"]) for one in found["columns"][:15]]
    title = f"How much the {found['measure']} rises when a column is shuffled, 5 times"
    parts = [bars(title, ranked, f"rise of the {found['measure']}")]
    classes = facts["classes"]
    outputs = classes[1:] if len(classes) == 2 else classes[:8]
    for one in facts["dependence"]:
        at = one["at"] or [*range(len(one["kinds"]))]
        series = [
            (name, [[x, answer[i]] for x, answer in zip(at, one["answers"], strict=True)])
            for i, name in enumerate(outputs or [facts["target"]])
        ]
        y_name = "probability" if classes else f"predicted {facts['target']}"
        if len(outputs) == 1:
            y_name = f"probability of {outputs[0]}"
        title = f"Mean answer by {one['column']}"
        parts.append(chart(title, one["column"], y_name, series, kinds=one["kinds"]))
    return side_by_side(*parts)

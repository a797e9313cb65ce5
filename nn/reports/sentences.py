"""Sentences: the findings of a report in words, each with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from autograd_core.files import JSON

_RISE = 1.05  # last validation loss / lowest one, above which it is said to rise
_MIN_CALIBRATION_ERROR = 0.05  # smaller errors are not mentioned
_MIN_PLACEHOLDER_SHARE = 0.1  # placeholders in a smaller share of rows are not mentioned


def first_line(facts: Mapping[str, JSON]) -> str:
    """Return the headline: the main score, and whether it beats the baselines."""
    score, shown = _score(facts)
    network = facts["test"]["scores"][score]
    if not facts.get("baselines"):
        return f"{shown(network)} on {facts['test']['rows']} rows"
    linear, constant = (facts["baselines"][name] for name in ("linear", "constant"))
    always = f"always answering {constant['answer']!r}"
    if score == "r2":
        always = "the mean for every row"
    others = f"a linear model gives {shown(linear[score])}, {always} {shown(constant[score])}"
    if network < linear[score] or (network == linear[score] and _worse_loss(facts)):
        though = ""
        if facts["classes"] and not _worse_loss(facts):
            losses = facts["test"]["scores"]["loss"], linear["loss"]
            though = ", though its loss is lower ({:.3g} against {:.3g})".format(*losses)
        return f"The network does not beat the linear model: {shown(network)}; {others}{though}"
    if network < constant[score]:
        return f"The network is worth less than {always}: {shown(network)}; {others}"
    if network == linear[score]:
        return f"{shown(network)}, as the linear model, with a lower loss; {others}"
    return f"{shown(network)}; {others}"


def sentences(facts: Mapping[str, JSON]) -> list[str]:
    """Return all findings: about training, predictions, split, table, columns and trials."""
    parts = (_training, _answers, _split, _table, _columns, _trials)
    return [sentence for part in parts for sentence in part(facts)]


def _worse_loss(facts: Mapping[str, JSON]) -> bool:
    """Return whether the network's loss is not lower than the linear model's."""
    network, linear = facts["test"]["scores"], facts["baselines"]["linear"]
    measure = "loss" if facts["classes"] else "rmse"
    return bool(network[measure] >= linear[measure])


def _score(facts: Mapping[str, JSON]) -> tuple[str, Callable[[float], str]]:
    if facts["classes"]:
        return "accuracy", lambda share: f"{_percent(share)} right"
    return "r2", lambda number: f"R² {number:.3f}" if abs(number) < 1e6 else f"R² {number:.3g}"


def _percent(share: float) -> str:
    """Return a share in percent; only 1.0 is shown as 100.0%.

    >>> _percent(0.974), _percent(1.0), _percent(0.99978)
    ('97.4%', '100.0%', '99.98%')
    """
    text = f"{share:.1%}"
    return f"{share:.2%}" if share != 1.0 and text == "100.0%" else text


def _training(facts: Mapping[str, JSON]) -> Iterator[str]:
    training = facts.get("training", {})
    history: Mapping[str, Sequence[float]] = training.get("history") or {}
    loss, watched = history.get("loss"), history.get("val_loss")
    if not loss:
        return
    if not watched:
        yield (
            f"There are no validation rows: all {len(loss)} epochs were trained, and nothing says "
            "whether fewer had been better."
        )
        return
    best, kept = training["best"], training["kept"]
    rises = watched[-1] > _RISE * watched[best - 1]
    after = " and rises after" if rises else ""
    yield (
        f"Validation loss is lowest at epoch {best} of {len(loss)} ({watched[best - 1]:.4g})"
        f"{after}: "
        + (
            f"the weights of epoch {kept} are kept."
            if kept == best
            else f"but the weights of the last epoch are kept; leave --no-early-stopping out to "
            f"take those of epoch {best}."
        )
    )
    if best == len(loss) and training.get("stopped", "") == "":
        yield (
            f"It was still falling at the last epoch ({len(loss)}): more may help (--epochs "
            f"{2 * len(loss)})."
        )


def _answers(facts: Mapping[str, JSON]) -> Iterator[str]:
    test = facts["test"]
    score, shown = _score(facts)
    low, high = test["intervals"][score]
    how = "exact" if facts["classes"] and test["scores"][score] in (0.0, 1.0) else "bootstrap"
    yield (
        f"From {test['rows']} test rows the figure is known to lie between {shown(low)} and "
        f"{shown(high)} (95 % interval, {how})."
    )
    if not facts["classes"]:
        spread = facts["test"]["scores"]["rmse"]
        mean = test["errors"]["mean"]
        if abs(mean) > 0.3 * spread:
            side = "high" if mean > 0 else "low"
            yield f"Answers are too {side} on average, by {abs(mean):.4g}."
        return
    calibration = test["calibration"]
    if calibration["error"] >= _MIN_CALIBRATION_ERROR:
        too = "too sure" if calibration["sure"] > calibration["right"] else "not sure enough"
        yield (
            f"Answers are {too}: they say {_percent(calibration['sure'])} on average, "
            f"{_percent(calibration['right'])} are right (calibration error "
            f"{calibration['error']:.2f})."
        )
    for row in test["per_class"]:
        if row["support"] and not row["recall"]:
            yield f"Class {row['class']!r} is never found: 0 of its {row['support']} test rows."


def _split(facts: Mapping[str, JSON]) -> Iterator[str]:
    """Yield reasons why the test rows may be easier than future rows."""
    test, dated = facts["test"], facts["table"].get("dated")
    if dated:
        yield (
            f"Rows go by {dated}, and the test rows were drawn from among them: days before and "
            "after each were known, as those to come are not. Train on the earlier rows and "
            "evaluate the later ones to see what forecasts are worth."
        )
    if count := test.get("again", {}).get("rows", 0):
        score, shown = _score(facts)
        rest = "no others are left to judge by"
        if score in test["again"]:
            rest = f"{shown(test['again'][score])} without them"
        yield f"{count} of {test['rows']} test rows have the inputs of a row known before: {rest}."


def _table(facts: Mapping[str, JSON]) -> Iterator[str]:
    rows = facts["table"]["rows"]
    for column in facts["table"]["columns"]:
        if column["apart"] and column["apart"][1] >= _MIN_PLACEHOLDER_SHARE * rows:
            number, count = column["apart"]
            yield (
                f"Column {column['input']}: {count} of {rows} are {number:g}; if that stands for "
                "a missing number, leave those cells empty."
            )


def _columns(facts: Mapping[str, JSON]) -> Iterator[str]:
    ranked = facts["importance"]["columns"]
    if not ranked:
        return
    top = [one for one in ranked[:3] if one["rise"] > 2 * one["spread"] and one["rise"] > 0]
    if top:
        measure = facts["importance"]["measure"]
        named = ", ".join(f"{one['column']} (+{one['rise']:.3g})" for one in top)
        yield f"It depends most on {named}: so much does the {measure} rise when they are shuffled."
    idle = [one["column"] for one in ranked if one["rise"] <= 0]
    if idle:
        more = f" and {len(idle) - 5} more" if len(idle) > 5 else ""
        yield f"Shuffling {', '.join(idle[:5])}{more} costs nothing on the test rows."


def _trials(facts: Mapping[str, JSON]) -> Iterator[str]:
    trials = facts.get("trials") or []
    if trials:
        yield (
            f"{len(trials)} settings were tried; the best has validation loss "
            f"{trials[0]['loss']:.4g}, the worst {trials[-1]['loss']:.4g}."
        )
    folds = facts.get("folds") or []
    if folds:
        score, shown = _score(facts)
        found = [fold[score] for fold in folds]
        mean = sum(found) / len(found)
        spread = (sum((one - mean) ** 2 for one in found) / max(len(found) - 1, 1)) ** 0.5
        yield (
            f"Cross-validation over {len(folds)} parts: {shown(mean)} on average, deviation "
            f"{spread:.3f}."
        )

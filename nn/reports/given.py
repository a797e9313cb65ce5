"""Given: converts the arguments of `report` to a table, predictions, class numbers and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

import numpy as np
from numpy.typing import ArrayLike

from nn.activations import sigmoid, softmax
from nn.basics import Floats, Tables, is_text, numeric
from nn.data import encode_labels
from nn.estimators import feature_names
from nn.metrics import rows as rows_of
from nn.modules import Module, internals
from nn.reports.measures import Predict
from nn.training import joined


class Answers(Protocol):
    """A model with `predict`."""

    def predict(self, x: ArrayLike, /) -> Floats:
        """Return `(rows, outputs)`."""
        ...


def inputs(model: Answers, x: Tables) -> tuple[Floats, Predict, list[str]]:
    """Return the inputs as one table, a function that predicts for such tables, and column names.

    Tables of several inputs are joined side by side. Logits, of a model whose loss has
    `from_logits`, become probabilities.
    """
    if isinstance(model, Module):
        table, structure = numeric(joined(model, x), "x"), internals(model).inputs
    else:
        table, structure = numeric(cast("ArrayLike", x), "x"), None
    scores = getattr(getattr(_trainer(model), "loss", None), "from_logits", False)
    table = table[:, None] if table.ndim == 1 else table

    def predict(given: Floats) -> Floats:
        answers = model.predict(given if structure is None else structure.arrays(given))
        if isinstance(answers, Mapping | list | tuple):
            raise ValueError(
                f"report is for a model of one output, {type(model).__name__} has {len(answers)}; "
                "make an nn.Model of the same inputs and one of them"
            )
        outputs = rows_of(answers)
        if scores:
            squash = sigmoid if outputs.shape[1] == 1 else softmax
            outputs = np.asarray(squash(outputs), dtype=np.float64).reshape(outputs.shape)
        return outputs

    if structure is None:
        names = feature_names(x)
        plain = [f"x{i}" for i in range(table.shape[1])]
        return table, predict, plain if names is None else names.tolist()
    parts = zip(structure.names, structure.sizes, strict=True)
    named = [name if n == 1 else f"{name}[{i}]" for name, n in parts for i in range(n)]
    return table, predict, named


def _trainer(model: object) -> object:
    """Return the trainer of a model; None if it is not compiled, or from elsewhere."""
    return internals(model).trainer if isinstance(model, Module) else None


def known_classes(model: object, classes: Sequence[str]) -> list[str]:
    """Return the names of the classes in the order of the outputs: those of `fit`, or the given.

    Raises:
        ValueError: If both exist and differ.
    """
    fitted = [*getattr(_trainer(model), "classes", ())]
    if fitted and classes and fitted != [*classes]:
        raise ValueError(
            f"classes={[*classes]}, but the model's outputs are for {fitted}; leave classes= out"
        )
    return fitted or [*map(str, classes)]


def targets(y: ArrayLike, outputs: Floats, classes: Sequence[str]) -> tuple[Floats, list[str]]:
    """Return the class number of each row, and the names of the classes; or numbers, and []."""
    count = max(outputs.shape[1], 2)
    if is_text(y):
        return _encode_names(y, classes, count)
    labels = _labels(numeric(y, "y"), outputs)
    whole = bool((labels == np.floor(labels)).all() and labels.min() >= 0 and labels.max() < count)
    fits = whole and _are_probabilities(outputs)
    if not classes and not fits and outputs.shape[1] == 1:
        return labels, []
    if not fits or len(classes or range(count)) != count:
        raise ValueError(
            f"report wants class numbers 0 to {count - 1}, names for all of them, and outputs that "
            f"are probabilities; got classes from {labels.min():g} to {labels.max():g}, "
            f"{len(classes) or 'no'} names, outputs from {outputs.min():.4g} to {outputs.max():.4g}"
        )
    return labels, [*classes] or [str(i) for i in range(count)]


def _encode_names(y: ArrayLike, classes: Sequence[str], count: int) -> tuple[Floats, list[str]]:
    """Return the class numbers of targets that are text, and the names of all classes."""
    numbers, found = encode_labels(y)
    known = [*classes] or found
    unknown = [name for name in found if name not in known]
    if unknown or len(known) != count:
        what = f"{unknown[0]!r} among its classes" if unknown else f"{len(known)} classes"
        raise ValueError(
            f"y has {what}, and the model's outputs are for {', '.join(classes) or count}; "
            "pass classes= with all names, in the order of the outputs"
        )
    return np.array([float(known.index(found[i])) for i in numbers]), known


def _labels(y: Floats, outputs: Floats) -> Floats:
    """Return one target per row; a one-hot row as its class number."""
    rows = y.reshape(len(y), -1)
    if rows.shape[1] == 1:
        return np.asarray(rows[:, 0])
    if rows.shape != outputs.shape or not _one_hot(rows):
        raise ValueError(
            f"report is for one target of each row, y has {rows.shape[1]}; give it a model with "
            "the output for one of them, and that column of y"
        )
    return np.asarray(rows.argmax(axis=1), np.float64)


def _are_probabilities(outputs: Floats) -> bool:
    inside = bool((outputs >= 0.0).all() and (outputs <= 1.0).all())
    return inside and (
        outputs.shape[1] == 1 or bool(np.allclose(outputs.sum(axis=1), 1.0, atol=1e-6))
    )


def _one_hot(rows: Floats) -> bool:
    return bool(((rows == 0.0) | (rows == 1.0)).all() and (rows.sum(axis=1) == 1.0).all())

"""Trained: a model's trainer as JSON and arrays for files: optimizer, moments, loss, metrics.

Only objects of this package are stored: a user's loss or metric is code, which a file cannot hold.
A model that has one is loaded as not compiled.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value
from autograd_core.files import JSON
from nn.basics.structure import Structure
from nn.losses import Losses
from nn.losses.loss import Loss
from nn.metrics import FUNCTIONS as METRICS
from nn.metrics import Metric
from nn.metrics import get as get_metric
from nn.metrics.metric import Weighted
from nn.modules import Trainable, internals
from nn.optimizers import schedules
from nn.optimizers.optimizer import Optimizer
from nn.saving import PREFIX
from nn.training.outputs import OfOutput

Arrays = dict[str, NDArray[Any]]
_STORED_APART = ("param_groups", "state", "rates")
_KNOWN_ATTRIBUTES = {"clip_norm", "clip_value", "maximize", "defaults", "chosen", *_STORED_APART}


class _NotStorable(Exception):
    """The trainer has something that a file cannot hold."""


def describe_trained(model: object) -> tuple[dict[str, object] | None, Arrays]:
    """Return a description of a model's trainer for JSON, and its arrays.

    The description is None if the model is not compiled, has a schedule, or has a loss, metric or
    optimizer from outside this package.

    >>> import nn
    >>> model = nn.MLP(2, [1])
    >>> model.compile("sgd", "mse", metrics=["mae"])
    >>> describe_trained(model)[0]["metrics"]
    {'mae': {'name': 'mae', 'options': {}}}
    """
    trainer: Any = internals(model).trainer
    if trainer is None or trainer.schedule is not None:
        return None, {}
    arrays: Arrays = {}
    try:
        return {
            "optimizer": _describe_optimizer(trainer.optimizer, model, arrays),
            "loss": _describe_loss(trainer.loss),
            "metrics": {name: _describe_metric(metric) for name, metric in trainer.metrics.items()},
            "backend": trainer.backend,
            "classes": list(map(str, trainer.classes)),
            "class_names": {name: [*map(str, n)] for name, n in trainer.class_names.items()},
            "columns": list(trainer.columns),
        }, arrays
    except _NotStorable:
        return None, {}


def restore_trained(model: Trainable, described: Mapping[str, JSON], arrays: Arrays) -> None:
    """Compile a model as it was when it was saved.

    Raises:
        ValueError: If the description does not fit the model, or names an unknown class.
    """
    try:
        loss, optimizer = (
            _restore_loss(described["loss"]),
            _restore_object(Optimizer, described["optimizer"]),
        )
        _restore_state(optimizer, described["optimizer"], model.parameters(), arrays)
        backend = described["backend"]
        several = isinstance(loss, Losses)
        given = [part.loss for part in loss.parts] if isinstance(loss, Losses) else loss
        trainer: Any = type(model).trained_by.trainer(model, optimizer, (given,), None, backend)
        trainer.loss = loss if several else trainer.loss
        trainer.metrics = {
            str(name): _restore_metric(metric) for name, metric in described["metrics"].items()
        }
        trainer.classes = [str(name) for name in described["classes"]]
        trainer.class_names = {
            str(n): [*map(str, k)] for n, k in described.get("class_names", {}).items()
        }
        trainer.columns = tuple(map(str, described["columns"]))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"its optimizer, loss or metrics are damaged ({error!r:.80})") from None
    internals(model).trainer = trainer


def resume_optimizer(model: Trainable, described: Mapping[str, JSON], arrays: Arrays) -> None:
    """Give the optimizer of a compiled model the groups and moments from a file.

    Raises:
        ValueError: If the model's optimizer is of another class, or they do not fit the model.
    """
    trainer: Any = internals(model).trainer
    kind = described.get("optimizer", {}).get("class")
    if trainer is None or _qualified_name(type(trainer.optimizer)) != kind:
        raise ValueError(f"compile the model with the optimizer it was written with, {kind}, first")
    try:
        _restore_state(trainer.optimizer, described["optimizer"], model.parameters(), arrays)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"its optimizer does not fit this model ({error!r:.80})") from None


def _describe_object(thing: object) -> dict[str, object]:
    """Return the class and the attributes of an object of this package."""
    if not type(thing).__module__.startswith("nn."):
        raise _NotStorable
    return {"class": _qualified_name(type(thing)), "attributes": _as_json(vars(thing))}


def _describe_loss(loss: Loss) -> dict[str, object]:
    """Describe a loss, or the losses of several outputs."""
    if not isinstance(loss, Losses):
        return _describe_object(loss)
    return {
        "structure": _as_json(list(loss.structure)),
        "losses": [
            None if part.loss is None else _describe_object(part.loss) for part in loss.parts
        ],
        "weights": [part.weight for part in loss.parts],
    }


def _restore_loss(described: Mapping[str, JSON]) -> Loss:
    if "structure" not in described:
        made: Loss = _restore_object(Loss, described)
        return made
    names, sizes, keyed = described["structure"]
    chosen = [None if one is None else _restore_object(Loss, one) for one in described["losses"]]
    structure = Structure(tuple(map(str, names)), tuple(map(int, sizes)), bool(keyed))
    return Losses(chosen, structure, described["weights"])


def _qualified_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _as_json(thing: object) -> JSON:
    if isinstance(thing, Mapping):
        return {str(name): _as_json(item) for name, item in thing.items()}
    if isinstance(thing, list | tuple):
        return [_as_json(item) for item in thing]
    if isinstance(thing, np.integer | np.floating):
        thing = thing.item()
    if thing is None or isinstance(thing, str | int | float | bool):
        return thing
    raise _NotStorable


def _restore_object(base: type[Any], described: Mapping[str, JSON]) -> Any:
    """Return an object of the described class, `base` or a subclass of it in this package."""
    waiting = [base]
    while waiting:
        kind = waiting.pop()
        if kind.__module__.startswith("nn.") and _qualified_name(kind) == described["class"]:
            made: Any = object.__new__(kind)
            vars(made).update(_restore_options(described.get("attributes", {})))
            return made
        waiting += kind.__subclasses__()
    raise ValueError(f"this version has no class {described['class']!r:.60}; update the package")


def _restore_options(described: Mapping[str, JSON]) -> dict[str, JSON]:
    return {n: tuple(o) if isinstance(o, list) else o for n, o in described.items()}


def _describe_metric(metric: object) -> dict[str, object]:
    if isinstance(metric, Weighted):
        return {"weighted": _describe_metric(metric.metric)}
    if isinstance(metric, OfOutput):
        places = [[place.start, place.stop] for place in (metric.outputs, metric.targets)]
        return {"places": places, "metric": _describe_metric(metric.metric)}
    options = dict(metric.keywords) if isinstance(metric, partial) else {}
    function = metric.func if isinstance(metric, partial) else metric
    names = [name for name, known in METRICS.items() if known is function]
    if names:
        return {"name": names[0], "options": _as_json(options)}
    if list(options) == ["loss"] and isinstance(options["loss"], Loss):
        return {"loss": _describe_object(options["loss"])}
    raise _NotStorable


def _restore_metric(described: Mapping[str, JSON]) -> Metric:
    if "weighted" in described:
        return Weighted(_restore_metric(described["weighted"]))
    if "places" in described:
        outputs, targets = (slice(*map(int, place)) for place in described["places"])
        return OfOutput(_restore_metric(described["metric"]), outputs, targets)
    if "loss" in described:
        return get_metric(_restore_object(Loss, described["loss"]))[1]
    function = METRICS[described["name"]]
    return partial(function, **described["options"]) if described["options"] else function


def _describe_optimizer(optimizer: Optimizer, model: Any, arrays: Arrays) -> dict[str, object]:
    if (
        not type(optimizer).__module__.startswith("nn.")
        or not set(vars(optimizer)) <= _KNOWN_ATTRIBUTES
    ):
        raise _NotStorable
    place = {parameter: i for i, parameter in enumerate(model.parameters())}
    groups = []
    for g, (group, histories) in enumerate(
        zip(optimizer.param_groups, optimizer.state, strict=True)
    ):
        if any(parameter not in place for parameter in group["params"]):
            raise _NotStorable
        options = {name: option for name, option in group.items() if name != "params"}
        arrays[f"{PREFIX}{g}"] = np.array([place[p] for p in group["params"]], np.int64)
        kept_states = []
        for h, (places, state) in enumerate(histories):
            numbers = {}
            arrays[f"{PREFIX}{g}.{h}"] = np.asarray(places, np.int64)
            for name, item in state.items():
                if isinstance(item, np.ndarray):
                    arrays[f"{PREFIX}{g}.{h}.{name}"] = item
                else:
                    numbers[name] = _as_json(item)
            kept_states.append(numbers)
        groups.append({"options": _as_json(options), "states": kept_states})
    own = {k: v for k, v in vars(optimizer).items() if k not in _STORED_APART}
    described = {
        "class": _qualified_name(type(optimizer)),
        "attributes": _as_json(own),
        "groups": groups,
    }
    return described | ({"rates": _describe_object(optimizer.rates)} if optimizer.rates else {})


def _restore_state(
    optimizer: Optimizer, described: Mapping[str, JSON], parameters: list[Value], arrays: Arrays
) -> None:
    """Give an optimizer the described groups and moments."""
    optimizer.defaults = _restore_options(optimizer.defaults)
    if "rates" in described:
        optimizer.rates = _restore_object(schedules.LearningRateSchedule, described["rates"])
    optimizer.param_groups, optimizer.state = [], []
    for g, group in enumerate(described["groups"]):
        params = [parameters[i] for i in arrays[f"{PREFIX}{g}"].tolist()]
        optimizer.param_groups.append({**_restore_options(group["options"]), "params": params})
        histories = []
        for h, numbers in enumerate(group["states"]):
            start = f"{PREFIX}{g}.{h}"
            places, state = arrays[start].astype(np.intp), dict(numbers)
            for name, array in arrays.items():
                if name.startswith(f"{start}."):
                    if array.shape != places.shape:
                        raise IndexError(name)
                    state[name.removeprefix(f"{start}.")] = array.copy()
            histories.append((places, state))
        if sorted(i for places, _ in histories for i in places.tolist()) != [*range(len(params))]:
            raise IndexError("moments")
        optimizer.state.append(histories)

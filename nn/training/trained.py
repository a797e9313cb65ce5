"""Trained: what a model is compiled into, as a file keeps it: optimizer, moments, loss, metrics.

Only what this package has itself is kept: a loss or a metric of the user's own is code, which no
file holds. A model that has any is loaded as one that is not compiled yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value
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
_APART = ("param_groups", "state", "rates")
_OF_ALL = {"clip_norm", "clip_value", "maximize", "defaults", "chosen", *_APART}


class _Foreign(Exception):
    """Something that a file cannot hold."""


def describe_trained(model: object) -> tuple[dict[str, object] | None, Arrays]:
    """Return what a model is compiled into as JSON can hold it, and its arrays; None if it is not.

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
            "optimizer": _optimizer(trainer.optimizer, model, arrays),
            "loss": _loss(trainer.loss),
            "metrics": {name: _metric(metric) for name, metric in trainer.metrics.items()},
            "backend": trainer.backend,
            "classes": list(map(str, trainer.classes)),
            "class_names": {name: [*map(str, n)] for name, n in trainer.class_names.items()},
            "columns": list(trainer.columns),
        }, arrays
    except _Foreign:
        return None, {}


def restore_trained(model: Trainable, described: Mapping[str, Any], arrays: Arrays) -> None:
    """Compile a model as it was when it was written.

    Raises:
        ValueError: If what is described does not fit the model, or this package has it not.
    """
    try:
        loss, optimizer = _made_loss(described["loss"]), _made(Optimizer, described["optimizer"])
        _fill(optimizer, described["optimizer"], model.parameters(), arrays)
        backend = described["backend"]
        several = isinstance(loss, Losses)
        given = [part.loss for part in loss.parts] if isinstance(loss, Losses) else loss
        trainer: Any = type(model).trained_by.trainer(model, optimizer, (given,), None, backend)
        trainer.loss = loss if several else trainer.loss
        trainer.metrics = {
            str(name): _measured(metric) for name, metric in described["metrics"].items()
        }
        trainer.classes = [str(name) for name in described["classes"]]
        trainer.class_names = {
            str(n): [*map(str, k)] for n, k in described.get("class_names", {}).items()
        }
        trainer.columns = tuple(map(str, described["columns"]))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"what it is compiled into is damaged ({error!r:.80})") from None
    internals(model).trainer = trainer


def resume_optimizer(model: Any, described: Mapping[str, Any], arrays: Arrays) -> None:
    """Give the optimizer of a compiled model the groups and moments that a file has.

    Raises:
        ValueError: If it is not compiled with an optimizer of that kind, or they do not fit.
    """
    trainer: Any = internals(model).trainer
    kind = described.get("optimizer", {}).get("class")
    if trainer is None or _place(type(trainer.optimizer)) != kind:
        raise ValueError(f"compile the model with the optimizer it was written with, {kind}, first")
    try:
        _fill(trainer.optimizer, described["optimizer"], model.parameters(), arrays)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"its optimizer does not fit this model ({error!r:.80})") from None


def _object(thing: object) -> dict[str, object]:
    """Return an object of one of this package's classes by its class and attributes."""
    if not type(thing).__module__.startswith("nn."):
        raise _Foreign
    return {"class": _place(type(thing)), "attributes": _plain(vars(thing))}


def _loss(loss: Loss) -> dict[str, object]:
    """Return a loss, or those of several outputs."""
    if not isinstance(loss, Losses):
        return _object(loss)
    return {
        "structure": _plain(list(loss.structure)),
        "losses": [None if part.loss is None else _object(part.loss) for part in loss.parts],
        "weights": [part.weight for part in loss.parts],
    }


def _made_loss(described: Mapping[str, Any]) -> Loss:
    if "structure" not in described:
        made: Loss = _made(Loss, described)
        return made
    names, sizes, keyed = described["structure"]
    chosen = [None if one is None else _made(Loss, one) for one in described["losses"]]
    structure = Structure(tuple(map(str, names)), tuple(map(int, sizes)), bool(keyed))
    return Losses(chosen, structure, described["weights"])


def _place(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _plain(thing: object) -> Any:
    if isinstance(thing, Mapping):
        return {str(name): _plain(item) for name, item in thing.items()}
    if isinstance(thing, list | tuple):
        return [_plain(item) for item in thing]
    if isinstance(thing, np.integer | np.floating):
        thing = thing.item()
    if thing is None or isinstance(thing, str | int | float | bool):
        return thing
    raise _Foreign


def _made(base: type[Any], described: Mapping[str, Any]) -> Any:
    """Return an object of a class below `base` that this package has."""
    waiting = [base]
    while waiting:
        kind = waiting.pop()
        if kind.__module__.startswith("nn.") and _place(kind) == described["class"]:
            made: Any = object.__new__(kind)
            vars(made).update(_options(described.get("attributes", {})))
            return made
        waiting += kind.__subclasses__()
    raise ValueError(f"this package has no {described['class']!r:.60}; update it")


def _options(described: Mapping[str, Any]) -> dict[str, Any]:
    return {n: tuple(o) if isinstance(o, list) else o for n, o in described.items()}


def _metric(metric: object) -> dict[str, object]:
    if isinstance(metric, Weighted):
        return {"weighted": _metric(metric.metric)}
    if isinstance(metric, OfOutput):
        places = [[place.start, place.stop] for place in (metric.outputs, metric.targets)]
        return {"places": places, "metric": _metric(metric.metric)}
    options = dict(metric.keywords) if isinstance(metric, partial) else {}
    function = metric.func if isinstance(metric, partial) else metric
    names = [name for name, known in METRICS.items() if known is function]
    if names:
        return {"name": names[0], "options": _plain(options)}
    if list(options) == ["loss"] and isinstance(options["loss"], Loss):
        return {"loss": _object(options["loss"])}
    raise _Foreign


def _measured(described: Mapping[str, Any]) -> Metric:
    if "weighted" in described:
        return Weighted(_measured(described["weighted"]))
    if "places" in described:
        outputs, targets = (slice(*map(int, place)) for place in described["places"])
        return OfOutput(_measured(described["metric"]), outputs, targets)
    if "loss" in described:
        return get_metric(_made(Loss, described["loss"]))[1]
    function = METRICS[described["name"]]
    return partial(function, **described["options"]) if described["options"] else function


def _optimizer(optimizer: Optimizer, model: Any, arrays: Arrays) -> dict[str, object]:
    if not type(optimizer).__module__.startswith("nn.") or not set(vars(optimizer)) <= _OF_ALL:
        raise _Foreign
    place = {parameter: i for i, parameter in enumerate(model.parameters())}
    groups = []
    for g, (group, histories) in enumerate(
        zip(optimizer.param_groups, optimizer.state, strict=True)
    ):
        if any(parameter not in place for parameter in group["params"]):
            raise _Foreign
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
                    numbers[name] = _plain(item)
            kept_states.append(numbers)
        groups.append({"options": _plain(options), "states": kept_states})
    own = {k: v for k, v in vars(optimizer).items() if k not in _APART}
    described = {"class": _place(type(optimizer)), "attributes": _plain(own), "groups": groups}
    return described | ({"rates": _object(optimizer.rates)} if optimizer.rates else {})


def _fill(
    optimizer: Any, described: Mapping[str, Any], parameters: list[Value], arrays: Arrays
) -> None:
    """Give an optimizer its groups and moments."""
    optimizer.defaults = _options(optimizer.defaults)
    if "rates" in described:
        optimizer.rates = _made(schedules.LearningRateSchedule, described["rates"])
    optimizer.param_groups, optimizer.state = [], []
    for g, group in enumerate(described["groups"]):
        params = [parameters[i] for i in arrays[f"{PREFIX}{g}"].tolist()]
        optimizer.param_groups.append({**_options(group["options"]), "params": params})
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

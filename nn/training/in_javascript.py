"""In JavaScript: a model's training as programs that a page runs without Python.

The training step, the outputs of all neurons and the update rules of all optimizers are compiled
from Values and printed; no formula is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Value, compile
from autograd_core.graph import VALUE, topological_order
from nn.backends import LossProgram, as_list
from nn.basics import Floats
from nn.data import tables
from nn.losses.loss import Loss
from nn.modules import Tree, internals
from nn.modules.statistics import Drops, Normalizes
from nn.optimizers import NAMES as OPTIMIZERS
from nn.optimizers import SHARED, Optimizer, clipped

MOST_INPUTS = 1_024
MOST_PARAMETERS = 50_000


class Applied(Value):
    """A weight decay that is true even if 0: rules omit a false one, and a page may change it."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


class Trained(Protocol):
    """The part of a `Trainer` that is used here."""

    model: Any
    loss: Loss
    optimizer: Optimizer
    classes: Sequence[str]


def in_javascript(trainer: Trained, x: ArrayLike, y: ArrayLike) -> dict[str, object]:
    """Return programs, numbers and names, ready for `json.dumps`; see `Trainable.in_javascript`."""
    numbers, names = tables.encoded_classes(y, trainer.classes)
    model, loss, data = trainer.model, trainer.loss, tables.table(x, numbers)
    outputs = len(as_list(model(data.x[0].tolist())))
    parameters, modules = list(model.parameters()), list(model.modules())
    _refuse(trainer, data.x.shape[1], len(parameters), modules)
    targets = data.prepared(loss, outputs).targets
    if loss.counted(targets) is not None:
        raise ValueError("a page counts all samples; leave those of the class to ignore out")
    weights = np.ones((len(data), 1))
    step = LossProgram(model, modules, [parameters], True, loss)
    flat = np.array([parameter.data for parameter in parameters])
    with np.errstate(all="ignore"):
        computed, _ = step.gradients([flat], 1, data.x[:2], targets[:2], weights[:2])
    if isinstance(computed[1], tuple):
        raise ValueError(
            "some parameters take no part in the loss, and a page trains all of them; leave out "
            "the layers that are not used"
        )
    program = step.compiled([data.x, targets, weights])
    units, paths = _units(model, parameters, flat, data.x)
    free = set(model.trainable_parameters())
    frozen = [place for place, parameter in enumerate(parameters) if parameter not in free]
    own = trainer.optimizer
    return {
        "step": program.javascript,
        "units": units,
        "unit_names": paths,
        "optimizers": _optimizers(own),
        "optimizer": type(own).__name__,
        "parameters": flat.tolist(),
        "names": [parameter.label for parameter in parameters],
        "frozen": frozen,
        "x": data.x.tolist(),
        "targets": targets.tolist(),
        "outputs": outputs,
        "classes": names,
        "loss": loss.name,
        "sum": loss.reduction == "sum",
        "threshold": loss.threshold,
    }


def _refuse(trainer: Trained, inputs: int, parameters: int, modules: Sequence[Tree]) -> None:
    """Raise ValueError if a page cannot do what the training does."""
    optimizer, several = trainer.optimizer, internals(trainer.model).inputs is not None
    for refused, why in (
        (inputs > MOST_INPUTS, f"trains on up to {MOST_INPUTS} inputs, got {inputs}"),
        (parameters > MOST_PARAMETERS, f"trains up to {MOST_PARAMETERS:,} parameters, the model "
         f"has {parameters:,}"),
        (any(isinstance(m, Drops) and m.rate for m in modules), "has no Dropout; leave it out, or "
         "set its rate to 0"),
        (any(isinstance(m, Normalizes) or m.penalties() for m in modules), "has no "
         "BatchNormalization and no regularizers; leave them out"),
        (several or any(m.constrained() for m in modules), "has no constraints and no models of "
         "several inputs"),
        (optimizer.clip_norm is not None, "does not clip by norm; use clip_value, or leave "
         "clip_norm out"),
        (optimizer.rates is not None, "has no schedule of the rate; give the optimizer a number"),
    ):  # fmt: skip
        if refused:
            raise ValueError(f"a page {why}")


def _units(
    model: Any, parameters: Sequence[Value], flat: Floats, x: Floats
) -> tuple[str, list[str]]:
    """Return a program of all neurons' outputs, then the model's, and the paths of the neurons."""
    known = {path for module in model.modules() if (path := internals(module).path)}
    found: list[str] = []

    def unit_outputs(held: object, row: Sequence[Value]) -> list[Value]:
        outputs = [Value.operand(output) for output in as_list(model(list(row)))]
        named = {n.label: n for n in topological_order(*outputs) if n.op and n.label in known}
        paths = sorted(named, key=_numbers_in)
        found[:] = paths
        return [*[named[path] for path in paths], *outputs]

    sample = [Value(number) for number in x[0].tolist()]
    program = compile(unit_outputs, batch=(None, 0), inputs={0: list(parameters), 1: sample})
    program(flat, x[:2])
    return program.javascript, [*found]


def _numbers_in(path: str) -> list[int]:
    return [int(part.split("]")[0]) for part in path.split("[")[1:]]


def _optimizers(own: Optimizer) -> dict[str, object]:
    """Return each optimizer's rule as a program, with the options of the model's own."""
    kinds = {kind.__name__: kind() for kind in dict.fromkeys(OPTIMIZERS.values())}  # type: ignore[call-arg]
    kinds[type(own).__name__] = own
    return {name: _rule(optimizer) for name, optimizer in kinds.items() if optimizer.update}


def _rule(optimizer: Optimizer) -> dict[str, object]:
    group, rule = optimizer.defaults, optimizer.update
    assert rule is not None  # _optimizers leaves the others out
    start = rule.start(group)

    def move(p: Value, g: Value, lr: Value, decay: Value, step: Value, *state: Value) -> object:
        carried: dict[str, Any] = {**dict(zip(start, state, strict=True)), "step": step}
        g = clipped(VALUE, g, optimizer.maximize, optimizer.clip_value)
        settings = {**group, "lr": lr, "weight_decay": decay}
        p, carried = rule(VALUE, VALUE, p, g, carried, settings)
        return [Value.operand(number) for number in (p, *(carried[name] for name in start))]

    numbers = [np.array([0.5, 1.5])] * 2, [0.1, 0.25, 3.0]
    batch = (0, 0, None, None, None, *[None if name in SHARED else 0 for name in start])
    state = [0.5 if name in SHARED else np.array([0.5, 1.5]) for name in start]
    program = compile(move, batch=batch, inputs={3: [Applied(0.25)]})
    program(*numbers[0], *numbers[1], *state)
    return {
        "program": program.javascript,
        "start": {name: float(number) for name, number in start.items()},
        "shared": [name for name in start if name in SHARED],
        "lr": optimizer.lr,
        "weight_decay": float(optimizer.defaults.get("weight_decay") or 0.0),
    }

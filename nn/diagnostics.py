"""Diagnostics: say by name, while it happens, why a network does not learn."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterable

from autograd_core import Value
from autograd_core.graph import topological_order
from autograd_core.kinds import FLOAT

_SAMPLES = 32  # rows that are looked at: enough to tell "never" from "rarely"
_NO_GRADIENT = 1e-12
_UNIT = re.compile(r"(.*?)\.?neurons\[\d+\]$")


class TrainingWarning(UserWarning):
    """Something that keeps a network from learning."""


class Diagnostics:
    """Looks at a few samples after each epoch, and warns once for each layer and problem."""

    def __init__(self, forward: Callable[[list[float]], Iterable[object]]) -> None:
        self.forward = forward
        self.said: set[str] = set()

    def look(self, rows: list[list[float]]) -> None:
        """Warn of layers through which no gradient passes for any of the samples."""
        for layer, units in _blocked(self.forward, rows[:_SAMPLES]).items():
            name = layer or "the layer"
            if all(zero for zero, _ in units.values()):
                self.say(
                    f"{name} is dead: all {len(units)} units give 0 with gradient 0 for every "
                    "sample looked at, so nothing before them learns; try leaky_relu, a smaller "
                    "learning rate or another seed"
                )
            else:
                self.say(
                    f"{name} is saturated: no gradient passes any of its {len(units)} units for "
                    "any sample looked at; standardise the inputs, or try smaller first weights"
                )

    def loss(self, epoch: int, loss: float) -> None:
        """Warn of a loss that is not finite."""
        if not math.isfinite(loss):
            self.say(
                f"the loss is {loss} in epoch {epoch + 1}; try a smaller learning rate, clip_norm, "
                "or standardised inputs (detect_anomaly() names the first operation)"
            )

    def say(self, message: str) -> None:
        """Warn, but only once."""
        if message not in self.said:
            self.said.add(message)
            warnings.warn(message, TrainingWarning, stacklevel=2)


def _blocked(
    forward: Callable[[list[float]], Iterable[object]], rows: list[list[float]]
) -> dict[str, dict[str, tuple[bool, bool]]]:
    """Return layers of which every unit blocks all gradient: unit -> (output 0, blocked)."""
    units: dict[str, tuple[bool, bool]] = {}
    for row in rows:
        roots = [output for output in forward(row) if isinstance(output, Value)]
        for node in topological_order(*roots):
            if node.op is not None and _UNIT.match(node.label):
                zero, blocked = units.get(node.label, (True, True))
                operands = [parent.data for parent in node.parents]
                partials = node.op.partials(FLOAT, node.data, *operands)
                stuck = max(map(abs, partials)) < _NO_GRADIENT
                units[node.label] = (zero and node.data == 0.0, blocked and stuck)
    layers: dict[str, dict[str, tuple[bool, bool]]] = {}
    for unit, found in units.items():
        match = _UNIT.match(unit)
        layers.setdefault(match.group(1) if match else unit, {})[unit] = found
    return {
        layer: found
        for layer, found in layers.items()
        if all(blocked for _, blocked in found.values())
    }

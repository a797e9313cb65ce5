"""Diagnostics: say by name, while it happens, why a network does not learn."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterable
from itertools import islice

from autograd_core import Value
from autograd_core.graph import topological_order
from autograd_core.kinds import FLOAT

_SAMPLES = 32  # rows that are looked at: enough to tell "never" from "rarely"
_NO_GRADIENT = 1e-12
_UNIT = re.compile(r"(?:(.+)\.)?neurons\[\d+\]$")


class TrainingWarning(UserWarning):
    """Something that keeps a network from learning."""


class Diagnostics:
    """Looks at a few samples after each epoch, and warns once for each layer and problem.

    Args:
        loss_of: The loss of one sample, from its inputs and its target.
    """

    def __init__(self, loss_of: Callable[[list[float], list[float]], Value]) -> None:
        self.loss_of = loss_of
        self.said: set[str] = set()

    def look(self, samples: Iterable[tuple[list[float], list[float]]]) -> None:
        """Warn of layers through which no gradient passes for any of the samples."""
        for layer, units in self._blocked(samples).items():
            if all(units.values()):
                self.say(
                    f"{layer} is dead: all {len(units)} units give 0 with gradient 0 for every "
                    "sample looked at, so nothing up to it learns; try leaky_relu, a smaller "
                    "learning rate or another seed"
                )
            else:
                self.say(
                    f"{layer} is saturated: no gradient passes any of its {len(units)} units for "
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
        self, samples: Iterable[tuple[list[float], list[float]]]
    ) -> dict[str, dict[str, bool]]:
        """Return the layers that let no gradient through: for each unit, whether it gave only 0."""
        blocked: dict[str, dict[str, bool]] = {}
        passing: set[str] = set()
        for row, target in islice(samples, _SAMPLES):
            for node in topological_order(self.loss_of(row, target)):
                unit = _UNIT.match(node.label) if node.op is not None else None
                layer = unit and (unit.group(1) or "the layer")
                if layer is None or layer in passing:
                    continue
                units = blocked.setdefault(layer, {})
                if _passes(node):
                    passing.add(layer)
                    del blocked[layer]
                else:
                    units[node.label] = units.get(node.label, True) and node.data == 0.0
            if not blocked:  # every layer lets something through
                break
        return blocked


def _passes(node: Value) -> bool:
    operands = [parent.data for parent in node.parents]
    partials = node.op.partials(FLOAT, node.data, *operands) if node.op else ()
    return not all(abs(partial) < _NO_GRADIENT for partial in partials)  # nan passes as well

"""Diagnostics: warnings during training that name the layer or the loss that prevents learning."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterable, Mapping

from autograd_core import Value
from autograd_core.graph import topological_order
from autograd_core.table import FLOAT
from nn.backends.backend import Blocked, TrainingWarning

SAMPLES = 32  # rows that are checked: enough to tell "never" from "rarely"
ALMOST_0 = 1e-12  # a smaller partial lets no gradient through
_EPOCHS = 10  # the first check interval; ten times as long after each ten checks
_UNIT = re.compile(r"(?:(.+)\.)?neurons\[\d+\]$")


class Diagnostics:
    """Warns once for each layer and problem."""

    def __init__(self) -> None:
        self.warned: set[str] = set()

    @staticmethod
    def epochs_until_check(epoch: int) -> int:
        """Return the number of epochs from this one to the next check of the layers, inclusive.

        Layers are checked after epochs 0 to 10, 20, 30, ... 100, 200, 300, ... 1,000, ...

        >>> [Diagnostics.epochs_until_check(epoch) for epoch in (7, 10, 11, 99, 101)]
        [1, 1, 10, 2, 100]
        """
        stride: int = _EPOCHS ** (len(str(epoch)) - 1)
        return -epoch % stride + 1

    def layers(self, blocked: Mapping[str, Blocked]) -> None:
        """Warn of layers through which no gradient passes for any of the samples checked."""
        for layer, (units, dead) in blocked.items():
            if dead:
                self.warn_once(
                    f"{layer} is dead: all {units} units give 0 with gradient 0 for every "
                    "sample looked at, so nothing up to it learns; try leaky_relu, a smaller "
                    "learning rate or another seed"
                )
            else:
                self.warn_once(
                    f"{layer} is saturated: no gradient passes any of its {units} units for "
                    "any sample looked at; standardise the inputs, or try smaller first weights"
                )

    def loss(self, epoch: int, loss: float) -> None:
        """Warn of a loss that is not finite."""
        if not math.isfinite(loss):
            self.warn_once(
                f"the loss is {loss} in epoch {epoch + 1}; try a smaller learning rate, clip_norm, "
                "or standardised inputs (detect_anomaly() names the first operation)"
            )

    def warn_once(self, message: str) -> None:
        """Issue a warning unless the same one was issued before."""
        if message not in self.warned:
            self.warned.add(message)
            warnings.warn(message, TrainingWarning, stacklevel=2)


def units(loss: Value) -> Iterable[tuple[str, Value]]:
    """Yield `(layer name, node)` for the output of each neuron in the graph of a loss."""
    for node in topological_order(loss):
        unit = _UNIT.match(node.label) if node.op is not None else None
        if unit:
            yield unit.group(1) or "the layer", node


def blocked(losses: Iterable[Value]) -> dict[str, Blocked]:
    """Return the layers through which no gradient passes in any of these graphs, by name."""
    found: dict[str, dict[str, bool]] = {}
    passing: set[str] = set()
    for loss in losses:
        for layer, node in units(loss):
            if layer in passing:
                continue
            unit = found.setdefault(layer, {})
            if _lets_gradient_through(node):
                passing.add(layer)
                del found[layer]
            else:
                unit[node.label] = unit.get(node.label, True) and node.data == 0.0
        if not found:  # every layer lets something through
            break
    return {layer: Blocked(len(unit), all(unit.values())) for layer, unit in found.items()}


def _lets_gradient_through(node: Value) -> bool:
    operands = [parent.data for parent in node.parents]
    partials = node.op.partials(FLOAT, node.data, *operands) if node.op else ()
    return not all(abs(partial) < ALMOST_0 for partial in partials)  # nan passes as well

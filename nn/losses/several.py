"""Several: the weighted sum of a loss for each of several outputs, as in Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import functional
from nn.basics import Floats, Number
from nn.basics.structure import Structure
from nn.losses.loss import Loss, Numbers

_IGNORES = (
    "{} is for a model of one output; give the samples that an output is to ignore a sample_weight "
    "of 0 there, and any class"
)


class Part(NamedTuple):
    """The loss of one output.

    Attributes:
        name: The name of the output.
        loss: The loss; None if the output is not trained.
        weight: The weight of the loss in the sum.
        outputs: The columns of this output among the model's outputs.
        targets: The columns of its targets, followed by one of the sample weights.
    """

    name: str
    loss: Loss | None
    weight: float
    outputs: slice
    targets: slice


class Losses(Loss):
    """The sum of the losses of several outputs, each with its weight.

    Args:
        losses: One for all outputs, or a list or dict with one for each.
        structure: The structure of the outputs.
        weights: The weight of each loss, a list or dict, or one for all; by default 1.

    Raises:
        ValueError: If the number of losses or weights is wrong, all losses are None, or means are
            mixed with sums.

    >>> from nn.losses import mse
    >>> both = Losses([mse, mse], Structure(("a", "b"), (1, 1), False), [1.0, 0.5])
    >>> both.sample([1.0, 4.0], both.prepared([[0.0], [2.0]])[0].tolist())
    3.0

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """

    name = "sum of losses"

    def __init__(
        self,
        losses: Loss | Sequence[Loss | None] | Mapping[str, Loss | None],
        structure: Structure,
        weights: Sequence[float] | Mapping[str, float] | float | None = None,
    ) -> None:
        names, sizes = structure.names, structure.sizes
        if isinstance(losses, Mapping):  # outputs that are left out have no loss
            losses = {**dict.fromkeys(names), **losses}
        chosen: list[Loss | None]
        if isinstance(losses, Loss):
            chosen = [losses for _ in names]
        else:
            chosen = structure.ordered("loss", losses)
        if isinstance(weights, Mapping):
            weights = {**dict.fromkeys(names, 1.0), **weights}
        elif weights is None or isinstance(weights, int | float):
            weights = [1.0 if weights is None else float(weights)] * len(names)
        ordered_weights = structure.ordered("loss_weights", weights)
        ends = np.cumsum([size + 1 for size in sizes]).tolist()
        targets = [slice(end - size - 1, end) for end, size in zip(ends, sizes, strict=True)]
        columns = names, chosen, map(float, ordered_weights), structure.slices(), targets
        self.structure, self.parts = structure, [*map(Part, *columns)]
        if any(loss is not None and loss.ignore_class is not None for loss in chosen):
            raise ValueError(_IGNORES.format("ignore_class"))
        self.sums_outputs = any(loss is not None and loss.sums_outputs for loss in chosen)
        kinds = {loss.reduction for loss in chosen if loss is not None}
        if len(kinds) != 1:
            raise ValueError(
                f"losses of several outputs are all means or all sums, got {sorted(kinds) or None};"
                " choose the same reduction for each, and loss_weights for what they count"
            )
        self.reduction = kinds.pop()

    @property
    def reported(self) -> list[str]:
        """The names in a history: "loss" and, if there are several, each `<output>_loss`."""
        names = [f"{part.name}_loss" for part in self._active_parts()]
        return ["loss", *(names if len(names) > 1 else [])]

    def each(self, outputs: Numbers, target: Numbers) -> Numbers:
        """Return the losses of one sample; () if there is only one."""
        losses = [loss for loss, _ in self._losses(outputs, target)]
        return losses if len(losses) > 1 else ()

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the loss of one sample, from all outputs in a row, and all targets in another."""
        weighted = [
            loss if weight == 1.0 else loss * weight
            for loss, weight in self._losses(outputs, target)
        ]
        return weighted[0] if len(weighted) == 1 else functional.total(weighted)

    def _active_parts(self) -> list[Part]:
        return [part for part in self.parts if part.loss is not None]

    def _losses(self, outputs: Numbers, target: Numbers) -> list[tuple[Number, float]]:
        found = []
        for part in self._active_parts():
            assert part.loss is not None
            *wanted, sample_weight = target[part.targets]
            loss = part.loss.sample(list(outputs[part.outputs]), wanted)
            found.append((loss * sample_weight, part.weight))
        return found

    def prepared(self, targets: object, weights: object = None) -> Floats:
        """Return the targets of all outputs in one table, each followed by its sample weights.

        Args:
            targets: A table for each output, in a list or a dict.
            weights: `(samples,)` sample weights for each output, in a list or a dict.
        """
        given = self.structure.ordered("y", targets)
        counts = [None] * len(given) if weights is None else weights
        shares = self.structure.ordered("sample_weight", counts)
        columns: list[Any] = []
        for part, wanted, share in zip(self.parts, given, shares, strict=True):
            size = part.outputs.stop - part.outputs.start
            if part.loss is None:
                table = np.zeros((len(wanted), size))
            else:
                table = part.loss.prepare(wanted, size)
                if part.loss.known(table) is not None:
                    raise ValueError(_IGNORES.format("ignore_index"))
            ones = np.ones(len(table)) if share is None else np.asarray(share, np.float64)
            columns += [table, ones[:, None]]
        lengths = {name: len(y) for name, y in zip(self.structure.names, given, strict=True)}
        if len({*map(len, columns)}) > 1:
            raise ValueError(f"y has tables of different lengths: {lengths}; pass as many rows")
        return np.concatenate(columns, axis=1)

    def prepare(self, targets: ArrayLike, outputs: int) -> Floats:
        """Return a table that `prepared` has made.

        Raises:
            ValueError: If it has another number of columns.
        """
        table = np.asarray(targets, np.float64)
        if table.ndim != 2 or table.shape[1] != self.parts[-1].targets.stop:
            names = ", ".join(self.structure.names)
            raise ValueError(f"y wants a table for each of {names}, in a list or a dict; got one")
        return table

    def check(self, outputs: Floats) -> None:
        """Raise ValueError if a loss cannot make sense of its outputs."""
        for part in self._active_parts():
            assert part.loss is not None
            part.loss.check(outputs[:, part.outputs])

"""Setup: what is made for one state of a model, and the best weights of a training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value
from nn.backend import Backend
from nn.history import History
from nn.shapes import Floats
from nn.state import leaves, numbers
from nn.survey import Survey
from nn.tree import Tree


class Layout:
    """Where the numbers of each array of `state_dict()` are in one flat array of parameters.

    >>> import nn
    >>> model = nn.Neuron(2)
    >>> state = Layout(model, model.parameters()).state(np.array([1.0, 2.0, 3.0]))
    >>> state["w"], state["b"]
    (array([1., 2.]), array(3.))
    """

    def __init__(self, model: Tree, parameters: Sequence[Value]) -> None:
        place = {parameter: i for i, parameter in enumerate(parameters)}
        self.places = {
            name: np.array([place[leaf] for leaf in leaves(holder)]).reshape(numbers(holder).shape)
            for name, holder in model.holders().items()
        }

    def state(self, flat: Floats) -> dict[str, Floats]:
        """Return the arrays, as `state_dict()` would with these numbers in the parameters."""
        return {name: np.asarray(flat[places]) for name, places in self.places.items()}


class Setup:
    """What is made once for a model as it is, and again when something but numbers changed.

    Attributes:
        survey: Of the model and its loss.
        groups: The parameters that the optimizer moves.
        backend: What computes losses and gradients.
        suits: Whether the model's outputs are known to be what the loss takes.
    """

    def __init__(
        self, model: Tree, survey: Survey, groups: list[list[Value]], backend: Backend
    ) -> None:
        self.model, self.survey, self.groups, self.backend = model, survey, groups, backend
        self.suits = False

    def mode(self, training: bool) -> None:
        """Switch all modules to training or to inference."""
        for module in self.survey.modules:
            module.training = training

    def frozen(self) -> list[NDArray[np.bool_]]:
        """Return which of each group's parameters are frozen; nothing if none is.

        Where the optimizer has been given its parameters, frozen ones may be among them.
        """
        held = set(self.model.parameters()) - set(self.model.trainable_parameters())
        masks = [np.array([parameter in held for parameter in group]) for group in self.groups]
        return masks if any(mask.any() for mask in masks) else []

    @cached_property
    def others(self) -> list[Value]:
        """The parameters that the optimizer does not move."""
        moved = {parameter for group in self.groups for parameter in group}
        return [parameter for parameter in self.model.parameters() if parameter not in moved]

    @cached_property
    def layout(self) -> Layout:
        """Where the numbers of a state are in those of the groups, then those of the others."""
        moved = [parameter for group in self.groups for parameter in group]
        return Layout(self.model, [*moved, *self.others])


class Best:
    """Keeps the weights of the best epoch; they are arrays until the training ends.

    Args:
        history: What the epochs are added to.
        alone: Whether the model stays as it is until then, since no callback is there to change it.
    """

    def __init__(self, history: History, alone: bool) -> None:
        self.history, self.alone = history, alone
        self._numbers: list[Floats] = []
        self._setup: Setup | None = None

    def remember(self, epoch: int, logs: dict[str, float], setup: Setup) -> None:
        """Add an epoch to the history, and keep its weights if it is the best so far."""
        self.history.append(epoch, logs)
        watched = self.history["val_loss" if "val_loss" in logs else "loss"]
        if watched[-1] <= min((loss for loss in watched if not math.isnan(loss)), default=math.inf):
            self.history.best_epoch, self._setup = epoch, setup
            self._numbers = [array.copy() for array in setup.backend.numbers()]
            self._numbers.append(np.array([parameter.data for parameter in setup.others]))
            if not self.alone:
                _ = setup.layout  # made now: the parts it names may be others by the end

    def finish(self) -> None:
        """Put the weights into the history."""
        if self._setup is not None:
            numbers = np.concatenate(self._numbers)
            self.history.keep_best(partial(self._setup.layout.state, numbers))

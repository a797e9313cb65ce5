"""Best epoch: records epochs in the history, and keeps the weights of the best one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np

from nn.basics import Floats
from nn.callbacks import History
from nn.training.model_setup import Setup


class Best:
    """Keeps the weights of the best epoch, as flat arrays until training ends.

    Args:
        history: The epochs are added to it.
        unchanged: Whether the model's modules stay the same until then, as no callback sees them.
    """

    def __init__(self, history: History, unchanged: bool) -> None:
        self.history, self.unchanged = history, unchanged
        self._least = math.inf
        self._numbers: list[Floats] = []
        self._setup: Setup | None = None

    def remember(
        self,
        epoch: int,
        logs: dict[str, float],
        setup: Setup,
        parameters: Sequence[Floats] | None = None,
    ) -> None:
        """Add an epoch to the history, and keep its weights if it is the best so far.

        Args:
            epoch: Its number, from 0.
            logs: Its loss and metrics.
            setup: What it was trained with.
            parameters: The parameters of each group after it, in arrays that nobody changes; None
                for those that the backend has now.
        """
        self.history.append(epoch, logs)
        watched = self.history["val_loss" if "val_loss" in self.history else "loss"]
        if watched[-1] <= self._least:
            self._least = watched[-1]
            self.history.best_epoch, self._setup = epoch, setup
            if parameters is None:
                parameters = [array.copy() for array in setup.backend.numbers()]
            self._numbers = [*parameters]
            if setup.others:
                self._numbers.append(np.array([parameter.data for parameter in setup.others]))
            if not self.unchanged:
                _ = setup.layout  # computed now, before a callback changes the modules

    def finish(self) -> None:
        """Put the weights into the history."""
        if self._setup is not None:
            numbers = np.concatenate(self._numbers)
            self.history.keep_best(partial(self._setup.layout.state, numbers))

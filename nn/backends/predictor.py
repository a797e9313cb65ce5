"""Predictor: a model's outputs for many samples."""

from __future__ import annotations

import numpy as np

from autograd_core.graph import watched
from nn.backends.backend import called
from nn.backends.graph import predict
from nn.backends.program import Program
from nn.backends.survey import Survey
from nn.backends.trial import Disagreement, agree, changed, holding, read, say_slow
from nn.basics import Floats
from nn.basics.structure import Structure, structure_of
from nn.modules import Tree


class Predictor:
    """A model's outputs in inference mode, from a program of their own or on the graph.

    The program does not depend on how the model was trained: a model that was saved and loaded
    predicts the same, to the bit.
    """

    def __init__(self, model: Tree) -> None:
        self.survey = Survey(model)
        self._held = model.parameters()
        self._program = Program(model, self.survey.modules, [self._held], False)
        self._fallback_reason = ""  # it stays on the graph
        self._structure: tuple[bool, Structure | None] | None = None

    def fits(self, model: Tree) -> bool:
        """Return whether the model is still what it was."""
        if self._program.model is not model:
            return False
        return self.survey.holds() or self.survey == Survey(model)

    def predict(self, x: Floats) -> Floats:
        """Return the outputs `(samples, outputs)`."""
        if self._fallback_reason or watched() or not len(x):
            return self.on_graph(x)
        try:
            numbers = [read(self._held)]
            if self.survey.foreign:
                self._try_out(numbers, x[[0, -1]])
            return np.asarray(self._program.values(numbers, x))
        except Exception as error:  # if it is the user's own, the graph says so below
            why = error
        outputs = self.on_graph(x)
        self._fallback_reason = say_slow(self._program.model, why)
        return outputs

    def structure(self, x: Floats, apart: bool) -> Structure | None:
        """Return how the outputs of a row fall into several; None if they are one."""
        if self._structure is None or self._structure[0] != apart:
            row = x[0] if len(x) else np.zeros(x.shape[1])
            with self._program.mode():
                self._structure = (
                    apart,
                    structure_of(called(self._program.model, row.tolist()), apart),
                )
        return self._structure[1]

    def on_graph(self, x: Floats) -> Floats:
        """Return the outputs, computed sample by sample."""
        with self._program.mode():
            return predict(self._program.model, x)

    def _try_out(self, numbers: list[Floats], x: Floats) -> None:
        """Compare with the graph, where other people's code takes part.

        Raises:
            Disagreement: If the program gives something else, also when captured anew.
        """
        if not self._agrees(numbers, x):
            self._program.forget()
            if not self._agrees(numbers, x):
                raise Disagreement

    def _agrees(self, numbers: list[Floats], x: Floats) -> bool:
        for some in (numbers, changed(numbers)):
            with holding([self._held], some):
                wanted = self.on_graph(x)
            if not agree([np.asarray(self._program.values(some, x))], [wanted]):
                return False
        return True

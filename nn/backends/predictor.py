"""Predictor: the outputs of a model for many samples, in inference mode."""

from __future__ import annotations

import numpy as np

from autograd_core.graph import watched
from nn.backends.backend import call_model
from nn.backends.graph import predict
from nn.backends.program import Program
from nn.backends.survey import Survey
from nn.backends.trial import Disagreement, agree, numbers_of, perturbed, temporarily, warn_slow
from nn.basics import Floats
from nn.basics.structure import Structure, structure_of
from nn.modules import Tree


class Predictor:
    """Computes a model's outputs in inference mode, with a program or on the graph.

    The program does not depend on how the model was trained: a model that was saved and loaded
    predicts the same, to the bit.
    """

    def __init__(self, model: Tree) -> None:
        self.survey = Survey(model)
        self._parameters = model.parameters()
        self._program = Program(model, self.survey.modules, [self._parameters], False)
        self._fallback_reason = ""  # why it runs on the graph; "" while it does not
        self._structure: tuple[bool, Structure | None] | None = None

    def fits(self, model: Tree) -> bool:
        """Return whether this predictor is for that model, and the model has not changed."""
        if self._program.model is not model:
            return False
        return self.survey.holds() or self.survey == Survey(model)

    def predict(self, x: Floats) -> Floats:
        """Return the outputs `(samples, outputs)`."""
        if self._fallback_reason or watched() or not len(x):
            return self.on_graph(x)
        try:
            numbers = [numbers_of(self._parameters)]
            if self.survey.foreign:
                self._verify(numbers, x[[0, -1]])
            return np.asarray(self._program.values(numbers, x))
        except Exception as error:  # an error in the user's code is raised again below
            why = error
        outputs = self.on_graph(x)
        self._fallback_reason = warn_slow(self._program.model, why)
        return outputs

    def structure(self, x: Floats, per_output: bool) -> Structure | None:
        """Return the structure of the model's outputs; None if it has one output.

        Args:
            x: `(samples, inputs)`.
            per_output: Whether a list of numbers is a list of outputs, not one output.
        """
        if self._structure is None or self._structure[0] != per_output:
            row = x[0] if len(x) else np.zeros(x.shape[1])
            with self._program.mode():
                self._structure = (
                    per_output,
                    structure_of(call_model(self._program.model, row.tolist()), per_output),
                )
        return self._structure[1]

    def on_graph(self, x: Floats) -> Floats:
        """Return the outputs, computed sample by sample."""
        with self._program.mode():
            return predict(self._program.model, x)

    def _verify(self, numbers: list[Floats], x: Floats) -> None:
        """Compare the program with the graph, for a model with code from outside this package.

        Raises:
            Disagreement: If they differ, also after the program was captured again.
        """
        if not self._agrees(numbers, x):
            self._program.forget()
            if not self._agrees(numbers, x):
                raise Disagreement

    def _agrees(self, numbers: list[Floats], x: Floats) -> bool:
        for some in (numbers, perturbed(numbers)):
            with temporarily([self._parameters], some):
                wanted = self.on_graph(x)
            if not agree([np.asarray(self._program.values(some, x))], [wanted]):
                return False
        return True

"""Model setup: what is computed once for a model, and kept until more than its numbers change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value, compile
from autograd_core.graph import leaves_with_gradient
from nn.backends import Backend, Survey
from nn.basics import Floats, Mask
from nn.modules import Tree, class_view, leaves, numbers


class Layout:
    """Indices of each array of `state_dict()` in one flat array of parameters.

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
            for name, holder in class_view(model).holders().items()
        }

    def state(self, flat: Floats) -> dict[str, Floats]:
        """Return what `state_dict()` would with these numbers in the parameters."""
        return {name: np.asarray(flat[places]) for name, places in self.places.items()}


class Penalty:
    """The sum of the penalties of all modules, compiled as a function of the parameters.

    Attributes:
        masks: For each group, which parameters it depends on.

    Args:
        modules: All modules of the model, itself first.
        groups: The parameters that the optimizer moves.
    """

    def __init__(self, modules: Sequence[Tree], groups: Sequence[Sequence[Value]]) -> None:
        self.modules = modules
        self._count = len(groups)
        reached = leaves_with_gradient(self._sum())
        moved = {parameter for group in groups for parameter in group}
        self._others = [p for p in modules[0].parameters() if p in reached and p not in moved]
        inputs = [*map(list, groups), *([self._others] if self._others else [])]
        self.masks: list[Mask] = [np.array([p in reached for p in group]) for group in groups]
        self._program = compile(lambda *given: self._sum(), inputs=dict(enumerate(inputs)))

    def _sum(self) -> Value:
        total = Value(0.0)
        for module in self.modules:
            for penalty in module.penalties():
                total = total + penalty
        return total

    def value(self, numbers: Sequence[Floats]) -> float:
        """Return the penalty for these parameters, one array a group."""
        return float(self._program(*self._all(numbers)))

    def gradients(self, numbers: Sequence[Floats]) -> tuple[float, Sequence[Floats]]:
        """Return the penalty and its gradients, one array a group."""
        wrt = tuple(range(self._count))
        value, found = self._program.value_and_grad(*self._all(numbers), wrt=wrt)
        return float(value), [np.asarray(gradient, np.float64) for gradient in found]

    def _all(self, numbers: Sequence[Floats]) -> list[Floats]:
        others = [np.array([value.data for value in self._others])] if self._others else []
        return [*numbers, *others]


class Setup:
    """What is computed once for a model, and again after a change of more than its numbers.

    Attributes:
        survey: That of the model and its loss.
        groups: The parameters of each of the optimizer's groups.
        backend: Computes losses and gradients.
        of_another_model: Whether the optimizer moves none of this model's parameters.
        outputs_checked: Whether `Loss.check` has accepted the model's outputs.
    """

    def __init__(
        self, model: Tree, survey: Survey, groups: list[list[Value]], backend: Backend
    ) -> None:
        self.model, self.survey, self.groups, self.backend = model, survey, groups, backend
        self.of_another_model = self.outputs_checked = False

    @cached_property
    def penalty(self) -> Penalty | None:
        """The regularizers' part of the loss; None if there are none."""
        penalised = any(module.penalties() for module in self.survey.modules)
        return Penalty(self.survey.modules, self.groups) if penalised else None

    @cached_property
    def constrained(self) -> list[tuple[int, NDArray[np.intp], Callable[[Floats], Floats]]]:
        """`(group, indices, constraint)` of constrained weights; indices have the weights' shape.

        An array of weights is left out if the optimizer does not move all of it, in one group.
        """
        found = []
        where = {p: (g, i) for g, group in enumerate(self.groups) for i, p in enumerate(group)}
        for module in self.survey.modules:
            for holder, constraint in module.constrained():
                spots = [where.get(leaf) for leaf in leaves(holder)]
                known = [spot for spot in spots if spot is not None]
                if len(known) == len(spots) and len({group for group, _ in known}) == 1:
                    places = np.array([place for _, place in known], np.intp)
                    found.append((known[0][0], places.reshape(numbers(holder).shape), constraint))
        return found

    def constrain(self, moved: Sequence[Floats]) -> Sequence[Floats]:
        """Apply the constraints to the updated parameters of each group, in place."""
        for group, places, constraint in self.constrained:
            moved[group][places] = constraint(moved[group][places])
        return moved

    def mode(self, training: bool) -> None:
        """Switch all modules to training or to inference."""
        for module in self.survey.modules:
            module.training = training

    def trainable_masks(self) -> list[Mask]:
        """Return for each group which parameters are not frozen; [] if none is frozen.

        A user who gives the optimizer its parameters may have passed frozen ones.
        """
        frozen = set(self.model.parameters()) - set(self.model.trainable_parameters())
        masks = [
            np.array([parameter not in frozen for parameter in group]) for group in self.groups
        ]
        return [] if all(mask.all() for mask in masks) else masks

    @cached_property
    def others(self) -> list[Value]:
        """The parameters that the optimizer does not move."""
        moved = {parameter for group in self.groups for parameter in group}
        return [parameter for parameter in self.model.parameters() if parameter not in moved]

    @cached_property
    def layout(self) -> Layout:
        """Indices of a state in the numbers of all groups, followed by those of `others`."""
        moved = [parameter for group in self.groups for parameter in group]
        return Layout(self.model, [*moved, *self.others])

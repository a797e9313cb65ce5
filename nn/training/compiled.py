"""Compiled: a model with what trains it: how many outputs it has, and what is set up for it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import ClassVar

from autograd_core import Value
from autograd_core.graph import topological_order
from nn.backends import Backend, GraphBackend, Survey, TrainingWarning, as_list, called
from nn.basics import Mask, Metric, Path, listed, look_up
from nn.basics.structure import Structure, flat, structure_of
from nn.losses import Losses
from nn.losses.loss import Loss
from nn.modules import Tree
from nn.optimizers.optimizer import Optimizer
from nn.schedules import Schedule
from nn.training.model_setup import Setup
from nn.training.outputs import Chosen, of_one, of_several


class Compiled:
    """One model with the optimizer, the loss, the metrics and the backend it is to be trained with.

    Attributes:
        backends: What makes a backend of a model, its loss, groups of parameters and a survey.
    """

    backends: ClassVar[Mapping[str, Callable[..., Backend]]]
    _chosen: Sequence[Value] = ()  # as in a pickle of 0.1.0
    backend = "auto"
    mesh: object = None
    columns: tuple[str, ...] = ()  # of the pandas table that fit has seen
    classes: Sequence[str] = ()  # the names of classes, where they are text
    chosen = Chosen("mse")  # what compile was given, in a pickle of 0.1.0 not there
    class_names: Mapping[str, Sequence[str]] = {}  # the same of each of several outputs

    def __init__(
        self,
        model: Tree,
        optimizer: Optimizer,
        loss: Loss,
        metrics: Mapping[str, Metric],
        backend: str,
        mesh: object = None,
    ) -> None:
        self.model, self.optimizer, self.loss, self.metrics = model, optimizer, loss, metrics
        self.backend = look_up("backend", backend, {name: name for name in self.backends})
        if mesh is not None and backend != "jax":
            raise ValueError(f"mesh= lays rows over devices of JAX; backend={backend!r} has none")
        self.mesh = mesh
        self.chooses = optimizer.chosen or not optimizer.param_groups
        self._chosen = []  # the parameters that it has chosen
        self.schedule: Schedule | None = None
        self._setup: Setup | None = None
        self._width: tuple[Survey, int, int, Structure | None] | None = None
        self._surveyed: Survey | None = None  # the model a moment ago
        self._free: list[Mask] = []  # see Setup.free

    @property
    def on_graph(self) -> bool:
        """Whether the user wants the graph."""
        return self.backend == "graph"

    def __getstate__(self) -> dict[str, object]:  # a copy compiles its own programs
        return {**vars(self), "_setup": None, "_width": None, "_surveyed": None, "mesh": None}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        if vars(self).pop("make_backend", None) is GraphBackend:  # as in a pickle of 0.1.0
            self.backend = "graph"

    def outputs(self, row: list[float]) -> int:
        """Return how many outputs the model has; it builds itself and checks its inputs here.

        Where they are several, each in a list or a dict, loss and metrics are laid out over them.
        Whoever works with the model's numbers asks this first, so `setup` need not look again.
        """
        known = self._width
        survey = known[0] if known and known[0].holds() else Survey(self.model, self.loss)
        if known is None or known[1] != len(row) or known[0] != survey:
            outputs = called(self.model, row)
            structure = self.lay_out(outputs)
            survey = Survey(self.model, self.loss)  # now it is built
            if survey.foreign:  # what is ours holds its parts where they are found
                given = [p for group in self.optimizer.param_groups for p in group["params"]]
                _say_unfound(self.model, outputs, partial(called, self.model, row), given)
            known = survey, len(row), sum(1 for _ in flat(outputs)), structure
        self._width = survey, *known[1:]
        self._surveyed = survey
        return known[2]

    def lay_out(self, outputs: object) -> Structure | None:
        """Lay loss and metrics out over what the model returned, and return its structure.

        Raises:
            ValueError: If they do not fit.
        """
        chosen = self.chosen
        structure = structure_of(outputs, chosen.per_output)
        if structure is None:
            if chosen.per_output or chosen.loss_weights is not None:
                self.chosen = chosen.for_one_output(type(self.model).__name__)
                self.loss, self.metrics = of_one(self.chosen)
        elif not isinstance(self.loss, Losses) or self.loss.structure != structure:
            self.loss, self.metrics = of_several(chosen, structure)
        return structure

    def setup(self) -> Setup:
        """Return the backend for the model as it is and the parameters that are trainable now."""
        survey, self._surveyed = self._surveyed or Survey(self.model, self.loss), None
        optimizer = self.optimizer
        bound = [list(group["params"]) for group in optimizer.param_groups]
        if self._setup is None or survey != self._setup.survey or bound != self._setup.groups:
            chosen = self.model.trainable_parameters()
            moved = [parameter for group in bound for parameter in group]
            if self.chooses and moved != chosen and not self._of_another_model(moved, survey):
                self._choose(chosen)
            groups = [list(group["params"]) for group in optimizer.param_groups]
            options = {} if self.mesh is None else {"mesh": self.mesh}
            make = self.backends[self.backend]
            backend = make(self.model, self.loss, groups, survey, **options)
            self._setup = Setup(self.model, survey, groups, backend)
            self._setup.of_another_model = self._of_another_model(
                [p for g in groups for p in g], survey
            )
            self._free = [] if self.chooses else self._setup.free()
        return self._setup

    def _choose(self, parameters: list[Value]) -> None:
        """Let the optimizer move these: its options stay as they are, its moments start anew."""
        optimizer, groups = self.optimizer, self.optimizer.param_groups
        if groups:  # a schedule, say, has set the rate of the group alone
            optimizer.defaults |= {k: groups[0][k] for k in optimizer.defaults}
        groups.clear()
        optimizer.state.clear()
        if parameters:
            optimizer.bind(parameters)
        optimizer.chosen, self._chosen = True, parameters

    def _of_another_model(self, moved: Sequence[Value], survey: Survey) -> bool:
        """Return whether none of an optimizer's parameters is the model's, nor its loss's."""
        ours = {part for part in survey.parts if isinstance(part, Value)}
        return bool(moved) and moved != self._chosen and ours.isdisjoint(moved)

    def look_again(self) -> None:
        """Forget how the model was a moment ago: somebody may have changed it since."""
        self._surveyed = None

    def setup_to_train(self) -> Setup:
        """Return what `setup` does, for an optimizer that has parameters to move.

        Raises:
            ValueError: If there is nothing to train, or the optimizer has another model's
                parameters.
        """
        setup = self.setup()
        if setup.of_another_model:
            raise ValueError(
                f"this {type(self.optimizer).__name__} has the parameters of another model, so it "
                f"would move none of this {type(self.model).__name__}'s; make a new optimizer for "
                "each model that is compiled"
            )
        if not setup.groups:
            name = type(self.model).__name__
            raise ValueError(
                f"there is nothing to train: {name} has no parameters, or all of them are frozen; "
                "set trainable = True on the model or on one of its layers"
            )
        return setup


def _say_unfound(
    model: Tree, outputs: object, again: Callable[[], object], others: Collection[Value]
) -> None:
    """Warn of trainable numbers that nobody trains, as those of a module in a plain object.

    Args:
        model: The model.
        outputs: What it has returned for a sample.
        again: Returns what it returns for the same sample: what is there again, it did not make.
        others: What is trained besides the model's parameters.
    """
    known = {*model.parameters(), *others}
    found = [leaf for leaf in _leaves(outputs) if leaf.requires_grad and leaf not in known]
    if not all(isinstance(leaf.label, Path) for leaf in found):  # else they are of modules
        there = {*_leaves(again())}
        found = [leaf for leaf in found if leaf in there]
    if found:
        name = type(model).__name__
        shown = listed([leaf.label or f"Value({leaf.data:g})" for leaf in found], most=5)
        warnings.warn(
            f"{name} uses numbers that are not among its parameters, so that they are not trained, "
            f"saved or counted: {shown}. Parts are found in the attributes of a module, and in "
            "lists, tuples and the values of dicts there, but not in plain objects, closures, "
            "partials or keys: self.part = part. For numbers that are to stay as they are, say "
            "requires_grad = False (requires_grad_(False) of a module)",
            TrainingWarning,
            stacklevel=2,
        )


def _leaves(outputs: object) -> list[Value]:
    roots = [output for output in as_list(outputs) if isinstance(output, Value)]
    return [node for node in topological_order(*roots) if node.op is None]

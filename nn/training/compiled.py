"""Compiled: a model with its optimizer, loss, metrics and backend; it detects changes of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import ClassVar, NamedTuple

from autograd_core import Value
from autograd_core.graph import topological_order
from nn.backends import Backend, GraphBackend, Survey, TrainingWarning, as_list, call_model
from nn.basics import Mask, Metric, Path, listed, look_up
from nn.basics.structure import Structure, flat, structure_of
from nn.losses import Losses
from nn.losses.loss import Loss
from nn.modules import Tree
from nn.optimizers.optimizer import Optimizer
from nn.schedules import Schedule
from nn.training.model_setup import Setup
from nn.training.outputs import Chosen, of_one, of_several


class _Outputs(NamedTuple):
    """What is known of a model's outputs.

    Attributes:
        survey: The model and the loss for which it is known.
        inputs: The length of a row.
        outputs: How many numbers the model returns for a row.
    """

    survey: Survey
    inputs: int
    outputs: int


class Compiled:
    """One model with the optimizer, the loss, the metrics and the backend that train it.

    Attributes:
        backends: Constructors by name: `backend(model, loss, groups, survey, **options)`.
        chooses: Whether the optimizer gets the model's trainable parameters here; else the user
            has given it its parameters.
    """

    backends: ClassVar[Mapping[str, Callable[..., Backend]]]
    _chosen: Sequence[Value] = ()  # as in a pickle of 0.1.0
    backend = "auto"
    mesh: object = None
    columns: tuple[str, ...] = ()  # of the pandas table that fit was given
    classes: Sequence[str] = ()  # the names of the classes, if y was text
    class_names: Mapping[str, Sequence[str]] = {}  # `classes` of each of several outputs
    chosen = Chosen("mse")  # the arguments of compile; a pickle of 0.1.0 lacks them
    _known_outputs: _Outputs | None = None  # by `outputs`, for the model as it was then

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
            raise ValueError(
                f"mesh= shards rows over JAX devices, and backend={backend!r} has none; say "
                "backend='jax', or leave mesh= out"
            )
        self.mesh = mesh
        self.chooses = optimizer.chosen or not optimizer.param_groups
        self._chosen = []  # the parameters that `_choose` gave the optimizer
        self.schedule: Schedule | None = None
        self._setup: Setup | None = None
        self._surveyed: Survey | None = None  # by `outputs`, for the `setup` that follows
        self._trainable_masks: list[Mask] = []  # see Setup.trainable_masks

    @property
    def on_graph(self) -> bool:
        """Whether the backend is the graph."""
        return self.backend == "graph"

    def __getstate__(self) -> dict[str, object]:  # a copy compiles its own programs
        return {
            **vars(self),
            "_setup": None,
            "_known_outputs": None,
            "_surveyed": None,
            "mesh": None,
        }

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        if vars(self).pop("make_backend", None) is GraphBackend:  # as in a pickle of 0.1.0
            self.backend = "graph"

    def outputs(self, row: list[float]) -> int:
        """Return how many numbers the model returns for a row; builds a model that is not built.

        For a model of several outputs, loss and metrics are laid out over them. Call it before
        `setup`, which then uses the same survey of the model.
        """
        known = self._known_outputs
        survey = known.survey if known and known.survey.holds() else Survey(self.model, self.loss)
        if known is None or known.inputs != len(row) or known.survey != survey:
            outputs = call_model(self.model, row)
            self.lay_out(outputs)
            survey = Survey(self.model, self.loss)  # again: the call may have built layers
            if survey.foreign:  # modules of this package hold all their parameters as attributes
                given = [p for group in self.optimizer.param_groups for p in group["params"]]
                _warn_untracked(self.model, outputs, partial(call_model, self.model, row), given)
            known = _Outputs(survey, len(row), sum(1 for _ in flat(outputs)))
        self._known_outputs = known._replace(survey=survey)
        self._surveyed = survey
        return known.outputs

    def lay_out(self, outputs: object) -> Structure | None:
        """Make loss and metrics those of each output the model returned; return the structure.

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
        """Return the backend with its groups of parameters, new if model or optimizer changed."""
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
            self._trainable_masks = [] if self.chooses else self._setup.trainable_masks()
        return self._setup

    def _choose(self, parameters: list[Value]) -> None:
        """Give the optimizer these parameters: it keeps its options and loses its moments."""
        optimizer, groups = self.optimizer, self.optimizer.param_groups
        if groups:  # a schedule, for example, has changed the rate of the group only
            optimizer.defaults |= {k: groups[0][k] for k in optimizer.defaults}
        groups.clear()
        optimizer.state.clear()
        if parameters:
            optimizer.bind(parameters)
        optimizer.chosen, self._chosen = True, parameters

    def _of_another_model(self, moved: Sequence[Value], survey: Survey) -> bool:
        """Return whether the optimizer has parameters, none of them the model's or its loss's."""
        ours = {part for part in survey.parts if isinstance(part, Value)}
        return bool(moved) and moved != self._chosen and ours.isdisjoint(moved)

    def forget_survey(self) -> None:
        """Have `setup` survey the model again: a callback may have changed it."""
        self._surveyed = None

    def setup_to_train(self) -> Setup:
        """Return what `setup` does, after checking that training can change the model.

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


def _warn_untracked(
    model: Tree, outputs: object, again: Callable[[], object], others: Collection[Value]
) -> None:
    """Warn of leaves with `requires_grad` that are no parameters, as of a module in a plain object.

    Args:
        model: The model.
        outputs: What it returned for a sample.
        again: Calls the model on the same sample: a leaf in both graphs was not made by the call.
        others: Values that are trained besides the model's parameters.
    """
    known = {*model.parameters(), *others}
    found = [leaf for leaf in _leaves(outputs) if leaf.requires_grad and leaf not in known]
    if not all(isinstance(leaf.label, Path) for leaf in found):  # a Path labels parameters
        persistent = {*_leaves(again())}
        found = [leaf for leaf in found if leaf in persistent]
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

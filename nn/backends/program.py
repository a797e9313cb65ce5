"""Program: a model on one sample, captured from its graph and compiled for batches.

Nothing here is specific to a layer or a loss: their arithmetic on Values is compiled as it is.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from numbers import Real
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value, compile, ops
from autograd_core.compiler import BatchCall, Compiled, Nested, watched_reads
from autograd_core.graph import VALUE, decide, leaves_with_gradient
from nn.backends.backend import outputs_of
from nn.backends.diagnostics import units
from nn.basics import Floats, Mask, Number
from nn.losses.loss import Loss
from nn.modules import Tree, temporarily_set
from nn.modules.statistics import Choose, Drops, factors_from

Values: TypeAlias = "Sequence[Value]"
Objects: TypeAlias = NDArray[np.object_]


class ReadError(Exception):
    """Code reads a number of the captured sample, which the program would keep as a constant."""

    def __init__(self, where: Collection[str]) -> None:
        super().__init__(
            f"forward() or the loss reads a number out of a Value ({', '.join(sorted(where))}): "
            ".data, .item(), a format or backward(), which a program cannot follow from "
            "sample to sample. With Values alone, comparisons among them and "
            "autograd_core.functional.where(condition, a, b) it can be compiled"
        )


class Entry(Value):
    """An input or a target of the captured sample; `==` with a number compares values.

    So the compiler records `if target == 1:` in a user's loss as a guard.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Real):
            return decide(ops.EQUAL, self, Value(float(other)))
        return self is other

    __hash__ = Value.__hash__


class Program:
    """A function of a model's parameters and of one sample, compiled when it is first run.

    Args:
        model: The model.
        modules: All of its modules.
        groups: Groups of parameters; each is one array argument of the program.
        training: Whether to capture in training mode: with Dropout.
        backend: See `autograd_core.compile`.

    Attributes:
        names: The names of the arrays with one row per sample, after the parameters.
    """

    names: tuple[str, ...] = ("x",)

    def __init__(
        self,
        model: Tree,
        modules: Sequence[Tree],
        groups: Sequence[Values],
        training: bool,
        backend: str = "numpy",
    ) -> None:
        self.model, self.modules, self.groups, self.training = model, modules, groups, training
        self.backend = backend
        self._compiled: Compiled | None = None

    def sample(self, columns: list[list[Value]]) -> object:
        """Return the Values that the program computes for one sample.

        Args:
            columns: The sample's row of each array that `names` lists.
        """
        return self.objects(outputs_of(self.model, columns[0]))

    def compiled(self, columns: Sequence[Floats]) -> Compiled:
        """Return the program for samples like these, in arrays with one row per sample."""
        if self._compiled is None:
            rows = [column[0].ravel().tolist() for column in columns]
            entries: list[list[Value]] = [[Entry(number) for number in row] for row in rows]
            inputs = [*self.groups, *entries]

            def function(*given: object) -> object:
                masks = _dropout_from(entries[len(self.names) :])
                with self.mode(masks), watched_reads() as places:
                    found = self.sample(entries)
                if places:
                    raise ReadError(places)
                return found

            groups = [f"parameters{i or ''}" for i in range(len(self.groups))]  # in printed code
            kind = inspect.Parameter.POSITIONAL_ONLY
            function.__name__ = type(self.model).__name__
            function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
                [inspect.Parameter(name, kind) for name in (*groups, *self.names, "masks")]
            )
            batch = (*[None] * len(groups), *[0] * len(columns))
            self._compiled = compile(
                function, batch=batch, inputs=dict(enumerate(inputs)), backend=self.backend
            )
        return self._compiled

    @property
    def reads_outside(self) -> bool:
        """Whether each call reads Values that are not its parameters; True until compiled."""
        return self._compiled is None or self._compiled.reads_outside

    def forget(self) -> None:
        """Capture the model again at the next run."""
        self._compiled = None

    def values(self, numbers: Sequence[Floats], *columns: Floats) -> Nested:
        """Return the program's results for every sample.

        Args:
            numbers: The parameters of each group.
            columns: Arrays with one row per sample.
        """
        return self.compiled(columns)(*numbers, *columns)

    @contextmanager
    def mode(self, choose: Choose | None = None) -> Iterator[None]:
        """Set the modules to the program's mode, with `choose` as the source of Dropout's factors.

        Frozen parameters are arguments of the program like the others: the caller says which
        gradients it wants.
        """
        drops = [module for module in self.modules if isinstance(module, Drops)]
        training = temporarily_set(self.modules, "training", self.training)
        with training, factors_from(drops, choose):
            yield

    @staticmethod
    def objects(items: Sequence[object]) -> Objects:
        """Return an array of objects."""
        array = np.empty(len(items), dtype=object)
        array[:] = items
        return array


class LossProgram(Program):
    """The weighted loss of a sample, and a row of the table: its loss and outputs.

    Attributes:
        reached: For each captured graph that does not depend on all parameters: the masks of those
            that it depends on, by group.
    """

    names = ("x", "target", "weight")

    def __init__(
        self,
        model: Tree,
        modules: Sequence[Tree],
        groups: Sequence[Values],
        training: bool,
        loss: Loss,
        backend: str = "numpy",
    ) -> None:
        super().__init__(model, modules, groups, training, backend)
        self.loss = loss
        self.reached: list[list[Mask]] = []

    def sample(self, columns: list[list[Value]]) -> object:
        """Return the weighted loss and the row; with an index into `reached` if there are masks."""
        outputs = outputs_of(self.model, columns[0])
        loss = Value.operand(self.loss.sample(outputs, columns[1]))
        weighted = loss * columns[2][0]
        table = self.objects([loss, *outputs, *self.loss.each(outputs, columns[1])])
        if not self.training or (masks := self._masks(loss)) is None:
            return weighted, table
        self.reached.append(masks)
        return weighted, (table, Value(len(self.reached) - 1.0))

    def _masks(self, loss: Value) -> list[Mask] | None:
        """Return which parameters of each group a loss depends on; None if it does on all."""
        found = leaves_with_gradient(loss)
        if all(parameter in found for group in self.groups for parameter in group):
            return None
        return [np.array([parameter in found for parameter in group]) for group in self.groups]

    def table(self, computed: Nested) -> tuple[Floats, list[Mask] | None]:
        """Return the table `(samples, 1 + outputs)`, and the masks in `reached` or None.

        Args:
            computed: The program's result.
        """
        _, found = computed
        if not isinstance(found, tuple):
            return found, None
        table, place = found
        return table, self.reached[int(place[0])]

    def gradients(
        self, numbers: Sequence[Floats], count: int, *columns: Floats
    ) -> tuple[Nested, Sequence[Floats]]:
        """Return the result, for `table`, and the gradients of the first `count` groups."""
        found: tuple[Nested, Sequence[Floats]] = self.compiled(columns).value_and_grad(
            *numbers, *columns, wrt=tuple(range(count)), has_aux=True
        )
        return found

    def table_and_gradients(
        self, count: int, numbers: list[Floats], columns: Sequence[Floats]
    ) -> tuple[Floats, Sequence[Floats]]:
        """Return the table, and in training mode the gradients, to compare with the graph's."""
        if not self.training:
            return self.table(self.values(numbers, *columns))[0], []
        computed, gradients = self.gradients(numbers, count, *columns)
        return self.table(computed)[0], gradients

    def bound(self, numbers: Sequence[Floats], count: int, *columns: Floats) -> BatchCall | None:
        """Return a call that computes `gradients` without checks, for arrays like these.

        None if checks are needed at every call, as for branches on computed numbers.
        """
        return self.compiled(columns).batch_call(
            *numbers, *columns, wrt=tuple(range(count)), has_aux=True
        )


class UnitsProgram(LossProgram):
    """The output of each unit of a layer and its local partials, for diagnostics.

    Attributes:
        layers: By layer, the slices of the result with its units' outputs and with their partials.
            Layers that always let a gradient through are left out.
    """

    layers: dict[str, tuple[slice, slice]]

    def sample(self, columns: list[list[Value]]) -> object:
        """Return outputs and partials of the units of all `layers`."""
        outputs = outputs_of(self.model, columns[0])
        loss = Value.operand(self.loss.sample(outputs, columns[1]))
        passing: set[str] = set()
        found: dict[str, tuple[list[Number], list[Number]]] = {}
        for layer, node in units(loss):
            assert node.op is not None
            partials = node.op.partials(VALUE, node, *node.parents)
            numbers, passed = found.setdefault(layer, ([], []))
            numbers.append(node)
            passed += partials
            if any(not isinstance(p, Value) and p != 0.0 for p in partials):
                passing.add(layer)  # as a sum, whose partials are 1 for every sample
        self.layers = {}
        items: list[Number] = []
        for layer, (numbers, passed) in found.items():
            if layer not in passing:
                start, end = len(items), len(items) + len(numbers)
                self.layers[layer] = slice(start, end), slice(end, end + len(passed))
                items += numbers + passed
        return self.objects(items or [loss])


def _dropout_from(masks: list[list[Value]]) -> Choose:
    """Return a source of Dropout's factors that gives these, in the order of the calls."""
    waiting = iter([mask for row in masks for mask in row])
    return lambda layer, count: [next(waiting) for _ in range(count)]

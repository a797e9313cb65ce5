"""Program: a model on one sample, captured from its graph and compiled for batches.

Nothing here knows a layer or a loss: whatever arithmetic they do on Values is what is compiled.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value, compile, ops
from autograd_core.compiler import BatchCall, Compiled, watched_reads
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
    """The program would hold numbers of one sample."""

    def __init__(self, where: Collection[str]) -> None:
        super().__init__(
            f"forward() or the loss reads a number out of a Value ({', '.join(sorted(where))}): "
            ".data, .item(), a format or backward(), which a program cannot follow from "
            "sample to sample. With Values alone, comparisons among them and "
            "autograd_core.functional.where(condition, a, b) it can be compiled"
        )


class Entry(Value):
    """An input or a target: equal to a number by value, as the plain number would be.

    So `if target == 1:` in a user's loss is a decision that the compiler sees.
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
        held: Groups of parameters; each is one array when the program runs.
        training: Whether Dropout drops.
        backend: What runs it, see `autograd_core.compile`.
    """

    names: tuple[str, ...] = ("x",)

    def __init__(
        self,
        model: Tree,
        modules: Sequence[Tree],
        held: Sequence[Values],
        training: bool,
        backend: str = "numpy",
    ) -> None:
        self.model, self.modules, self.held, self.training = model, modules, held, training
        self.backend = backend
        self._compiled: Compiled | None = None

    def sample(self, columns: list[list[Value]]) -> object:
        """Return the Values to compute for one sample."""
        return self.objects(outputs_of(self.model, columns[0]))

    def compiled(self, columns: Sequence[Floats]) -> Compiled:
        """Return the program for samples like these, in arrays with one row per sample."""
        if self._compiled is None:
            rows = [column[0].ravel().tolist() for column in columns]
            entries: list[list[Value]] = [[Entry(number) for number in row] for row in rows]
            inputs = [*self.held, *entries]

            def function(*given: object) -> object:
                masks = _passed(entries[len(self.names) :])
                with self.mode(masks), watched_reads() as places:
                    found = self.sample(entries)
                if places:
                    raise ReadError(places)
                return found

            held = [f"parameters{i or ''}" for i in range(len(self.held))]
            kind = inspect.Parameter.POSITIONAL_ONLY
            function.__name__ = type(self.model).__name__
            function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
                [inspect.Parameter(name, kind) for name in (*held, *self.names, "masks")]
            )
            batch = (*[None] * len(held), *[0] * len(columns))
            self._compiled = compile(
                function, batch=batch, inputs=dict(enumerate(inputs)), backend=self.backend
            )
        return self._compiled

    @property
    def reads_outside(self) -> bool:
        """Whether it reads Values that are none of its parameters, at each call."""
        return self._compiled is None or self._compiled.reads_outside

    def forget(self) -> None:
        """Capture the model anew when it is run the next time."""
        self._compiled = None

    def values(self, numbers: Sequence[Floats], *columns: Floats) -> Any:
        """Return what the program computes, for every sample.

        Args:
            numbers: The parameters of each group.
            columns: Arrays with one row per sample.
        """
        return self.compiled(columns)(*numbers, *columns)

    @contextmanager
    def mode(self, choose: Choose | None = None) -> Iterator[None]:
        """Put the model into the program's mode, for as long as it is captured.

        All parameters take part as themselves, frozen ones too: which have a gradient is decided
        by who asks for it.
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
    """The weighted loss of a sample; with it the loss and the outputs, in one array.

    Attributes:
        reached: For each graph captured in which some parameters took no part: which of each group
            did.
    """

    names = ("x", "target", "weight")

    def __init__(
        self,
        model: Tree,
        modules: Sequence[Tree],
        held: Sequence[Values],
        training: bool,
        loss: Loss,
        backend: str = "numpy",
    ) -> None:
        super().__init__(model, modules, held, training, backend)
        self.loss = loss
        self.reached: list[list[Mask]] = []

    def sample(self, columns: list[list[Value]]) -> object:
        """Return the weighted loss, and the loss with the outputs after it.

        Where some parameters took no part, also the place of the masks in `reached`.
        """
        outputs = outputs_of(self.model, columns[0])
        loss = Value.operand(self.loss.sample(outputs, columns[1]))
        weighted, table = (
            loss * columns[2][0],
            self.objects([loss, *outputs, *self.loss.each(outputs, columns[1])]),
        )
        if not self.training or (masks := self._masks(loss)) is None:
            return weighted, table
        self.reached.append(masks)
        return weighted, (table, Value(len(self.reached) - 1.0))

    def _masks(self, loss: Value) -> list[Mask] | None:
        found = leaves_with_gradient(loss)
        if all(parameter in found for group in self.held for parameter in group):
            return None
        return [np.array([parameter in found for parameter in group]) for group in self.held]

    def table(self, computed: Any) -> tuple[Floats, list[Mask] | None]:
        """Return losses and outputs `(samples, 1 + outputs)`, and who took part; None for all.

        Args:
            computed: What the program has computed.
        """
        _, found = computed
        if not isinstance(found, tuple):
            return found, None
        table, place = found
        return table, self.reached[int(place[0])]

    def gradients(
        self, numbers: Sequence[Floats], count: int, *columns: Floats
    ) -> tuple[Any, Sequence[Floats]]:
        """Return what the program computes, see `table`, and gradients of the first groups."""
        found: tuple[Any, Sequence[Floats]] = self.compiled(columns).value_and_grad(
            *numbers, *columns, wrt=tuple(range(count)), has_aux=True
        )
        return found

    def trial(
        self, count: int, numbers: list[Floats], columns: Sequence[Floats]
    ) -> tuple[Floats, Sequence[Floats]]:
        """Return the table, and while training gradients: what the graph is to give as well."""
        if not self.training:
            return self.table(self.values(numbers, *columns))[0], []
        computed, gradients = self.gradients(numbers, count, *columns)
        return self.table(computed)[0], gradients

    def bound(self, numbers: Sequence[Floats], count: int, *columns: Floats) -> BatchCall | None:
        """Return what `gradients` calls, without checks, for arrays like these.

        None if a check cannot be left out, as with branches on what the model computes.
        """
        return self.compiled(columns).batch_call(
            *numbers, *columns, wrt=tuple(range(count)), has_aux=True
        )


class UnitsProgram(LossProgram):
    """What each unit of a layer gives, and its local partials: what diagnostics look at.

    Attributes:
        layers: For each layer that may let no gradient through, where in the result its units'
            numbers are, and where their partials.
    """

    layers: dict[str, tuple[slice, slice]]

    def sample(self, columns: list[list[Value]]) -> object:
        """Return numbers and partials of all units that the result has to say something about."""
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
                passing.add(layer)  # a sum, say: its partials are 1 whatever the sample
        self.layers = {}
        items: list[Number] = []
        for layer, (numbers, passed) in found.items():
            if layer not in passing:
                start, end = len(items), len(items) + len(numbers)
                self.layers[layer] = slice(start, end), slice(end, end + len(passed))
                items += numbers + passed
        return self.objects(items or [loss])


def _passed(masks: list[list[Value]]) -> Choose:
    """Return what hands out the factors of all Dropouts, in the order in which they ask."""
    waiting = iter([mask for row in masks for mask in row])
    return lambda layer, count: [next(waiting) for _ in range(count)]

"""One call: a step of training as one program: the gradients, and what the optimizer does then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd_core.compiler import BatchCall, Update
from nn.basics import Floats
from nn.optimizers import SHARED, Optimizer, Rule, clipped, shrink

_MOST = 4  # settings that machine code is made for: it takes a third of a second each time


class Settings(NamedTuple):
    """What a step depends on that is part of its program; the rate is not, a schedule sets it."""

    rule: Rule
    groups: tuple[dict[str, Any], ...]
    maximize: bool
    clip_value: float | None
    clip_norm: float | None


class Step(NamedTuple):
    """A program of a whole step, and what it does with each group."""

    call: Callable[..., Any]
    updates: Sequence[Update]


class BoundStep:
    """The call for batches of one size, its checks made: NumPy's at first.

    It counts: when NumPy has had as long as making machine code takes, that is made, of the whole
    step if the optimizer is one of ours, or of the gradients.

    Args:
        batch: The call.
        at_once: Whether machine code is made for the very next one.
    """

    def __init__(self, batch: BatchCall, at_once: bool) -> None:
        self._batch, self._call = batch, batch.call
        self._left = 0 if at_once else batch.calls_until_native
        self._steps: list[tuple[Settings, Step | None]] = []
        self._latest: tuple[Optimizer, Step] | None = None

    def call(self, *arguments: Floats) -> Any:
        """Return what the program computes, and the gradients."""
        if self._left is not None:
            if self._left:
                self._left -= 1
            else:
                self._call, self._left = self._batch.native(), None
        return self._call(*arguments)

    def step_of(self, optimizer: Optimizer) -> Step | None:
        """Return a whole step for `take`; None if it is to be taken in parts.

        It is the one from before until `look_again`.
        """
        if self._left or not is_plain(optimizer):
            return None
        if self._latest is not None and self._latest[0] is optimizer:
            return self._latest[1]
        step = self._step_for(settings_of(optimizer))
        if step is None or not _has_begun(optimizer, step):
            return None
        self._latest = optimizer, step
        return step

    def look_again(self) -> None:
        """Look at the optimizer's settings at the next step: they may have changed."""
        self._latest = None

    def _step_for(self, settings: Settings) -> Step | None:
        for known, step in self._steps:
            if known == settings:
                return step
        if len(self._steps) >= _MOST:
            return None
        updates = [_update(settings, group) for group in settings.groups]
        call = self._batch.steps(updates)
        step = None if call is None else Step(call, updates)
        self._steps.append((settings, step))
        return step


def is_plain(optimizer: Optimizer) -> bool:
    """Say whether a step is a rule of ours for whole groups."""
    kind = type(optimizer)
    if optimizer.update is None or kind.rule is not Optimizer.rule:
        return False
    return kind.updated is Optimizer.updated and all(len(found) == 1 for found in optimizer.state)


def settings_of(optimizer: Optimizer) -> Settings:
    """Return what an optimizer's step depends on."""
    groups = [
        {name: option for name, option in group.items() if name not in ("params", "lr")}
        for group in optimizer.param_groups
    ]
    assert optimizer.update is not None
    limits = optimizer.maximize, optimizer.clip_value, optimizer.clip_norm
    return Settings(optimizer.update, tuple(groups), *limits)


def _update(settings: Settings, group: dict[str, Any]) -> Update:
    """Return what a step does with a group, for a compiled program."""
    start = settings.rule.start({**group, "lr": 0.0})  # only the names are wanted
    own = tuple([name for name in start if name not in SHARED])
    carried = [*[name for name in start if name in SHARED], "step"]
    shared = (*carried, "lr")

    def clip(m: Any, g: Any) -> Any:
        return clipped(m, g, settings.maximize, settings.clip_value)

    def rule(m: Any, p: Any, g: Any, norm: Any, *numbers: Any) -> list[Any]:
        named = dict(zip((*own, *shared), numbers, strict=True))
        if settings.clip_norm is not None:
            g = g * shrink(m, norm, settings.clip_norm)
        p, state = settings.rule(m, m, p, g, named, {**group, "lr": named["lr"]})
        after = {**state, "step": named["step"] + 1.0}
        return [p, *[after[name] for name in (*own, *carried)]]

    return Update(clip, rule, own, shared, len(carried))


def _has_begun(optimizer: Optimizer, step: Step) -> bool:
    """Say whether there is a state to go on from; the first step in parts makes it."""
    return all(
        histories[0][1].keys() >= {*update.own, *update.shared[: update.carried]} - {"step"}
        for histories, update in zip(optimizer.state, step.updates)
    )


def take(
    optimizer: Optimizer,
    step: Step,
    numbers: Sequence[Floats],
    rest: Sequence[Floats],
    times: int,
    every: bool,
) -> tuple[Any, list[Floats], list[Floats]]:
    """Take whole steps, one after the other, and move the optimizer's state on.

    Args:
        optimizer: Whose steps they are.
        step: The program.
        numbers: The parameters of each group.
        rest: What else the program is called with, the rows of all steps.
        times: How many steps.
        every: Whether the parameters are wanted after every step.

    Returns:
        What the program computes, the parameters after the last step, or a row of them after every
        step, and their gradients in the last one, an array for each group.
    """
    states = [histories[0][1] for histories in optimizer.state]
    given: list[Any] = []
    for state, group, update in zip(states, optimizer.param_groups, step.updates):
        now = {**state, "step": state.get("step", 0) + 1, "lr": group["lr"]}
        given += [now[name] for name in update.own]
        given += [float(now[name]) for name in update.shared]
    computed, found = step.call(times, every, *numbers, *rest, *given)
    results = iter(found)
    moved, gradients = [], []
    for state, update in zip(states, step.updates):
        moved.append(next(results))
        gradients.append(next(results))
        for name in update.own:
            state[name] = next(results)[-1].copy() if every else next(results)
        for name in update.shared[: update.carried]:
            state[name] = next(results).flat[-1].item()
        state["step"] = int(state["step"]) - 1
    return computed, moved, gradients

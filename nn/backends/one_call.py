"""One call: whole training steps, gradients and the optimizer's update, as one program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from autograd_core.compiler import BatchCall, Function, Nested, Update
from nn.basics import Floats
from nn.optimizers import SHARED, Optimizer, Rule, clipped, shrink

_MAX_SETTINGS = 4  # optimizer settings that are compiled: each takes a third of a second


class Settings(NamedTuple):
    """The optimizer's options that are compiled into a step; the learning rate is an argument."""

    rule: Rule
    groups: tuple[dict[str, Any], ...]
    maximize: bool
    clip_value: float | None
    clip_norm: float | None


class Step(NamedTuple):
    """A program of whole steps, and the update of each group in it."""

    call: Function
    updates: Sequence[Update]


class BoundStep:
    """Calls a program for batches of one size without checks: with NumPy, later in machine code.

    Machine code is compiled when the calls have taken as long as compiling takes: of the whole step
    if `is_plain(optimizer)`, else of the gradients alone.

    Args:
        batch: The call.
        at_once: Whether to compile at the next call.
    """

    def __init__(self, batch: BatchCall, at_once: bool) -> None:
        self._batch, self._call = batch, batch.call
        self._calls_until_native = 0 if at_once else batch.calls_until_native
        self._steps: list[tuple[Settings, Step | None]] = []
        self._latest: tuple[Optimizer, Step] | None = None

    def call(self, *arguments: Floats) -> tuple[Nested, Sequence[Floats]]:
        """Return the program's results and the gradients."""
        if self._calls_until_native is not None:
            if self._calls_until_native:
                self._calls_until_native -= 1
            else:
                self._call, self._calls_until_native = self._batch.native(), None
        found: tuple[Nested, Sequence[Floats]] = self._call(*arguments)
        return found

    def step_of(self, optimizer: Optimizer) -> Step | None:
        """Return a whole step for `run_steps`; None if there is none, or not yet.

        The settings of the optimizer are read once; `forget_settings` has them read again.
        """
        if self._calls_until_native or not is_plain(optimizer):
            return None
        if self._latest is not None and self._latest[0] is optimizer:
            return self._latest[1]
        step = self._step_for(settings_of(optimizer))
        if step is None or not _has_state(optimizer, step):
            return None
        self._latest = optimizer, step
        return step

    def forget_settings(self) -> None:
        """Read the optimizer's settings again at the next step: they may have changed."""
        self._latest = None

    def _step_for(self, settings: Settings) -> Step | None:
        for known, step in self._steps:
            if known == settings:
                return step
        if len(self._steps) >= _MAX_SETTINGS:
            return None
        updates = [_update(settings, group) for group in settings.groups]
        call = self._batch.steps(updates)
        step = None if call is None else Step(call, updates)
        self._steps.append((settings, step))
        return step


def is_plain(optimizer: Optimizer) -> bool:
    """Return whether a step is one of this package's rules, applied to whole groups."""
    kind = type(optimizer)
    if optimizer.update is None or kind.rule is not Optimizer.rule:
        return False
    return kind.updated is Optimizer.updated and all(len(found) == 1 for found in optimizer.state)


def settings_of(optimizer: Optimizer) -> Settings:
    """Return the settings that an optimizer's step is compiled with."""
    groups = [
        {name: option for name, option in group.items() if name not in ("params", "lr")}
        for group in optimizer.param_groups
    ]
    assert optimizer.update is not None
    limits = optimizer.maximize, optimizer.clip_value, optimizer.clip_norm
    return Settings(optimizer.update, tuple(groups), *limits)


def _update(settings: Settings, group: dict[str, Any]) -> Update:
    """Return the update of a group, for a compiled program."""
    start = settings.rule.start({**group, "lr": 0.0})  # only the names are used
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


def _has_state(optimizer: Optimizer, step: Step) -> bool:
    """Return whether the optimizer has its state; its first step, by `updated`, creates it."""
    return all(
        histories[0][1].keys() >= {*update.own, *update.shared[: update.carried]} - {"step"}
        for histories, update in zip(optimizer.state, step.updates)
    )


def run_steps(
    optimizer: Optimizer,
    step: Step,
    numbers: Sequence[Floats],
    rest: Sequence[Floats],
    times: int,
    keep_all: bool,
) -> tuple[Nested, list[Floats], list[Floats]]:
    """Take consecutive whole steps, and update the optimizer's state.

    Args:
        optimizer: The optimizer.
        step: The program.
        numbers: The parameters of each group.
        rest: The other arguments of the program, with the rows of all steps.
        times: How many steps.
        keep_all: Whether to return the parameters after every step.

    Returns:
        The program's results; for each group the parameters after the last step, with `keep_all`
        `(steps, parameters)`; for each group the gradients of the last step.
    """
    states = [histories[0][1] for histories in optimizer.state]
    state_arguments: list[Any] = []
    for state, group, update in zip(states, optimizer.param_groups, step.updates):
        now = {**state, "step": state.get("step", 0) + 1, "lr": group["lr"]}
        state_arguments += [now[name] for name in update.own]
        state_arguments += [float(now[name]) for name in update.shared]
    computed, found = step.call(times, keep_all, *numbers, *rest, *state_arguments)
    results = iter(found)
    moved, gradients = [], []
    for state, update in zip(states, step.updates):
        moved.append(next(results))
        gradients.append(next(results))
        for name in update.own:
            state[name] = next(results)[-1].copy() if keep_all else next(results)
        for name in update.shared[: update.carried]:
            state[name] = next(results).flat[-1].item()
        state["step"] = int(state["step"]) - 1
    return computed, moved, gradients

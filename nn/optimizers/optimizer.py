"""Optimizer: the base of all optimizers: groups of parameters, clipping, steps, state.

`step()` gathers a group's parameters into one array, updates it and writes the numbers back. The
moments are arrays in `state`. A parameter without a gradient is not changed.
"""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Unpack

import numpy as np

from autograd_core import Value
from autograd_core.graph import has_gradient, plain_gradient
from autograd_core.table import ARRAY, FLOAT
from nn.basics import UNSUPPORTED_ARGUMENTS, Floats, Mask, in_range
from nn.optimizers.arrays import Places, merge_equal, split_by_mask, upgrade_state
from nn.optimizers.options import (
    LIMITS,
    Group,
    HasParameters,
    LearningRateSchedule,
    Parameters,
    Rate,
    Shared,
    check,
    renamed,
)
from nn.optimizers.rule import Rule, Settings, State, advance, clipped, shrink


class Optimizer:
    """Base of all optimizers: groups of parameters, clipping, state.

    Args:
        params: Parameters, `named_parameters()`, a module (its trainable ones), or groups
            `[{"params": [...], "lr": 0.1}, ...]`; None lets `compile` choose them. A number or
            schedule in this place is the learning rate.
        lr: Learning rate, or Keras's schedule of it by steps.
        options: Options of this optimizer, with their defaults; a group may have its own.
        shared: The options of every optimizer, see `Shared`.

    Attributes:
        param_groups: The groups, each with its options, which can be changed while training.
        rates: The schedule, if there is one.
        chosen: Whether `fit` has chosen the parameters; it chooses again if the model has grown.
        state: For each group, pairs of the indices of parameters and of their moments by name; see
            arrays.py for why there may be several pairs.

    Raises:
        ValueError: If an option is out of range, there are no parameters, or one occurs twice.
        TypeError: If an option is unknown or not a number, or a parameter is not a Value.
    """

    name: ClassVar[str] = ""
    chosen: bool = False  # a default, since pickles of 0.1.0 have none
    rates: LearningRateSchedule | None = None
    update: ClassVar[Rule | None] = None  # a subclass without one defines `rule`

    def __init__(
        self,
        params: Parameters | Rate | None,
        lr: Rate,
        options: Settings,
        **shared: Unpack[Shared],
    ) -> None:
        if isinstance(params, int | float | np.number | LearningRateSchedule):
            if lr != inspect.signature(type(self)).parameters["lr"].default:
                raise TypeError(
                    f"{type(self).__name__}({params}, {lr}): after a learning rate name the other "
                    f"options, as in SGD(0.01, momentum=0.9)"
                )
            lr, params = params, None
        given = renamed(shared)
        lr = given.pop("lr", lr)
        if isinstance(lr, LearningRateSchedule):
            self.rates, lr = lr, lr(0)
        self.clip_norm: float | None = given.pop("clip_norm", None)
        self.clip_value: float | None = given.pop("clip_value", None)
        self.maximize = bool(given.pop("maximize", False))
        for name, limit in (("clip_norm", self.clip_norm), ("clip_value", self.clip_value)):
            if limit is not None and not limit > 0.0:
                raise ValueError(f"{name} must be above 0, got {limit}")
        self.defaults: dict[str, Any] = {"lr": lr, **options}
        self.defaults = self._options(given)
        self.chosen = False
        self.param_groups: list[Group] = []
        self.state: list[list[tuple[Places, State]]] = []
        if params is not None:
            self.bind(params)

    @property
    def lr(self) -> float:
        """The learning rate of the first group; setting it sets all groups'."""
        if self.rates is not None:
            return float(self.rates(self.iterations))
        return float(self.param_groups[0]["lr"] if self.param_groups else self.defaults["lr"])

    @lr.setter
    def lr(self, rate: float) -> None:
        self.refuse_if_scheduled("you")
        self.check({"lr": rate})
        self.defaults["lr"] = rate
        for group in self.param_groups:
            group["lr"] = rate

    learning_rate = lr

    @property
    def iterations(self) -> int:
        """The number of steps taken (Keras's name)."""
        taken = [state.get("step", 0) for histories in self.state for _, state in histories]
        return int(max(taken, default=0))

    def refuse_if_scheduled(self, who: str) -> None:
        """Raise TypeError if the optimizer has a schedule, which sets the rate (as in Keras)."""
        if self.rates is not None:
            raise TypeError(
                f"{who} cannot set the rate of this {type(self).__name__}, which is set by "
                f"{self.rates!r}; give the optimizer a number as its rate"
            )

    def bind(self, params: Parameters) -> None:
        """Add these parameters, or groups of them.

        Raises:
            ValueError: If there are none, or one occurs twice.
            TypeError: If a parameter is not a Value.
        """
        if not isinstance(params, HasParameters | Iterable):
            raise TypeError(
                f"an optimizer takes Values, got {params!r:.60}; pass model.parameters()"
            )
        items = params.trainable_parameters() if isinstance(params, HasParameters) else list(params)
        if not items:
            raise ValueError(
                "the optimizer got no parameters; pass model.parameters(), after the model knows "
                "its number of inputs"
            )
        groups = items if isinstance(items[0], Mapping) else [{"params": items}]
        for group in groups:
            self.add_param_group(group)  # type: ignore[arg-type]

    def add_param_group(self, group: Mapping[str, object]) -> None:
        """Add a group of parameters with its own options.

        Raises:
            ValueError: If there are no parameters, an option is out of range, or a parameter is in
                the optimizer already.
            TypeError: If an option is unknown, or a parameter is not a Value.
        """
        made = renamed(group, self.defaults)
        if "params" not in made:
            raise ValueError(
                f"a group of parameters wants them under 'params', got {', '.join(made)}; write "
                "{'params': layer.parameters(), 'lr': 0.1}"
            )
        params: Any = made.pop("params")
        # `initial_lr` is set by schedules, and no option of the optimizer
        initial = {"initial_lr": made.pop("initial_lr")} if "initial_lr" in made else {}
        options = {**initial, **self._options(made)}
        if isinstance(params, HasParameters):
            params = params.trainable_parameters()
        params = [params] if isinstance(params, Value) else list(params)
        # of named_parameters() the second item
        params = [p[1] if isinstance(p, tuple) and len(p) == 2 else p for p in params]
        for parameter in params:
            if not isinstance(parameter, Value):
                raise TypeError(
                    f"an optimizer takes Values, got {parameter!r:.60}; pass model.parameters()"
                )
        everything = [p for g in self.param_groups for p in g["params"]] + params
        if len(set(everything)) < len(everything):
            raise ValueError("a parameter is in the optimizer twice; pass each of them once")
        self.param_groups.append({**options, "params": params})
        self.state.append([(np.arange(len(params)), {})])

    def _options(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the defaults with some options replaced."""
        if "beta_1" in given or "beta_2" in given:
            beta1, beta2 = self.defaults.get("betas", (0.0, 0.0))
            given["betas"] = given.pop("beta_1", beta1), given.pop("beta_2", beta2)
        unknown = [name for name in given if name not in self.defaults]
        if unknown:
            raise TypeError(
                f"{type(self).__name__} has no option {unknown[0]!r}; it has "
                + ", ".join(self.defaults)
                + (
                    f"; {UNSUPPORTED_ARGUMENTS[unknown[0]]}"
                    if unknown[0] in UNSUPPORTED_ARGUMENTS
                    else ""
                )
            )
        options = {**self.defaults, **given}
        self.check(options)
        return options

    def check(self, options: Group) -> None:
        """Check the options that are given, which need not be all.

        Raises:
            ValueError: If an option is out of range.
            TypeError: If an option is not a number.
        """
        for name, (low, high) in LIMITS.items():
            if name in options:
                advice = "a schedule goes to compile(schedule=...)" if name == "lr" else ""
                in_range(f"{type(self).__name__}'s {name}", options[name], low, high, advice)
        check(options)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradient of every parameter.

        Args:
            set_to_none: Whether `.grad` becomes None, as in PyTorch; else it becomes 0.0, a
                gradient with which momentum and weight decay still change the parameter.
        """
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None if set_to_none else 0.0

    def step(self, closure: Callable[[], Value] | None = None) -> Value | None:
        """Update every parameter that has a gradient.

        Args:
            closure: A function that is called first, to compute the loss and its gradients again
                (as in PyTorch).

        Returns:
            The loss that `closure` returns.
        """
        loss = None if closure is None else closure()
        if not self.param_groups:
            raise ValueError("the optimizer has no parameters; pass it model.parameters()")
        groups = [group["params"] for group in self.param_groups]
        found = [[parameter.grad for parameter in params] for params in groups]
        masks = [np.array([*map(has_gradient, gradients)]) for gradients in found]
        gradients = [np.array([*map(plain_gradient, gradients)]) for gradients in found]
        numbers = [np.array([parameter.data for parameter in params]) for params in groups]
        with np.errstate(all="ignore"):  # IEEE arithmetic: a parameter may become inf or nan
            moved = self.updated(numbers, gradients, masks)
        for params, array in zip(groups, moved, strict=True):
            for parameter, number in zip(params, array.tolist(), strict=True):
                parameter.data = number
        return loss

    def updated(
        self,
        numbers: Sequence[Floats],
        gradients: Sequence[Floats],
        masks: Sequence[Mask] | None = None,
    ) -> list[Floats]:
        """Return the parameters after one step, as one array per group, and update the state.

        The caller has to silence NumPy's warnings of inf and nan.

        Args:
            numbers: The parameters of each group; the arrays may be changed in place.
            gradients: Their gradients, which are not changed.
            masks: Which of them have a gradient; None for all.
        """
        moved = []
        if self.rates is not None:
            rate = {"lr": float(self.rates(self.iterations))}
            self.check(rate)
            for group in self.param_groups:
                group |= rate
        if masks is not None:
            gradients = [np.where(mask, g, 0.0) for mask, g in zip(masks, gradients)]
        gradients = self._clipped(gradients)
        for i, (group, p, g) in enumerate(zip(self.param_groups, numbers, gradients, strict=True)):
            if len(self.state[i]) == 1 and (masks is None or masks[i].all()):
                moved.append(self._step_all(group, self.state[i][0][1], p, g))
            else:
                mask = np.ones(len(p), bool) if masks is None else masks[i]
                moved.append(self._step_some(i, p, g, mask))
        return moved

    def _step_all(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        state["step"] = state.get("step", 0) + 1
        return self.rule(group, state, p, g)

    def _step_some(self, i: int, p: Floats, g: Floats, mask: Mask) -> Floats:
        """Return the parameters of group `i` after a step of those that have a gradient."""
        histories = split_by_mask(self.state[i], mask)
        for places, state in histories:
            if mask[places[0]]:
                p[places] = self._step_all(self.param_groups[i], state, p[places], g[places])
        self.state[i] = merge_equal(histories)
        return p

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters `p` after a step along minus `g`; `p` may be changed in place.

        A user's own optimizer may define this, and keep what it needs in `state`.
        """
        if self.update is None:
            raise NotImplementedError(f"{type(self).__name__} has neither `update` nor `rule`")
        return advance(self.update, p, g, state, group)

    def _clipped(self, gradients: Sequence[Floats]) -> Sequence[Floats]:
        if self.maximize or self.clip_value is not None:
            gradients = [clipped(ARRAY, g, self.maximize, self.clip_value) for g in gradients]
        if self.clip_norm is not None:
            norm = math.sqrt(sum(float(g @ g) for g in gradients))
            gradients = [g * shrink(FLOAT, norm, self.clip_norm) for g in gradients]
        return gradients

    def state_dict(self) -> dict[str, object]:
        """Return options and moments, to continue from with `load_state_dict`."""
        groups = [{k: v for k, v in g.items() if k != "params"} for g in self.param_groups]
        sizes = [len(group["params"]) for group in self.param_groups]
        return copy.deepcopy(
            {"name": self.name, "param_groups": groups, "sizes": sizes, "state": self.state}
        )

    def load_state_dict(self, state: Mapping[str, object]) -> None:
        """Continue from `state_dict()` of an optimizer of the same kind.

        Raises:
            ValueError: If it is of another kind of optimizer or for other numbers of parameters.
        """
        sizes = [len(group["params"]) for group in self.param_groups]
        if state.get("name") != self.name or state.get("sizes") != sizes:
            raise ValueError(
                f"this state is of {state.get('name')!r} with groups of {state.get('sizes')} "
                f"parameters; the optimizer is {self.name!r} with groups of {sizes}: make it of "
                "the same kind, with the parameters of the same model"
            )
        saved: Any = copy.deepcopy(dict(state))
        for group, options in zip(self.param_groups, saved["param_groups"], strict=True):
            group.update(options)
        self.state = upgrade_state(saved["state"], sizes)

    def __setstate__(self, pickled: dict[str, Any]) -> None:
        vars(self).update(pickled)
        self.state = upgrade_state(
            self.state, [len(group["params"]) for group in self.param_groups]
        )

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value}" for name, value in self.defaults.items())
        return f"{type(self).__name__}({options})"

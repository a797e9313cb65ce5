"""Optimizer: what all optimizers share: groups of parameters, clipping, steps, state.

`step()` gathers a group's parameters into one array, updates it and puts the numbers back. The
moments live here, in `state`, as arrays in the order of the parameters.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

import numpy as np

from autograd_core import Value
from nn.shapes import Floats
from nn.tree import Tree

# A group is {"params": [...], "lr": 0.1, ...} as in PyTorch: each optimizer has its own options.
Group: TypeAlias = dict[str, Any]
State: TypeAlias = dict[str, Any]
Parameters: TypeAlias = "Tree | Iterable[Value] | Iterable[Mapping[str, object]]"


class Optimizer:
    """What all optimizers share: groups of parameters, clipping, state.

    Args:
        params: Parameters, a module (its trainable ones), or groups
            `[{"params": [...], "lr": 0.1}, ...]`; None when `compile` is to choose them.
        lr: Learning rate; `learning_rate` is another name for it, and a number given first is one.
        clip_norm: Shrink all gradients together to this Euclidean norm, if they are longer.
        clip_value: Limit every gradient to +- this.
        options: Further options; a group may have its own.

    Attributes:
        param_groups: The groups, each with its options, which can be changed while training.
        state: The moments of each group, as arrays.
    """

    name: ClassVar[str] = ""
    limits: ClassVar[dict[str, tuple[float, float]]] = {
        "lr": (0.0, math.inf),
        "weight_decay": (0.0, math.inf),
        "eps": (0.0, math.inf),
        "momentum": (0.0, math.inf),
    }

    def __init__(
        self,
        params: Parameters | float | None,
        lr: float,
        learning_rate: float | None,
        clip_norm: float | None,
        clip_value: float | None,
        **options: Any,
    ) -> None:
        if isinstance(params, int | float):
            lr, params = float(params), None
        self.defaults: dict[str, Any] = {
            "lr": lr if learning_rate is None else learning_rate,
            **options,
        }
        self._check(self.defaults)
        for name, limit in (("clip_norm", clip_norm), ("clip_value", clip_value)):
            if limit is not None and not limit > 0.0:
                raise ValueError(f"{name} must be above 0, got {limit}")
        self.clip_norm, self.clip_value = clip_norm, clip_value
        self.param_groups: list[Group] = []
        self.state: list[State] = []
        if params is not None:
            self.bind(params)

    @property
    def lr(self) -> float:
        """The learning rate of the first group; setting it sets all groups'."""
        return float(self.param_groups[0]["lr"] if self.param_groups else self.defaults["lr"])

    @lr.setter
    def lr(self, rate: float) -> None:
        self._check({"lr": rate})
        self.defaults["lr"] = rate
        for group in self.param_groups:
            group["lr"] = rate

    learning_rate = lr

    def bind(self, params: Parameters) -> None:
        """Take these parameters.

        Raises:
            ValueError: If there are none, or one is there twice.
            TypeError: If something is not a Value.
        """
        items = params.trainable_parameters() if isinstance(params, Tree) else list(params)
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
            ValueError: If an option is unknown or out of range, or a parameter is there already.
            TypeError: If something is not a Value.
        """
        made = {**self.defaults, **group}
        params: Any = made["params"]
        if isinstance(params, Tree):
            params = params.trainable_parameters()
        params = [params] if isinstance(params, Value) else list(params)
        unknown = [name for name in group if name != "params" and name not in self.defaults]
        if unknown:
            raise ValueError(
                f"{type(self).__name__} has no option {unknown[0]!r}; it has "
                + ", ".join(self.defaults)
            )
        for parameter in params:
            if not isinstance(parameter, Value):
                raise TypeError(
                    f"an optimizer takes Values, got {parameter!r:.60}; pass model.parameters()"
                )
        everything = [p for g in self.param_groups for p in g["params"]] + params
        if len(set(everything)) < len(everything):
            raise ValueError("a parameter is in the optimizer twice; pass each of them once")
        self._check(made)
        self.param_groups.append({**made, "params": params})
        self.state.append({})

    def _check(self, options: Mapping[str, Any]) -> None:
        for name, (low, high) in self.limits.items():
            if name in options and not low <= options[name] < high:
                raise ValueError(
                    f"{type(self).__name__}'s {name} must be at least {low:g}"
                    + (f" and below {high:g}" if high < math.inf else " and finite")
                    + f", got {options[name]}"
                )

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = 0.0

    def step(self) -> None:
        """Move every parameter once, by its `.grad`."""
        if not self.param_groups:
            raise ValueError("the optimizer has no parameters; pass it model.parameters()")
        groups = [group["params"] for group in self.param_groups]
        gradients = [np.array([parameter.grad for parameter in params]) for params in groups]
        numbers = [np.array([parameter.data for parameter in params]) for params in groups]
        for params, array in zip(groups, self.updated(numbers, gradients), strict=True):
            for parameter, number in zip(params, array.tolist(), strict=True):
                parameter.data = number

    def updated(self, numbers: Sequence[Floats], gradients: Sequence[Floats]) -> list[Floats]:
        """Return the parameters after one step, as one array per group; it moves the state on.

        Args:
            numbers: The parameters of each group; the arrays may be changed in place.
            gradients: Their gradients, which stay as they are.
        """
        moved = []
        with np.errstate(all="ignore"):  # IEEE throughout: a parameter may become inf or nan
            gradients = self._clipped(gradients)
            for group, state, p, g in zip(
                self.param_groups, self.state, numbers, gradients, strict=True
            ):
                state["step"] = state.get("step", 0) + 1
                moved.append(self.rule(group, state, p, g))
        return moved

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters `p` after a step against the gradients `g`; `p` may be reused."""
        raise NotImplementedError

    def _clipped(self, gradients: Sequence[Floats]) -> Sequence[Floats]:
        if self.clip_value is not None:
            gradients = [np.clip(g, -self.clip_value, self.clip_value) for g in gradients]
        if self.clip_norm is not None:
            norm = math.sqrt(sum(float(g @ g) for g in gradients))
            gradients = [g * shrink(norm, self.clip_norm) for g in gradients]
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
            ValueError: If it is of another kind or for other numbers of parameters.
        """
        sizes = [len(group["params"]) for group in self.param_groups]
        if state.get("name") != self.name or state.get("sizes") != sizes:
            raise ValueError(
                f"this state is of {state.get('name')!r} with groups of {state.get('sizes')} "
                f"parameters; the optimizer is {self.name!r} with groups of {sizes}"
            )
        saved: Any = copy.deepcopy(dict(state))
        for group, options in zip(self.param_groups, saved["param_groups"], strict=True):
            group.update(options)
        self.state = saved["state"]

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value}" for name, value in self.defaults.items())
        return f"{type(self).__name__}({options})"


def shrink(norm: float, limit: float) -> float:
    """Return what to multiply gradients of that norm with, to shorten them to the limit."""
    return min(limit / (norm + 1e-6), 1.0)  # PyTorch's guard against a norm of 0

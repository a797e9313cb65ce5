"""Rules: how each optimizer updates one parameter, written once for every kind of number.

A rule is called as `rule(m, n, p, g, state, s)` and returns the parameter after the step and the
state for the next step. As in the table of primitives, `m` has the elementary functions of floats,
arrays, Values or text. `n` has those for the numbers that all parameters share: the rate, the
number of steps and what is computed from these. The two may be the same. Besides `+`, `-` and `*` a
rule uses divide, sqrt, abs, sign, maximum, minimum, where and comparisons, and of `n` also power.
It never branches on a number, only on an option.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from nn.optimizers.rule import Number, Rule, Settings, State


def _mean(beta: Number, old: Number, g: Number) -> Number:
    return beta * old + (1.0 - beta) * g


def _squares(beta: Number, old: Number, g: Number) -> Number:
    return beta * old + (1.0 - beta) * g * g


def _moments(state: State, g: Number, s: Settings) -> State:
    beta1, beta2 = s["betas"]
    return {
        "mean": _mean(beta1, state["mean"], g),
        "squares": _squares(beta2, state["squares"], g),
    }


def _bias_correction(n: Any, beta: Number, step: Number) -> Number:
    """Return 1 - beta^step, by which a moving mean that started at 0 is divided to correct it."""
    return 1.0 - n.power(beta, step)


def _root(m: Any, squares: Number, eps: float, inside: bool) -> Number:
    return m.sqrt(squares + eps) if inside else m.sqrt(squares) + eps


def _sgd(m: Any, n: Any, p: Number, g: Number, state: State, s: Settings) -> tuple[Number, State]:
    lr, momentum = s["lr"], s["momentum"]
    if not momentum:
        return p - lr * g, {}
    dampening = n.where(state["begun"], s["dampening"], 0.0)  # the first gradient has none
    v = momentum * state["momentum"] + (1.0 - dampening) * g
    move = g + momentum * v if s["nesterov"] else v
    return p - lr * move, {"momentum": v, "begun": 1.0}


def _keras_sgd(
    m: Any, n: Any, p: Number, g: Number, state: State, s: Settings
) -> tuple[Number, State]:
    step, momentum = s["lr"] * g, s["momentum"]
    if not momentum:
        return p - step, {}
    v = momentum * state["velocity"] - step
    return p + (momentum * v - step if s["nesterov"] else v), {"velocity": v}


def _rmsprop(
    m: Any, n: Any, p: Number, g: Number, state: State, s: Settings, *, keras: bool
) -> tuple[Number, State]:
    carried = {"squares": _squares(s["alpha"], state["squares"], g)}
    spread, lr = carried["squares"], s["lr"]
    if s["centered"]:
        mean = carried["mean"] = _mean(s["alpha"], state["mean"], g)
        spread = spread - mean * mean
    move = m.divide(lr * g if keras else g, _root(m, spread, s["eps"], inside=keras))
    if s["momentum"]:
        move = carried["momentum"] = s["momentum"] * state["momentum"] + move
    return p - (move if keras else lr * move), carried


def _adagrad(
    m: Any, n: Any, p: Number, g: Number, state: State, s: Settings, *, keras: bool
) -> tuple[Number, State]:
    squares = state["squares"] + g * g
    rate = s["lr"]
    if decay := s.get("lr_decay"):
        rate = n.divide(rate, 1.0 + (state["step"] - 1) * decay)
    move = m.divide(rate * g, _root(m, squares, s["eps"], inside=keras))
    return p - move, {"squares": squares}


def _adadelta(
    m: Any, n: Any, p: Number, g: Number, state: State, s: Settings
) -> tuple[Number, State]:
    rho, eps = s["rho"], s["eps"]
    squares = _squares(rho, state["squares"], g)
    move = m.divide(m.sqrt(state["moves"] + eps), m.sqrt(squares + eps)) * g
    moves = _squares(rho, state["moves"], move)
    return p - s["lr"] * move, {"squares": squares, "moves": moves}


def _adam(
    m: Any, n: Any, p: Number, g: Number, state: State, s: Settings, *, keras: bool
) -> tuple[Number, State]:
    (beta1, beta2), step = s["betas"], state["step"]
    carried = _moments(state, g, s)
    squares = carried["squares"]
    if s["amsgrad"]:
        squares = carried["largest"] = m.maximum(state["largest"], squares)
    scale = n.sqrt(_bias_correction(n, beta2, step))
    eps = n.divide(s["eps"], scale) if keras else s["eps"]  # Keras's is the paper's "epsilon hat"
    width = m.divide(m.sqrt(squares), scale) + eps
    rate = n.divide(s["lr"], _bias_correction(n, beta1, step))
    return p - m.divide(rate * carried["mean"], width), carried


def _adamax(
    m: Any, n: Any, p: Number, g: Number, state: State, s: Settings, *, keras: bool
) -> tuple[Number, State]:
    (beta1, beta2), eps = s["betas"], s["eps"]
    mean = _mean(beta1, state["mean"], g)
    largest = m.maximum(beta2 * state["largest"], m.abs(g) + (0.0 if keras else eps))
    rate = n.divide(s["lr"], _bias_correction(n, beta1, state["step"]))
    move = m.divide(rate * mean, largest + eps if keras else largest)
    return p - move, {"mean": mean, "largest": largest}


def _nadam(m: Any, n: Any, p: Number, g: Number, state: State, s: Settings) -> tuple[Number, State]:
    (beta1, beta2), step = s["betas"], state["step"]
    decay = s.get("momentum_decay", 1.0)  # Keras has no such option
    now, ahead = (beta1 * (1.0 - 0.5 * n.power(0.96, i * decay)) for i in (step, step + 1))
    carried = _moments(state, g, s)
    product = carried["product"] = state["product"] * now
    move = (
        n.divide(1.0 - now, 1.0 - product) * g
        + n.divide(ahead, 1.0 - product * ahead) * carried["mean"]
    )
    width = m.sqrt(m.divide(carried["squares"], _bias_correction(n, beta2, step))) + s["eps"]
    return p - m.divide(s["lr"] * move, width), carried


def _radam(m: Any, n: Any, p: Number, g: Number, state: State, s: Settings) -> tuple[Number, State]:
    (beta1, beta2), step = s["betas"], state["step"]
    carried = _moments(state, g, s)
    move = n.divide(s["lr"], _bias_correction(n, beta1, step)) * carried["mean"]
    correction = _bias_correction(n, beta2, step)
    longest = 2.0 / (1.0 - beta2) - 1.0  # the paper's rho_inf: the length of the moving average
    length = longest - n.divide(2.0 * step * n.power(beta2, step), correction)  # its rho_t
    here, there = (n.divide(i, (i - 4.0) * (i - 2.0)) for i in (length, longest))
    factor = n.sqrt(n.divide(there, here) * correction)
    rectified = m.divide(move * factor, m.sqrt(carried["squares"]) + s["eps"])
    return p - m.where(n.greater(length, 5.0), rectified, move), carried


def _rprop(m: Any, n: Any, p: Number, g: Number, state: State, s: Settings) -> tuple[Number, State]:
    """Where the sign of its gradient has changed, a parameter skips the step."""
    (down, up), (least, most) = s["etas"], s["step_sizes"]
    agreement = m.sign(g * state["gradient"])
    rises, falls = m.greater(agreement, 0.0), m.less(agreement, 0.0)
    factor = m.where(rises, up, m.where(falls, down, 1.0))
    steps = m.minimum(m.maximum(state["steps"] * factor, least), most)
    g = m.where(falls, 0.0, g)
    return p - m.sign(g) * steps, {"steps": steps, "gradient": g}


def _asgd(m: Any, n: Any, p: Number, g: Number, state: State, s: Settings) -> tuple[Number, State]:
    step, lr, eta = state["step"], s["lr"], state["eta"]
    p = p * (1.0 - s["lambd"] * eta) - eta * g
    average = state["average"] + state["mu"] * (p - state["average"])
    eta = n.divide(lr, n.power(1.0 + s["lambd"] * lr * step, s["alpha"]))
    mu = n.divide(1.0, n.maximum(step - s["t0"], 1.0))
    return p, {"average": average, "eta": eta, "mu": mu}


def _starts(*names: str, **by_setting: str) -> Callable[[Settings], State]:
    """Return a `start` that is 0 for these names, and for names whose option is on."""
    return lambda s: dict.fromkeys([*names, *[k for k, v in by_setting.items() if s[v]]], 0.0)


_MOMENTS = _starts("mean", "squares", largest="amsgrad")
_RMSPROP = _starts("squares", mean="centered", momentum="momentum")
_LARGEST = _starts("mean", "largest")
_ADAGRAD = lambda s: {"squares": s["initial_accumulator_value"]}  # noqa: E731
_NADAM = lambda s: {"mean": 0.0, "squares": 0.0, "product": 1.0}  # noqa: E731

# PyTorch's rules, and Keras's where they differ: its weight decay scales the parameters instead of
# adding to the gradient, its momentum includes the rate, its epsilon is inside the root.
SGD = Rule(_sgd, _starts(momentum="momentum", begun="momentum"))
KERAS_SGD = Rule(_keras_sgd, _starts(velocity="momentum"), decoupled=True)
RMSPROP = Rule(partial(_rmsprop, keras=False), _RMSPROP)
KERAS_RMSPROP = Rule(partial(_rmsprop, keras=True), _RMSPROP, decoupled=True)
ADAGRAD = Rule(partial(_adagrad, keras=False), _ADAGRAD)
KERAS_ADAGRAD = Rule(partial(_adagrad, keras=True), _ADAGRAD, decoupled=True)
ADADELTA = Rule(_adadelta, _starts("squares", "moves"))
KERAS_ADADELTA = Rule(_adadelta, _starts("squares", "moves"), decoupled=True)
ADAM = Rule(partial(_adam, keras=False), _MOMENTS)
ADAMW = Rule(partial(_adam, keras=False), _MOMENTS, decoupled=True)
KERAS_ADAM = Rule(partial(_adam, keras=True), _MOMENTS, decoupled=True)
ADAMAX = Rule(partial(_adamax, keras=False), _LARGEST)
KERAS_ADAMAX = Rule(partial(_adamax, keras=True), _LARGEST, decoupled=True)
NADAM = Rule(_nadam, _NADAM)
KERAS_NADAM = Rule(_nadam, _NADAM, decoupled=True)
RADAM = Rule(_radam, _starts("mean", "squares"))
RPROP = Rule(_rprop, lambda s: {"steps": s["lr"], "gradient": 0.0})
ASGD = Rule(_asgd, lambda s: {"average": 0.0, "eta": s["lr"], "mu": 1.0})

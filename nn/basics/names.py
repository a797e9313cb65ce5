"""Names: lookup by string name, what the names of arguments say, and those that nothing takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial, wraps
from types import FunctionType
from typing import Any, ParamSpec, Self, TypeAlias, TypeVar

T = TypeVar("T")
Given = ParamSpec("Given")
Result = TypeVar("Result")
Config: TypeAlias = Mapping[str, Any]  # arguments by name, each of a type of its own

# Names of arguments that mean the targets, and of those that mean a model's outputs.
_TARGETS = """actual actuals expected gold goal label labels observed real t target targets true
truth want wanted y y_true ytrue"""
_OUTPUTS = """estimate estimates forecast hat logit logits o out output outputs p pred predicted
prediction predictions preds prob probs probabilities q score scores yhat ypred z"""


class Path(str):
    """A module's path in its model, `layers[0].neurons[2]`.

    As the label of a Value it marks a label that the package has set, not the user.
    """

    __slots__ = ()


def look_up(kind: str, name: str, table: Mapping[str, T]) -> T:
    """Return the entry of that name; case, `_`, `-` and spaces do not matter.

    Raises:
        ValueError: If the name is unknown; the message lists those in the table.
        TypeError: If the name is not a str.

    >>> look_up("colour", "Dark-Red", {"dark_red": 1})
    1
    >>> look_up("colour", "DarkRed", {"dark_red": 1})
    1
    """
    if not isinstance(name, str):
        raise TypeError(f"{kind} must be one of {', '.join(sorted(table))}, got {name!r:.60}")
    for known, entry in table.items():
        if _normalized(known) == _normalized(name):
            return entry
    close = get_close_matches(name.lower(), table, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise ValueError(f"no {kind} named {name!r}; choose from {', '.join(sorted(table))}{hint}")


def resolve(kind: str, given: object, table: Mapping[str, object]) -> object:
    """Return the entry of a name, an instance of a class, anything else unchanged.

    Raises:
        ValueError: If the name is unknown.

    >>> [resolve("number", given, {"one": 1.0}) for given in ("one", float, 2.0)]
    [1.0, 0.0, 2.0]
    """
    found = look_up(kind, given, table) if isinstance(given, str) else given
    return found() if isinstance(found, type) else found


def _normalized(name: str) -> str:
    """Return a name in the form that `he_normal`, `HeNormal` and `he-normal` share."""
    return "".join(filter(str.isalnum, name.lower()))


def targets_first(function: Callable[..., object]) -> bool | None:
    """Return whether a function takes the targets first, by the names of its first two arguments.

    Returns:
        True for `(y_true, y_pred)`, False for `(outputs, target)`, None if the names do not tell
        or are not known.

    >>> targets_first(lambda y_true, y_pred: 0.0), targets_first(lambda out, t: 0.0)
    (True, False)
    >>> targets_first(lambda a, b: 0.0) is None
    True
    """
    try:
        names = [*inspect.signature(function).parameters][:2]
    except (TypeError, ValueError):  # a function without a signature, written in C
        return None
    if len(names) < 2:
        return None
    first, second = map(_names_targets, names)
    if first == second:
        return None
    return first is True or second is False


def as_binary_function(what: str, function: Callable[..., T], meant: str) -> Callable[..., T]:
    """Return a function of two positional arguments, also if the given one takes them by keyword.

    Args:
        what: What the function is used as, for the message.
        function: A user's function.
        meant: The two arguments in words, for the message.

    Raises:
        TypeError: If it cannot be called with two arguments.

    >>> as_binary_function("loss", lambda *, a, b: a - b, "y_true and y_pred")(3.0, 1.0)
    2.0
    """
    if not callable(function):
        raise TypeError(f"the {what} must be a function of {meant}, got {function!r:.60}")
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a function without a signature, written in C
        return function
    names = [*signature.parameters][:2]
    if _accepts(signature, None, None):
        return function
    if len(names) == 2 and _accepts(signature, **dict.fromkeys(names)):
        return partial(_call_by_name, function, names)
    name = getattr(function, "__name__", type(function).__name__)
    raise TypeError(
        f"the {what} {name}{signature} cannot be called with two arguments, {meant}; give others a "
        f"default, or a value: functools.partial({name}, ...)"
    )


def _accepts(signature: inspect.Signature, *positional: None, **keywords: None) -> bool:
    try:
        signature.bind(*positional, **keywords)
    except TypeError:
        return False
    return True


def _call_by_name(function: Callable[..., T], names: Sequence[str], *given: object) -> T:
    return function(**dict(zip(names, given, strict=True)))


def _names_targets(name: str) -> bool | None:
    """Return True for a name of targets, False for one of outputs, None for any other."""
    # a single letter counts only as the whole name: the y of y_pred means nothing
    parts = [part for part in name.lower().split("_") if len(part) > 1]
    words = {name.lower(), *parts}
    targets, outputs = (not words.isdisjoint(w.split()) for w in (_TARGETS, _OUTPUTS))
    return None if targets == outputs else targets


_FLOATS = "numbers are float64 here; leave it out"
_ONE_PROCESS = "one process reads the samples; leave it out"
UNSUPPORTED_ARGUMENTS = {
    "nb_epoch": "it is epochs",
    "nb_val_samples": "it is validation_steps",
    "samples_per_epoch": "it is steps_per_epoch, in batches",
    "show_accuracy": "say compile(..., metrics=['accuracy'])",
    "class_mode": "the loss says it; leave it out",
    "sample_weight_mode": "sample_weight has one weight for each sample; leave it out",
    "output_dim": "it is units",
    "input_length": "say input_shape=(numbers,)",
    "W_regularizer": "it is kernel_regularizer",
    "b_regularizer": "it is bias_regularizer",
    "W_constraint": "it is kernel_constraint",
    "b_constraint": "it is bias_constraint",
    "activity_regularizer": "add what it counts to the loss, a function (outputs, target) -> Value",
    "batch_input_shape": "say input_shape=(numbers,); any number of samples fits",
    "dtype": _FLOATS,
    "dtype_policy": _FLOATS,
    "decay": "say learning_rate=nn.optimizers.schedules.InverseTimeDecay(rate, 1, decay)",
    "use_ema": "average weights in a callback; history.best_state has those of the best epoch",
    "gradient_accumulation_steps": "a batch_size as many times as large takes the same steps",
    "loss_scale_factor": _FLOATS,
    "jit_compile": "backend= says what runs the steps: 'auto', 'numpy', 'native', 'jax', 'graph'",
    "run_eagerly": "say backend='graph'",
    "steps_per_execution": "steps follow each other without it; leave it out",
    "max_q_size": _ONE_PROCESS,
    "max_queue_size": _ONE_PROCESS,
    "nb_worker": _ONE_PROCESS,
    "pickle_safe": _ONE_PROCESS,
    "use_multiprocessing": _ONE_PROCESS,
    "workers": _ONE_PROCESS,
}
"""Arguments that Keras has or had and that are not taken here, each with what to write instead."""


def reject_unsupported(call: Callable[..., object], given: Mapping[str, object]) -> None:
    """Raise TypeError if keyword arguments are in the table and the call does not take them.

    Args:
        call: A function or a class.
        given: The keyword arguments of a call of it.

    Raises:
        TypeError: Says what to write instead.

    >>> reject_unsupported(lambda epochs: None, {"nb_epoch": 3})
    Traceback (most recent call last):
    TypeError: <lambda> takes no nb_epoch: it is epochs
    """
    for name in UNSUPPORTED_ARGUMENTS.keys() & given.keys():
        parameters = inspect.signature(call).parameters.values()
        if not any(p.name == name or p.kind is p.VAR_KEYWORD for p in parameters):
            raise TypeError(f"{call.__name__} takes no {name}: {UNSUPPORTED_ARGUMENTS[name]}")


def rejects_unsupported(call: Callable[Given, Result]) -> Callable[Given, Result]:
    """Return the function, with its keyword arguments checked by `reject_unsupported`."""

    @wraps(call)
    def checked(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        reject_unsupported(call, kwargs)
        return call(*args, **kwargs)

    return checked


class CheckedConstructor:
    """Base of classes whose errors about unknown arguments name the class that was called.

    It is for subclasses that inherit `__init__` or pass options on to it: Python's own error for
    `HeNormal(foo=1)` names the base class.

    >>> class Scale(CheckedConstructor):
    ...     def __init__(self, size, *, name=""): ...
    >>> class Doubled(Scale): ...
    >>> Doubled(3, foo=1)
    Traceback (most recent call last):
    TypeError: Doubled got an unexpected keyword argument 'foo'; it takes size, name=
    """

    def __new__(cls, *given: Any, **named: Any) -> Self:
        """Return a new object, if its `__init__` takes these arguments.

        Raises:
            TypeError: If not; says which arguments it takes, and what to write for one of Keras's.
        """
        if given or named:  # copying and unpickling pass no arguments
            check_arguments(cls, given, named)
        return super().__new__(cls)


def check_arguments(made: type, given: tuple[object, ...], named: dict[str, object]) -> None:
    """Raise TypeError if a class does not take these arguments.

    Args:
        made: The class.
        given: Positional arguments.
        named: Keyword arguments.

    Raises:
        TypeError: As in `CheckedConstructor`.
    """
    signatures = _signatures(made)
    for place, signature in enumerate(signatures):
        # an `__init__` may pass further arguments to that of its base, so there some may be missing
        bind = signature.bind_partial if place else signature.bind
        try:
            bound = bind(None, *given, **named).arguments
        except TypeError as error:
            problem = error
            break
        given, named = (), bound.get([*signature.parameters][-1], {})
    else:
        return
    takes = dict.fromkeys(
        p.name + "=" * (p.kind is p.KEYWORD_ONLY)
        for signature in signatures
        for p in [*signature.parameters.values()][1:]
        if p.kind is not p.VAR_KEYWORD
    )
    known = ", ".join(takes) or "none"
    unsupported = [UNSUPPORTED_ARGUMENTS[n] for n in named.keys() & UNSUPPORTED_ARGUMENTS.keys()]
    advice = f"; {unsupported[0]}" if unsupported else ""
    raise TypeError(f"{made.__name__} {problem}; it takes {known}{advice}") from None


def _signatures(made: type) -> list[inspect.Signature]:
    """Return the signatures of a class's `__init__` and of the bases' to which it passes options.

    The list is empty if the class may take any argument.
    """
    found = []
    for kind in made.__mro__:
        init = vars(kind).get("__init__")
        if init is None:
            continue
        if not isinstance(init, FunctionType):
            return []
        # a decorator may take arguments that what it wraps does not
        found.append(inspect.signature(init, follow_wrapped=False))
        kinds = {parameter.kind for parameter in found[-1].parameters.values()}
        if inspect.Parameter.VAR_POSITIONAL in kinds:
            return []
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            return found
        if not kind.__module__.startswith("nn."):  # a user's class may take options that it keeps
            return []
    return []

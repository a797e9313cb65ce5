"""play: a graph, a network on one sample or a recorded training, as an interactive page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any, TypeAlias, cast

from autograd_core import Value
from autograd_core.files import Location, write_whole
from autograd_core.functional import total
from viz.plain import counted
from viz.player.graph import graph_page
from viz.player.recorder import Epoch, Recorder, recorded
from viz.player.still import still
from viz.player.training import frames_of, training_page
from viz.steps import Trace, names_of_caller, trace

Model = Callable[[list[Value]], object]
Sample: TypeAlias = Sequence[float] | Sequence[Sequence[float]] | Mapping[str, Sequence[float]]
Loss = Callable[[object, object], Value]


@dataclass(frozen=True, eq=False)
class Player:
    """A page that plays something.

    Attributes:
        html: The whole page; it needs no other file and no network.
        trace: What it plays, if that is a graph.
        stills: Pictures (SVG) of a training, shown where scripts do not run.

    >>> player = play(Value(2.0).exp())
    >>> isinstance(player, Player), player.trace.root.name
    (True, 'v1')

    Background in notebooks/02_the_chain_rule.ipynb.
    """

    html: str
    trace: Trace | None = None
    stills: tuple[str, ...] = ()

    def save(self, path: Location) -> Path:
        """Write the page to a file, completely or not at all, and return its path.

        Raises:
            OSError: If the folder does not exist or cannot be written to.
        """
        return write_whole(path, self.html)

    def __repr__(self) -> str:
        what = counted(len(self.trace.nodes), "node") if self.trace else "a training"
        return f"<Player of {what}, {len(self.html) / 1000:,.0f} kB; save('player.html')>"


def play(
    subject: object,
    sample: Sample | None = None,
    target: float | str | Sequence[float] | None = None,
    *,
    loss: Loss | str | None = None,
    title: str = "",
    image: tuple[int, int] | None = None,
    theme: str = "auto",
) -> Player:
    """Return a page that plays the forward and the backward pass, one operation at a time.

    Args:
        subject: A Value (the output of a computation), a trace of one, a network to be called
            with `sample`, or a recorder or history of a training (see `fit(record=True)`).
            Values without a label are named after your variables.
        sample: The inputs of the network; a list or dict of them if it has several inputs.
        target: The wanted output: a number, one for each output, or what the network's own loss
            takes, such as the number or name of a class. With it, the loss is played too.
        loss: `loss(outputs, target)`, or the name of one that the network knows (its method
            `loss_named`, as in nn's models); by default the loss that the network was compiled with
            (its method `loss_of`), else the squared error.
        title: Heading of the page.
        image: Rows and columns, if the inputs are a picture: `image=(8, 8)`.
        theme: "light" or "dark"; "auto" follows the notebook or the system.

    Raises:
        TypeError: If `subject` is none of these, or a network comes without a sample.
        ValueError: If the recorder or history has no epoch, the loss cannot take the target, or
            `image` has another size than the inputs.

    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> play(a * b).html.startswith("<!DOCTYPE html>")
    True

    Explained in notebooks/02_the_chain_rule.ipynb.
    """
    if isinstance(subject, Value):
        subject = trace(subject, names_of_caller())
    elif callable(subject) and sample is not None:
        subject = traced(subject, sample, target, loss, image)
    if isinstance(subject, Trace):
        name = title or f"Backpropagation of {subject.root.name}"
        return Player(graph_page(subject, name, image, theme), subject)
    subject = recorded(subject) or subject
    if isinstance(subject, Recorder):
        if not subject.frames:
            raise ValueError("the Recorder has no epochs; give it to fit(callbacks=[recorder])")
        return _training(subject, subject.frames, title or "Training", theme)
    frames = frames_of(subject)
    if frames is not None:
        if not frames:
            raise ValueError("the history is empty: fit the model for at least one epoch first")
        return _training(None, frames, title or "Training", theme)
    hint = "a network needs a sample as well: play(model, sample)" if callable(subject) else ""
    raise TypeError(
        f"play wants a Value, a trace, a network with a sample, or the record of a training, "
        f"got {type(subject).__name__}; {hint or 'pass the loss, for example'}"
    )


def traced(
    model: Model,
    sample: Sample,
    target: object = None,
    loss: Loss | str | None = None,
    image: tuple[int, int] | None = None,
) -> Trace:
    """Return the trace of a network on a sample, as in `play`; its inputs are x0, x1, ...

    Raises:
        TypeError: If the network gives no Value, or does not know the loss.
        ValueError: If the inputs or the target do not fit.
    """
    return trace(_run(model, _inputs(model, sample, image), target, _loss(model, loss)))


def _training(recorder: Recorder | None, frames: list[Epoch], title: str, theme: str) -> Player:
    names = dict.fromkeys([name for frame in frames for name in frame.logs])
    curves = {name: [frame.logs.get(name, nan) for frame in frames] for name in names}
    losses = {name: curve for name, curve in curves.items() if "loss" in name} or curves
    plane: tuple[Any, ...] = ()
    if recorder is not None and recorder.points is not None and frames[-1].grid is not None:
        plane = (recorder.points, recorder.labels, recorder.corners, frames[-1].grid)
    picture = still(title, losses, *plane)
    return Player(training_page(recorder, frames, title, theme), stills=(picture,))


def _inputs(model: Model, sample: Sample, image: tuple[int, int] | None) -> Any:
    """Return the inputs as labelled Values; if there are several inputs, a list for each.

    Raises:
        ValueError: If the network has several inputs and the sample has not numbers for each.
    """
    named = cast(Any, getattr(model, "inputs_by_name", dict))()
    if len(named) < 2:
        return [_named(x, f"x{i}") for i, x in enumerate(_numbers(cast(Any, sample), image))]
    given: Any = sample
    if isinstance(given, Mapping) and {*given} == {*named}:
        given = [given[name] for name in named]
    if isinstance(given, Mapping) or len(given) != len(named):
        raise ValueError(
            f"{type(model).__name__} has the inputs {', '.join(named)}; pass a sample with the "
            "numbers of each, in a list or a dict"
        )
    return [
        [_named(x, f"{name}{i}") for i, x in enumerate(_numbers(part, None))]
        for name, part in zip(named, given, strict=True)
    ]


def _numbers(sample: Sequence[float], image: tuple[int, int] | None) -> Sequence[float]:
    """Return a sample as a flat list; a picture may come in rows."""
    rows = sample.tolist() if hasattr(sample, "tolist") else sample
    rows = rows if isinstance(rows, Sequence) else [rows]
    flat = [x for row in rows for x in (row if isinstance(row, Sequence) else [row])]
    if image is not None and image[0] * image[1] != len(flat):
        raise ValueError(
            f"image={image} is a picture of {image[0] * image[1]} numbers, the sample has "
            f"{len(flat)}; give rows and columns, such as image=(8, 8) for 64"
        )
    return flat


def _loss(model: object, loss: Loss | str | None) -> Loss | None:
    """Return the given or named loss, else the one that the model was compiled with, if any.

    Raises:
        TypeError: If a name is given and the network has no `loss_named`.
    """
    if not isinstance(loss, str):
        return loss or cast("Loss | None", getattr(model, "loss_of", lambda: None)())
    known = getattr(model, "loss_named", None)
    if not callable(known):
        raise TypeError(
            f"{type(model).__name__} knows no loss by its name, {loss!r}; pass a function"
        )
    return cast(Loss, known(loss))


def _run(model: Model, inputs: Any, target: object, loss: Loss | None) -> Value:
    """Return the output of a network, or its loss if there is a target."""
    outputs = model(inputs)
    if target is not None:
        result = (loss or squared_error)(outputs, target)
        if isinstance(result, Value) and not result.label:
            result.label = "loss"
    else:
        result = outputs[0] if isinstance(outputs, list) and len(outputs) == 1 else outputs  # type: ignore[assignment]
    if not isinstance(result, Value):
        raise TypeError(
            f"the network gave {type(result).__name__} instead of one Value; "
            "pass a target, and a loss that makes one Value of outputs and target"
        )
    return result


def _named(number: Value | float, label: str) -> Value:
    return number if isinstance(number, Value) else Value(number, label)


def squared_error(outputs: object, target: object) -> Value:
    """Return the sum of the squared differences between outputs and targets.

    Raises:
        ValueError: If there are not as many outputs as targets.

    >>> squared_error([Value(1.0), Value(2.0)], [0.0, 4.0]).data
    5.0
    """
    found = _listed(outputs)
    wanted = [_named(number, f"t{index}") for index, number in enumerate(_listed(target))]
    if len(found) != len(wanted):
        raise ValueError(
            f"the network has {len(found)} outputs, but there are {len(wanted)} targets; give one "
            "for each output"
        )
    squares = [(y - t) ** 2 for y, t in zip(found, wanted)]
    result = squares[0] if len(squares) == 1 else total(squares)
    assert isinstance(result, Value)  # a Value among the operands makes a Value
    return result


def _listed(numbers: object) -> list[Value]:
    several = isinstance(numbers, Sequence) and not isinstance(numbers, str)
    return list(numbers) if several else [numbers]  # type: ignore[call-overload, list-item]

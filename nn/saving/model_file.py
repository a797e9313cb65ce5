"""Model file: a model as one `.npz` file with its architecture and weights, without pickle.

The file is a plain NumPy archive: `header` is JSON (format, version, architecture, notes, names
given to parts, frozen parts, and the trainer), and every weight array is stored under its name,
such as `layers[0].weights`, `(inputs, neurons)`.
"""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from autograd_core.files import JSON, write_whole
from nn.basics import Floats, budget
from nn.modules import Module, Tree, check_fit, class_view
from nn.saving.archive import ADVICE, opened

Described: TypeAlias = Any  # a module, or a value in its config: what `describe` can describe
FORMAT, VERSION = "autograd-core model", 1
PREFIX = "training."  # of the arrays of the trainer: moments of the optimizer
_EXTRA_PARAMETERS = 100_000  # parameters that `load` may make beyond the file's size: 20 MB


def save(
    model: Module,
    path: str | PathLike[str],
    notes: dict[str, object] | None = None,
    include_optimizer: bool = True,
    overwrite: bool = True,
) -> None:
    """Write a model; the file appears complete or not at all.

    Args:
        model: The model.
        path: The path; by convention it ends in `.npz`.
        notes: Further content for the header, anything that JSON can hold.
        include_optimizer: Whether to save the optimizer, loss and metrics too.
        overwrite: Whether to replace an existing file.

    Raises:
        FileExistsError: If the file exists, and `overwrite` is False.
        TypeError: If a part has no `config()`.
    """
    _check_path(path, overwrite)
    marks = {place: marks for place, part in model.named_modules() if (marks := _part_marks(part))}
    header: dict[str, object] = {"model": describe(model), "notes": notes or {}, "parts": marks}
    arrays: dict[str, Any] = {}
    if include_optimizer:
        header["training"], arrays = model.trained_by.describe_trained(model)
    _write(path, header, {**model.named_weights(), **arrays})


def save_weights(model: Module, path: str | PathLike[str], overwrite: bool = True) -> None:
    """Write a model's weights alone; the file appears complete or not at all."""
    _check_path(path, overwrite)
    _write(path, {"model": None, "notes": {}}, model.named_weights())


def _check_path(path: str | PathLike[str], overwrite: bool) -> None:
    if not overwrite and Path(path).exists():
        raise FileExistsError(f"{fspath(path)} is there already; name another, or overwrite=True")


def _write(
    path: str | PathLike[str], header: dict[str, object], weights: Mapping[str, Floats]
) -> None:
    header = {"format": FORMAT, "version": VERSION, **header}
    out = io.BytesIO()
    arrays: dict[str, Any] = {"header": np.array(json.dumps(header)), **weights}
    np.savez(out, **arrays)  # without allow_pickle=, which NumPy before 2.1 saves as an array
    write_whole(path, out.getvalue())


def read(path: str | PathLike[str]) -> tuple[dict[str, JSON], dict[str, Floats]]:
    """Return a model file's header and weights.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not a model file, is damaged, or is of a newer version.
    """
    with opened(path) as archive:
        header = _check_header(path, archive.header)
        names = [name for name in archive.declared if not name.startswith(PREFIX)]
        return header, {name: archive.array(name) for name in names}


def _check_header(path: str | PathLike[str], header: JSON) -> dict[str, JSON]:
    """Return the header, after checking its form, format and version."""
    if not isinstance(header, dict) or not {"format", "version"} <= set(header):
        raise ValueError(f"{path} is not a model file, or it is damaged (header); {ADVICE}")
    kind, version = header["format"], header["version"]
    if kind != FORMAT:
        raise ValueError(f"{path} holds {kind!r:.60}, not a model; {ADVICE}")
    if type(version) is int and version > VERSION:
        raise ValueError(
            f"{path} is of version {version}, this package reads up to {VERSION}; "
            "update it: pip install --upgrade autograd-core"
        )
    parts = header.get("parts", {})  # older files have none
    fits = (
        type(version) is int
        and isinstance(header.get("notes"), dict)
        and isinstance(header.get("model", 0), dict | None)
        and isinstance(parts, dict)
        and all(isinstance(marks, dict) for marks in parts.values())
        and isinstance(header.get("training"), dict | None)
    )
    if not fits:
        raise ValueError(f"{path} is not a model file, or it is damaged (header); {ADVICE}")
    return header


def load(path: str | PathLike[str]) -> Module:
    """Return the model that `model.save(path)` has written, with equal weights.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not a model file, is damaged, is of a newer version, holds only
            weights, or its arrays are not those of the model that it describes.

    The description is checked before the model is made, and all sizes before an array is read.

    >>> import nn, os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "m.npz")
    >>> nn.MLP(2, [3, 1]).save(path)
    >>> load(path).count_params()
    13

    Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """
    with opened(path) as archive:
        header = _check_header(path, archive.header)
        model = _build_model(path, header["model"], archive.size())
        shapes = {name: array.shape for name, array in model.named_weights().items()}
        stored = {n: a.shape for n, a in archive.declared.items() if not n.startswith(PREFIX)}
        check_fit(type(model).__name__, shapes, stored)
        weights = {name: archive.array(name) for name in shapes}
        training = {n: archive.array(n) for n in archive.declared if n.startswith(PREFIX)}
    model.set_weights(weights)
    broken = [name for name, array in weights.items() if not np.isfinite(array).all()]
    if broken:
        warnings.warn(
            f"{path}: {broken[0]} holds nan or inf, so its answers will be nan; load a copy from "
            "before the training diverged",
            stacklevel=2,
        )
    marks = header.get("parts", {})  # see `_part_marks`
    for place, part in model.named_modules():
        given = marks.get(place, {})
        vars(part).update({"name": given["name"]} if "name" in given else {})
        part.trainable = given.get(
            "trainable", True
        )  # sets its children too, which come later in the loop
    if header.get("training"):
        try:
            model.trained_by.restore_trained(model, header["training"], training)
        except ValueError as error:
            raise ValueError(f"{path} cannot be compiled as it was: {error}") from None
    return model


def _build_model(path: str | PathLike[str], description: JSON, size: int) -> Module:
    """Return the model that a description stands for, not larger than a file of `size` numbers."""
    if description is None:
        raise ValueError(f"{path} holds weights alone; make the model, then load_weights(path)")
    try:
        with budget(
            _EXTRA_PARAMETERS + 2 * size
        ):  # twice: shared parameters are made several times
            model = build(description)
    except Exception as error:
        raise ValueError(f"{path} describes no model that can be made: {error}") from error
    if not isinstance(model, Module):
        raise ValueError(f"{path} describes no model, but {model!r:.60}; {ADVICE}")
    return model


def resume(model: Module, path: str | PathLike[str]) -> None:
    """Set a compiled model's weights and moments to those of a file; see `Module.resume`."""
    with opened(path) as archive:
        header = _check_header(path, archive.header)
        arrays = {name: archive.array(name) for name in archive.declared}
    described = header.get("training")
    if not described:
        raise ValueError(
            f"{path} has no optimizer: it holds only weights, or an optimizer, loss or metric of "
            "your own; use load_weights(path)"
        )
    weights = {name: array for name, array in arrays.items() if not name.startswith(PREFIX)}
    model.set_weights(weights)
    try:
        model.trained_by.resume_optimizer(model, described, arrays)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _part_marks(part: Tree) -> dict[str, object]:
    """Return a part's name and whether it is frozen, which its `config()` does not hold."""
    name = getattr(part, "name", "")
    named = {"name": name} if name else {}
    fixed = {value for module in part.modules() for value in module.fixed_values()}
    parameters = [value for value in part.parameters() if value not in fixed]
    frozen = not part.trainable or (parameters and not part.trainable_parameters())
    return {**named, "trainable": False} if frozen else named


def describe(part: object, known: dict[Tree, int] | None = None) -> JSON:
    """Return a module, or a value in its config, in a form that JSON can hold.

    Args:
        part: The module or value.
        known: The numbers of modules described before; a shared module is stored by its number.

    Raises:
        TypeError: If a module has no `config()`, or a value cannot be stored.

    >>> import nn
    >>> describe(nn.ReLU())
    {'class': 'ReLU', 'config': {}}
    """
    known = {} if known is None else known
    if isinstance(part, Tree):
        made: dict[str, JSON] = {"class": type(part).saved_as}
        if part in known:
            return {**made, "again": known[part]}
        made["config"] = describe(class_view(part).config(), known)
        known[part] = len(known)
        return made
    if isinstance(part, dict):
        return {key: describe(item, known) for key, item in part.items()}
    if isinstance(part, list | tuple):
        return [describe(item, known) for item in part]
    if part is None or isinstance(part, str | int | float | bool):
        return part
    raise TypeError(
        f"{part!r:.60} cannot be saved; give activations and initializers by name, or as modules"
    )


def build(description: JSON, made: list[Tree] | None = None) -> Described:
    """Return the module or value that `describe` has described.

    Args:
        description: The result of `describe`.
        made: The modules made before, by their numbers.

    Raises:
        ValueError: If a class is unknown: it has not been imported yet.

    >>> build({'class': 'ReLU', 'config': {}})
    ReLU()
    """
    made = [] if made is None else made
    if isinstance(description, list):
        return [build(item, made) for item in description]
    if not isinstance(description, dict):
        return description
    if "class" not in description:
        return {key: build(item, made) for key, item in description.items()}
    if "again" in description:
        return made[description["again"]]
    name = description["class"]
    if name not in Tree.registry:
        raise ValueError(f"the model has a part {name!r}; import its class before loading")
    made.append(Tree.registry[name].from_config(build(description["config"], made)))
    return made[-1]

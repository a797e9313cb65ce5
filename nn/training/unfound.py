"""Unfound: numbers that a model's outputs depend on, and that are not among its parameters."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection

from autograd_core import Value
from autograd_core.graph import topological_order
from nn.backends import TrainingWarning, as_list
from nn.basics import Path, listed
from nn.modules import Tree


def say_unfound(
    model: Tree, outputs: object, again: Callable[[], object], others: Collection[Value]
) -> None:
    """Warn of trainable numbers that nobody trains, as those of a module in a plain object.

    Args:
        model: The model.
        outputs: What it has returned for a sample.
        again: Returns what it returns for the same sample: what is there again, it did not make.
        others: What is trained besides the model's parameters.
    """
    known = {*model.parameters(), *others}
    found = [leaf for leaf in _leaves(outputs) if leaf.requires_grad and leaf not in known]
    if not all(isinstance(leaf.label, Path) for leaf in found):  # else they are of modules
        there = {*_leaves(again())}
        found = [leaf for leaf in found if leaf in there]
    if found:
        name = type(model).__name__
        shown = listed([leaf.label or f"Value({leaf.data:g})" for leaf in found], most=5)
        warnings.warn(
            f"{name} uses numbers that are not among its parameters, so that they are not trained, "
            f"saved or counted: {shown}. Parts are found in the attributes of a module, and in "
            "lists, tuples and the values of dicts there, but not in plain objects, closures, "
            "partials or keys: self.part = part. For numbers that are to stay as they are, say "
            "requires_grad = False (requires_grad_(False) of a module)",
            TrainingWarning,
            stacklevel=2,
        )


def _leaves(outputs: object) -> list[Value]:
    roots = [output for output in as_list(outputs) if isinstance(output, Value)]
    return [node for node in topological_order(*roots) if node.op is None]

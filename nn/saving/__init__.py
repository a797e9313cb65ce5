"""Saving: a model as one file, without pickle; it fills the slot that a model's `save` asks for.

In: a module with a `config()`, and what `compile` has made of it.
Out: a `.npz` file of a header in JSON and arrays of numbers; the model again.
Read first: model_file.py, what is in it; archive.py reads it in an order that is safe.
"""

from nn.modules import Module
from nn.saving import model_file
from nn.saving.model_file import PREFIX, build, describe, load, read, resume, save, save_weights

Module.saved_by = model_file  # the slot of every model: its functions `save`, `read` and so on

__all__ = [
    "PREFIX", "build", "describe", "load", "read", "resume", "save", "save_weights",
]  # fmt: skip

"""Saving: a model as one file, without pickle; a model's `save` finds it as `Module.saved_by`.

In: a module with a `config()`, and its trainer.
Out: a `.npz` file of a header in JSON and arrays of numbers; the model again.
Read first: model_file.py, which defines the contents; archive.py reads untrusted files safely.
"""

from nn.modules import Module
from nn.saving import model_file
from nn.saving.model_file import PREFIX, build, describe, load, read, resume, save, save_weights

Module.saved_by = model_file  # models call its module-level functions

__all__ = [
    "PREFIX", "build", "describe", "load", "read", "resume", "save", "save_weights",
]  # fmt: skip

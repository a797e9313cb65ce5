"""Training: epochs, batches and steps; a model's `fit` finds it as `Trainable.trained_by`.

In: a model, an optimizer, a loss, metrics and a backend; then a user's tables.
Out: the trained model, and its History.
Read first: loop.py; trainer.py turns what users pass into arrays for it, and names the backends.
"""

from nn.modules import Trainable
from nn.training import trainer
from nn.training.inputs import joined
from nn.training.trainer import Trainer

Trainable.trained_by = trainer  # models call its module-level functions

__all__ = ["Trainer", "joined"]

"""Training: epochs, batches and steps; it fills the slot that a model's `fit` asks for.

In: a model, an optimizer, a loss, metrics and a backend; then a user's tables.
Out: the trained model, and its History.
Read first: loop.py; trainer.py turns what users pass into what it runs on, and names the backends.
"""

from nn.modules import Trainable
from nn.training import trainer
from nn.training.inputs import joined
from nn.training.trainer import Trainer

Trainable.trained_by = trainer  # the slot of every model: its functions `trainer` and `predict`

__all__ = ["Trainer", "joined"]

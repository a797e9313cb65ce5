"""Callbacks: logs, learning rates and what watches a number; names as in Keras.

In: what happens while a model trains: epochs and batches begin and end, with their numbers.
Out: files, rates, an end before the last epoch; the History of a run.
Read first: callback.py; monitors.py has those that watch a number, as monitor.py says.

Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from nn.callbacks.backup import BackupAndRestore
from nn.callbacks.callback import Callback, LambdaCallback
from nn.callbacks.history import History, Record
from nn.callbacks.logs import CSVLogger, LearningRateScheduler, TerminateOnNaN
from nn.callbacks.monitors import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
from nn.callbacks.tensorboard import TensorBoard

__all__ = [
    "BackupAndRestore", "CSVLogger", "Callback", "EarlyStopping", "History", "LambdaCallback",
    "LearningRateScheduler", "ModelCheckpoint", "Record", "ReduceLROnPlateau", "TensorBoard",
    "TerminateOnNaN",
]  # fmt: skip

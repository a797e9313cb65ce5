"""Callbacks: objects that training calls before and after epochs and batches, as in Keras.

In: the number of the epoch or batch, and its loss and metrics.
Out: files, learning rates, an end before the last epoch; the History of a run.
Read first: callback.py; monitors.py has those that monitor a metric, on the base of monitor.py.

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

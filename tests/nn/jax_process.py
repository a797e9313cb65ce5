"""One process of a training that several share.

python -m tests.nn.jax_process NUMBER COUNT PORT FOLDER EPOCHS LOST   # ends by itself in epoch LOST
"""

import os
import signal
import sys

import jax
import numpy as np
from sklearn.datasets import load_digits

import nn

number, count, port, folder, epochs, lost = sys.argv[1:]
if int(count) > 1:
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(
        f"127.0.0.1:{port}", int(count), int(number), heartbeat_timeout_seconds=10
    )


class Lost(nn.callbacks.Callback):
    """Ends one of the processes as a machine does that loses its power."""

    def on_epoch_begin(self, epoch, logs=None):
        if number == "1" and epoch == int(lost):
            os.kill(os.getpid(), signal.SIGKILL)


x, labels = load_digits(return_X_y=True)
model = nn.MLP(64, [16, 10], activation="tanh", output="softmax", rng=0)
model.compile(nn.Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"], backend="jax")
backup = nn.callbacks.BackupAndRestore(f"{folder}/{number}", delete_checkpoint=False)
history = model.fit(
    x / 16.0, labels, epochs=int(epochs), batch_size=128, seed=0, verbose=0,
    callbacks=[backup, Lost()],
)  # fmt: skip
weights = np.concatenate([np.ravel(array) for array in model.state_dict().values()])
np.save(f"{folder}/weights{number}.npy", weights)
print(len(jax.devices()), "devices", history.epoch, f"{history['accuracy'][-1]:.3f}")

"""Backup: training that was interrupted goes on where it was."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from nn.callbacks.callback import Callback, Logs


class BackupAndRestore(Callback):
    """Write the model with its optimizer after each epoch; begin there when `fit` is called again.

    So a script that was killed is run again as it is. Names as in Keras.

    Args:
        backup_dir: A folder for this training alone; it is made.
        save_freq: "epoch": after each.
        delete_checkpoint: Whether the backup goes when training has come to its end.

    Raises:
        ValueError: If `save_freq` is something else.

    >>> import nn, tempfile
    >>> model = nn.MLP(1, [1], rng=0)
    >>> model.compile("sgd", "mse")
    >>> backup = BackupAndRestore(tempfile.mkdtemp(), delete_checkpoint=False)
    >>> len(model.fit([[1.0]], [2.0], epochs=3, verbose=0, callbacks=backup))
    3
    >>> model.fit([[1.0]], [2.0], epochs=5, verbose=0, callbacks=backup).epoch  # goes on
    [3, 4]
    """

    def __init__(
        self,
        backup_dir: str | PathLike[str],
        save_freq: str = "epoch",
        delete_checkpoint: bool = True,
    ) -> None:
        if save_freq != "epoch":
            raise ValueError(f"BackupAndRestore writes after each 'epoch', got {save_freq!r}")
        if not str(backup_dir):
            raise ValueError("BackupAndRestore wants a folder for its files, got an empty name")
        self.folder, self.delete_checkpoint = Path(backup_dir), delete_checkpoint
        self.first_epoch = 0  # the loop begins there

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Go back to what the last epoch has left, if there was one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.first_epoch = 0
        kept = self._kept()
        if kept:
            self.first_epoch, path = kept[-1]
            self.model.resume(path)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write what there is; then the file before it goes."""
        before = self._kept()
        self.model.save(self.folder / f"after-{epoch + 1}-epochs.npz")
        for number, path in before:
            if number != epoch + 1:
                path.unlink()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Take the backup away, unless training was interrupted."""
        kept = self._kept()
        if self.delete_checkpoint and kept and kept[-1][0] >= self.params["epochs"]:
            for _, path in kept:
                path.unlink()

    def _kept(self) -> list[tuple[int, Path]]:
        found = [(path.stem.split("-"), path) for path in self.folder.glob("after-*-epochs.npz")]
        return sorted((int(parts[1]), path) for parts, path in found if parts[1].isdigit())

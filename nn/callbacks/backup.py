"""Backup: resumes a training that was interrupted."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from nn.basics import file_name, flag
from nn.callbacks.callback import Callback, Logs


class BackupAndRestore(Callback):
    """Save model and optimizer after each epoch; the next `fit` continues from the last backup.

    So a script that was killed can simply be run again. Names as in Keras.

    Args:
        backup_dir: A folder for this training only; it is created.
        save_freq: "epoch", to save after each.
        delete_checkpoint: Whether to delete the backup after the last epoch.

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
            raise ValueError(
                f"BackupAndRestore wants save_freq='epoch', got {save_freq!r}; leave it out"
            )
        self.folder = Path(file_name("BackupAndRestore's backup_dir", backup_dir))
        self.delete_checkpoint = flag("BackupAndRestore's delete_checkpoint", delete_checkpoint)
        self.first_epoch = 0  # the loop reads it, see CallbackList.first_epoch

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Load the last backup, if there is one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.first_epoch = 0
        backups = self._backups()
        if backups:
            self.first_epoch, path = backups[-1]
            self.model.resume(path)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save a backup, then delete the previous one."""
        older = self._backups()
        self.model.save(self.folder / f"after-{epoch + 1}-epochs.npz")
        for number, path in older:
            if number != epoch + 1:
                path.unlink()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Delete the backup, unless training ended before the last epoch."""
        backups = self._backups()
        if self.delete_checkpoint and backups and backups[-1][0] >= self.params["epochs"]:
            for _, path in backups:
                path.unlink()

    def _backups(self) -> list[tuple[int, Path]]:
        found = [(path.stem.split("-"), path) for path in self.folder.glob("after-*-epochs.npz")]
        return sorted((int(parts[1]), path) for parts, path in found if parts[1].isdigit())

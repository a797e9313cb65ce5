"""Event files for TensorBoard: read back by the format, and by tensorboard where it is."""

import struct
from pathlib import Path

import numpy as np
import pytest

import nn
from nn.callbacks.tensorboard import crc32c


def written(folder: Path) -> dict[str, list[float]]:
    model = nn.Sequential([nn.Dense(1, "sigmoid", input_dim=2, rng=0)])
    model.compile(nn.SGD(lr=0.5), "binary_crossentropy", metrics=["accuracy"])
    x = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    board = nn.callbacks.TensorBoard(folder)
    history = model.fit(
        x, [0, 1, 1, 0], epochs=300, verbose=0, validation_data=(x, [0, 1, 1, 0]), callbacks=[board]
    )
    return history.history


def records(path: Path) -> list[bytes]:
    """Return the events of a file, by the checksums of each."""
    data, found = path.read_bytes(), []
    while data:
        (size,) = struct.unpack("<Q", data[:8])
        for part, check in ((data[:8], data[8:12]), (data[12 : 12 + size], data[12 + size :][:4])):
            crc = crc32c(part)
            assert struct.unpack("<I", check)[0] == ((crc >> 15 | crc << 17) + 0xA282EAD8) % 2**32
        found.append(data[12 : 12 + size])
        data = data[16 + size :]
    return found


def test_each_epoch_s_numbers_are_there(tmp_path: Path) -> None:
    history = written(tmp_path)
    (path,) = (tmp_path / "train").iterdir()
    version, *events = records(path)
    assert version.endswith(b"brain.Event:2")
    assert len(events) == 3 * 300  # loss, accuracy, learning rate
    losses = [e for e in events if b"epoch_loss" in e]
    numbers = [struct.unpack("<f", e[-4:])[0] for e in losses]
    assert numbers == pytest.approx(history["loss"], rel=1e-7)  # float32
    assert losses[299][9:12] == b"\x10\xab\x02"  # step 299 = 2 * 128 + 43
    (path,) = (tmp_path / "validation").iterdir()
    assert sum(b"epoch_accuracy" in e for e in records(path)) == 300


def test_tensorboard_reads_them(tmp_path: Path) -> None:
    reading = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    history = written(tmp_path)
    for folder, prefix in (("train", ""), ("validation", "val_")):
        events = reading.EventAccumulator(str(tmp_path / folder)).Reload()
        found = events.Scalars("epoch_loss")
        assert [item.step for item in found] == list(range(300))
        wanted = history[f"{prefix}loss"]
        assert [item.value for item in found] == pytest.approx(wanted, rel=1e-7)


def test_a_second_training_has_a_file_of_its_own(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path)
    assert len(list((tmp_path / "train").iterdir())) == 2


def test_histograms_are_refused() -> None:
    with pytest.raises(ValueError, match="histogram_freq=0"):
        nn.callbacks.TensorBoard("logs", histogram_freq=1)


def test_a_loss_too_large_for_32_bits_is_written_as_inf(tmp_path: Path) -> None:
    model = nn.Sequential([nn.Dense(1, input_dim=1, rng=0)])
    model.compile(nn.SGD(lr=0.0), "mse")
    model.fit([[1.0]], [1e30], verbose=0, callbacks=nn.callbacks.TensorBoard(tmp_path))
    (path,) = (tmp_path / "train").iterdir()
    (loss,) = [event for event in records(path) if b"epoch_loss" in event]
    assert struct.unpack("<f", loss[-4:])[0] == np.inf

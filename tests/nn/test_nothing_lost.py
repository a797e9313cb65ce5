"""Nothing lost: a full disk, a folder of others, Ctrl-C at any moment; the reports before stay."""

import os
import signal
import subprocess
import sys
import time

import pytest

from nn.command_line import FILES, Pictures, cli, folder

resource = pytest.importorskip("resource")  # Unix
SAMPLES = [f"{i / 10},{(i * 7) % 5},{'yes' if i > 12 else 'no'}" for i in range(24)]
TRAIN = ("train", "t.csv", "--epochs", "2", "--hidden", "2")


def contents(path):
    return {file.name: file.read_bytes() for file in path.iterdir()}


@pytest.fixture(autouse=True)
def interruptible():
    """Ctrl-C is heard, also where a shell has started the tests in its background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a table, a report and a run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("\n".join(["a,b,k", *SAMPLES]))
    draw = lambda *anything: b"<svg/>"  # noqa: E731
    pictures = Pictures(draw, draw, draw)
    assert cli.run(TRAIN, pictures) == 0
    return tmp_path, pictures


def process(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "nn", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def left_over(path):
    return [file for file in path.rglob("*") if "-draft-" in file.name or "chunks" in file.name]


@pytest.mark.parametrize("limit", [1_000, 30_000])
def test_a_file_that_does_not_fit_leaves_all_that_was_there(limit, here):
    path, _ = here
    before, runs = contents(path / "report"), sorted(os.listdir(path / "runs"))
    full = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # noqa: E731
    running = process(*TRAIN, preexec_fn=full)
    _, errors = running.communicate()
    assert running.returncode == 2
    assert errors.startswith("python -m nn: ")
    assert "File too large" in errors
    assert "[Errno" not in errors
    assert errors.count("\n") == 1
    assert contents(path / "report") == before
    assert sorted(os.listdir(path / "runs")) == runs
    assert left_over(path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_one_line(here):
    path, pictures = here
    before = contents(path / "report")
    path.chmod(0o500)
    try:
        assert cli.run(TRAIN, pictures) == 2
        assert contents(path / "report") == before
    finally:
        path.chmod(0o700)


@pytest.mark.parametrize("moment", range(10))  # of four files written whole, six put into place
def test_ctrl_c_while_files_are_put_into_place_leaves_one_report(moment, here, monkeypatch):
    path, pictures = here
    replace, done = os.replace, []

    def interrupted(source, target):
        done.append(target)
        if len(done) == moment + 1:
            signal.raise_signal(signal.SIGINT)
        replace(source, target)

    monkeypatch.setattr(folder.os, "replace", interrupted)
    assert cli.run([*TRAIN, "--seed", "1"], pictures) == 130
    assert len(done) == (moment + 1 if moment < 4 else 10)
    kept = [contents(run) for run in (path / "runs").iterdir()]
    assert [set(run) for run in kept] == [set(FILES)] * (1 if moment < 4 else 2)
    assert contents(path / "report") in kept
    assert left_over(path) == []


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.1, 0.4, 0.8, 1.2, 1.6, 2.0, 2.5, 3.0, 4.0])
def test_ctrl_c_at_any_moment_leaves_whole_reports(seconds, here):
    path, _ = here
    running = process(*TRAIN, "--search", "2", "--processes", "2", start_new_session=True)
    time.sleep(seconds)
    os.killpg(running.pid, signal.SIGINT)
    running.communicate()
    kept = [contents(run) for run in (path / "runs").iterdir() if run.is_dir()]
    assert all(set(run) == set(FILES) for run in kept)
    assert contents(path / "report") in kept
    assert left_over(path) == []


def test_a_bar_fits_a_terminal_of_80_columns(here):
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    master, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    running = subprocess.Popen(
        [sys.executable, "-m", "nn", *TRAIN[:2], "--epochs", "40"],
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    try:
        while some := os.read(master, 10_000):
            shown += some
    except OSError:  # the other end is closed
        pass
    assert running.wait() == 0
    os.close(master)
    lines = shown.decode().replace("\n", "\r").split("\r")
    assert max(map(len, lines)) <= 80
    assert any("epoch 40/40" in line and "100%" in line and "loss=" in line for line in lines)


def test_chunks_come_to_the_same_and_leave_nothing(here, capsys):
    path, pictures = here
    for out, more in (("a", ["--chunks"]), ("b", [])):
        assert cli.run([*TRAIN, "-o", out, *more], pictures) == 0
    assert (path / "a" / "history.csv").read_text() == (path / "b" / "history.csv").read_text()
    assert left_over(path) == []


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--folds", "2"], "--chunks is for one training; leave --folds and --search out"),
        (["--missing", "error"], "only plain text that is not packed is kept on disk"),
    ],
)
def test_what_goes_not_with_chunks_is_said(more, message, here, capsys):
    assert cli.run([*TRAIN, "--chunks", *more], here[1]) == 2
    assert message in capsys.readouterr().err
    assert left_over(here[0]) == []

"""A folder of results is put into its place when it is complete, whoever else writes there."""

import os
import stat
import subprocess
import sys

from nn.command_line.folder import Folder

NAMES = ("index.html", "loss.svg", "notes.txt")


def fill(target, *names, text="new"):
    folder = Folder(target, NAMES)
    for name in names:
        folder.file(name).write_text(text)
    folder.finish()


def contents(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_what_was_there_is_replaced_and_nothing_else_is_left(tmp_path):
    fill(tmp_path / "report", "index.html", "loss.svg", text="old")
    fill(tmp_path / "report", "index.html", "notes.txt")
    assert contents(tmp_path / "report") == {"index.html": "new", "notes.txt": "new"}
    assert os.listdir(tmp_path) == ["report"]


def test_a_folder_that_is_there_keeps_its_rights(tmp_path):
    (tmp_path / "report").mkdir(mode=0o700)
    fill(tmp_path / "report", "index.html")
    assert stat.S_IMODE((tmp_path / "report").stat().st_mode) == 0o700


def test_what_is_given_up_leaves_the_old_folder(tmp_path):
    fill(tmp_path / "report", "index.html", text="old")
    folder = Folder(tmp_path / "report", NAMES)
    folder.file("index.html").write_text("new")
    folder.discard()
    assert contents(tmp_path / "report") == {"index.html": "old"}
    assert os.listdir(tmp_path) == ["report"]


def test_a_draft_of_a_killed_process_goes_a_day_later(tmp_path):
    killed = Folder(tmp_path / "report", NAMES).file("index.html").parent
    fill(tmp_path / "report", "index.html")
    assert killed.is_dir()  # its process may still be at work
    os.utime(killed, (0, 0))
    fill(tmp_path / "report", "index.html")
    assert not killed.exists()


def test_four_processes_may_write_into_one_folder(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom nn.command_line.folder import Folder\n"
        "for turn in range(25):\n"
        f"    folder = Folder(Path('report'), {NAMES})\n"
        f"    for name in {NAMES}: folder.file(name).write_text(sys.argv[1])\n"
        "    folder.finish()\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(i)], cwd=tmp_path) for i in range(4)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    assert os.listdir(tmp_path) == ["report"]
    found = contents(tmp_path / "report")
    assert set(found) == set(NAMES)
    assert len(set(found.values())) == 1  # all from one of them

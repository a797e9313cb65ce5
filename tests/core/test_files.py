"""A file is written whole or not at all, with ordinary permissions."""

import os
import stat
import threading

import pytest

from autograd_core.files import write_whole


def permissions(path):
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.fixture
def private():
    """Make new files readable for their owner only, by `umask 077`."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_a_new_file_has_ordinary_permissions(tmp_path):
    (tmp_path / "plain").write_text("")
    write_whole(tmp_path / "x", "")
    assert permissions(tmp_path / "x") == permissions(tmp_path / "plain")


@pytest.mark.usefixtures("private")
def test_a_new_file_is_private_where_new_files_are(tmp_path):
    (tmp_path / "plain").write_text("")  # a browser has no umask
    write_whole(tmp_path / "x", b"1")
    assert permissions(tmp_path / "x") == permissions(tmp_path / "plain")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_an_old_file_keeps_its_permissions(tmp_path, mode):
    path = tmp_path / "x"
    path.write_text("before")
    path.chmod(mode)
    write_whole(path, "after")
    assert (path.read_text(), permissions(path)) == ("after", mode)


def test_a_link_stays_and_what_it_points_to_is_written(tmp_path):
    (tmp_path / "far").mkdir()
    path, link = tmp_path / "far" / "x", tmp_path / "link"
    link.symlink_to(path)
    write_whole(link, "new")  # the file is not there yet
    write_whole(link, "after")
    assert (link.is_symlink(), path.read_text()) == (True, "after")
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["far", "link", "x"]


def test_the_umask_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "umask", lambda mask: pytest.fail("set for all threads"))
    write_whole(tmp_path / "x", "")


@pytest.mark.parametrize(
    ("make", "words"),
    [(getattr(os, "mkfifo", None), "it is a device or a pipe"), (os.mkdir, "it is a folder")],
)
def test_only_an_ordinary_file_is_replaced(tmp_path, make, words):
    if make is None:
        pytest.skip("no pipes in the file system here")
    make(tmp_path / "x")
    before = os.stat(tmp_path / "x")
    with pytest.raises(OSError, match=rf"cannot write it \({words}.*x"):
        write_whole(tmp_path / "x", "")
    assert os.stat(tmp_path / "x").st_ino == before.st_ino


def test_a_device_is_refused():
    with pytest.raises(OSError, match="a device or a pipe"):
        write_whole(os.devnull, "")


def test_a_circular_link_is_an_error_that_names_it(tmp_path):
    (tmp_path / "x").symlink_to(tmp_path / "x")
    with pytest.raises(OSError, match=r"cannot write it .*x"):
        write_whole(tmp_path / "x", "")


def test_a_failure_half_way_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    target = tmp_path / "x"
    target.write_text("before")

    def full_disk(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(OSError, match=r"No space left.*x"):
        write_whole(target, "after")
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_threads_that_write_one_file_leave_one_of_the_contents(tmp_path):
    contents = [f"{number}" * 10_000 for number in range(8)]
    threads = [
        threading.Thread(target=write_whole, args=(tmp_path / "x", content)) for content in contents
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "x").read_text() in contents
    assert len(list(tmp_path.iterdir())) == 1

"""The check of committed outputs: what it lets pass, what it finds, and what it says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

STALE = Path(__file__).with_name("stale.py")


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def result(**data):
    kinds = {kind.replace("__", "/").replace("_xml", "+xml"): text for kind, text in data.items()}
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": kinds}


@pytest.fixture
def compare(tmp_path):
    """Compare two cells' outputs; return exit status and printed text."""

    def run(committed, executed, source="x"):
        for folder, outputs, code in (("a", committed, "x"), ("b", executed, source)):
            (tmp_path / folder).mkdir()
            cell = {"cell_type": "code", "id": "cell-07", "source": [code], "outputs": outputs}
            (tmp_path / folder / "03.ipynb").write_text(json.dumps({"cells": [cell]}))
        command = [sys.executable, str(STALE), str(tmp_path / "a"), str(tmp_path / "b")]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.stderr == ""
        return done.returncode, done.stdout

    return run


PICTURE = "<img src='data:image/svg+xml;base64,{}'><p>1 node</p>"
PLAYER = '<p>2 frames</p><iframe title="player" srcdoc="{}"></iframe>'
FRAMES = "{{&quot;loss&quot;:{},&quot;weights&quot;:[{}]}}"


def player(*frame):
    return [result(text__html=PLAYER.format(FRAMES.format(*frame)))]


@pytest.mark.parametrize(
    ("committed", "executed"),
    [
        ([stream("one\ntwo\n")], [stream("one\n"), stream("two\n")]),
        ([stream(["one\n", "two"])], [stream("one\ntwo\n")]),
        ([stream("\x1b[31mred\x1b[0m")], [stream("red")]),
        ([stream("x 0.1234567890123")], [stream("x 0.1234567890124")]),
        ([stream("off by 3.1e-15")], [stream("off by 7e-16")]),
        ([stream("error    ratio\n5.1e-16  1")], [stream("error  ratio\n0      1")]),
        ([result(image__png="iVBO")], [result(image__png="iVBP")]),
        ([result(text__html=PICTURE.format("PHN2"))], [result(text__html=PICTURE.format("AAAA"))]),
        (player("0.25", "1.5,-0.1"), player("0.24", "1.6,2e-05")),
    ],
    ids=[
        "pieces of a stream",
        "lists of lines",
        "colours",
        "the last bit",
        "rounding",
        "the width of a rounding",
        "pixels",
        "a picture inside HTML",
        "the numbers of a player",
    ],
)
def test_what_differs_between_machines_is_let_pass(compare, committed, executed):
    status, said = compare(committed, executed)
    assert status == 0, said


@pytest.mark.parametrize(
    ("committed", "executed"),
    [
        ([result(text__plain="0.5")], [result(text__plain="0.25")]),
        ([stream("loss 0.1")], [stream("loss 0.2")]),
        ([stream("loss 0.12345678")], [stream("loss 0.12345679")]),
        ([stream("loss 3.87e-07")], [stream("loss 3.88e-07")]),
        ([stream("loss 0.1")], [stream("loss 0.1", "stderr")]),
        ([result(text__html="<b>1</b>")], [result(text__html="<b>2</b>")]),
        (player("0.25", "1.5,-0.1"), player("0.25", "1.5")),
        (player("0.25", "1.5"), [result(text__html=PLAYER.format("&quot;loss&quot;:0.25"))]),
        (
            [result(text__html=PLAYER.format("1"))],
            [result(text__html=PLAYER.replace("2", "3").format("1"))],
        ),
        ([result(text__plain="x", image__svg_xml="a")], [result(text__plain="x")]),
        ([], [stream("loss 0.2")]),
        ([stream("loss 0.2")], []),
    ],
    ids=[
        "text",
        "stream",
        "a digit",
        "small",
        "stderr",
        "html",
        "a weight of a player is gone",
        "a key of a player is gone",
        "the text around a player",
        "a picture is gone",
        "new output",
        "output is gone",
    ],
)
def test_a_changed_output_is_found_and_named(compare, committed, executed):
    status, said = compare(committed, executed)
    assert status == 1
    assert "03.ipynb, cell-07" in said
    assert "run.py" in said


def test_the_difference_is_short_and_shows_the_place(compare):
    page = "<p>" + "a" * 50_000
    old, new = result(text__html=page + "old</p>"), result(text__html=page + "new</p>")
    status, said = compare([old], [new])
    assert status == 1
    assert "aold</p>" in said
    assert "anew</p>" in said
    assert len(said) < 2_000


def test_another_source_is_another_notebook(compare):
    status, said = compare([], [], source="y")
    assert status == 1
    assert "source differs" in said


def test_a_notebook_that_was_not_executed_is_missing(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "03.ipynb").write_text(json.dumps({"cells": []}))
    command = [sys.executable, str(STALE), str(tmp_path / "a"), str(tmp_path / "b")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "03.ipynb: not executed" in done.stdout


def test_a_folder_without_notebooks_is_no_success(tmp_path):
    command = [sys.executable, str(STALE), str(tmp_path), str(tmp_path)]
    assert subprocess.run(command, capture_output=True).returncode == 1

"""Runs: each is kept, the latest is in report/, nothing is lost whatever happens while writing."""

import errno
import json
import os
import subprocess
import sys

import pytest

from nn.command_line import FILES, Pictures, cli


def draw(*anything):
    return b"<svg>drawn</svg>"


PICTURES = Pictures(draw, draw, draw)


def run(*arguments, pictures=PICTURES):
    return cli.run([str(argument) for argument in arguments], pictures)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def train(table, *more, **options):
    return run("train", table, "--epochs", 2, "--hidden", 2, *more, **options)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_run_is_kept_and_the_report_is_the_latest(here, table):
    assert train(table) == 0
    first = {path: contents(path) for path in (here / "runs").iterdir()}
    assert train(table, "--seed", 1, "--name", "my-run") == 0
    assert {path: contents(path) for path in first} == first
    (second,) = {*(here / "runs").iterdir()} - {*first}
    assert second.name.startswith("my-run-")
    assert contents(here / "report") == contents(second)
    assert set(contents(second)) == set(FILES)


def test_a_run_of_the_same_second_has_a_folder_of_its_own(here, table, monkeypatch):
    monkeypatch.setattr("time.strftime", lambda form, *at: "20260101-000000")
    assert [train(table) for _ in range(3)] == [0, 0, 0]
    names = sorted(path.name for path in (here / "runs").iterdir())
    assert names == [f"my-20260101-000000{more}" for more in ("", "-2", "-3")]


def full(*anything):
    raise OSError(errno.ENOSPC, "No space left on device", "graph.svg")


def interrupted(*anything):
    raise KeyboardInterrupt


@pytest.mark.parametrize(("failure", "status"), [(full, 2), (interrupted, 130)])
def test_what_was_there_stays_whole_when_writing_fails(failure, status, here, table, capsys):
    train(table)
    before = contents(here / "report")
    runs = sorted(os.listdir(here / "runs"))
    capsys.readouterr()
    assert train(table, pictures=Pictures(draw, failure, draw)) == status
    assert capsys.readouterr().err.count("\n") == 1
    assert contents(here / "report") == before
    assert sorted(os.listdir(here / "runs")) == runs
    assert sorted(os.listdir(here)) == ["report", "runs"]


def test_a_full_disk_while_the_run_is_copied_leaves_no_half_run(here, table, monkeypatch):
    monkeypatch.setattr("shutil.copyfile", full)
    assert train(table) == 2
    assert [path for path in here.rglob("*") if path.is_file()] == []


def test_two_runs_at_once_are_both_whole(here, table):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from test_runs import PICTURES, cli; "
        "sys.exit(cli.run(['train', sys.argv[2], '--epochs', '2', '--hidden', '2'], PICTURES))"
    )
    arguments = [sys.executable, "-c", code, os.path.dirname(__file__), str(table)]
    both = [subprocess.Popen(arguments, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    runs = [contents(path) for path in (here / "runs").iterdir()]
    assert len(runs) == 2
    assert all(set(found) == set(FILES) for found in runs)
    assert contents(here / "report") in runs


def test_a_search_that_is_interrupted_says_how_it_goes_on(here, tmp_path, monkeypatch, capsys):
    from nn.tables import trials

    arguments = ["train", "iris", "--epochs", 1, "--search", 3, "--processes", 1]
    work, done = trials._validate, []

    def second_is_interrupted(job):
        done.append(job)
        return work(job) if len(done) != 2 else interrupted()

    monkeypatch.setattr(trials, "_validate", second_is_interrupted)
    assert run(*arguments) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
    assert run(*arguments) == 0
    printed = capsys.readouterr().out
    assert "1 of 3 settings were tried before" in printed
    assert "3 settings were tried; the best has validation loss" in printed
    assert len(done) == 4


def test_a_search_that_is_interrupted_before_anything_was_tried_names_no_file(
    here, monkeypatch, capsys
):
    from nn.tables import trials

    monkeypatch.setattr(trials, "_validate", lambda job: interrupted())
    assert run("train", "iris", "--epochs", 1, "--search", 3, "--processes", 1) == 130
    assert "was tried" not in capsys.readouterr().err
    assert list(here.glob("*.jsonl")) == []


def test_runs_are_compared_in_a_table_and_on_a_page(here, table, capsys):
    for seed in (0, 1):
        train(table, "--seed", seed)
    capsys.readouterr()
    runs = sorted((here / "runs").iterdir())
    assert run("compare", *runs, "-o", "side.html") == 0
    printed = capsys.readouterr().out
    header, _, *rows = printed.splitlines()
    assert header.split()[:3] == ["run", "table", "loss"]
    assert header.split()[-1] == "seed"  # what they differ in
    assert {row.split()[0] for row in rows[:2]} == set(map(str, runs))
    assert "tested on different rows" in printed
    assert str(runs[0]) in (here / "side.html").read_text()


@pytest.mark.parametrize("content", ["", "{}", '{"test": 3}', "[" * 100_000])
def test_a_damaged_run_is_one_clear_line(content, here, capsys):
    (here / "report.json").write_text(content)
    assert run("compare", here) == 2
    printed = capsys.readouterr().err
    assert "is no report of `python -m nn train`, or is damaged" in printed
    assert printed.count("\n") == 1


def test_evaluate_gives_what_the_report_has_as_json(here, table, capsys):
    train(table)
    capsys.readouterr()
    assert run("evaluate", "report/model.npz", table, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    reported = json.loads((here / "report" / "report.json").read_text())
    known_before = {"again"}  # rows like those it learnt from, which a model does not remember
    assert set(found["test"]) == set(reported["test"]) - known_before
    assert found["test"]["rows"] == 24
    assert {one["column"] for one in found["importance"]["columns"]} == {"a", "b"}


def test_predict_writes_an_id_and_the_answers_alone(here, table, capsys):
    train(table)
    capsys.readouterr()
    assert run("predict", "report/model.npz", table, "--id", "b") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "b,predicted outcome,p(no),p(yes)"
    assert [line.split(",")[0] for line in lines[1:4]] == ["0", "2", "4"]


def test_the_line_that_runs_it_again_is_in_the_report(here, table):
    train(table, "--seed", 3, "--drop", "b")
    again = json.loads((here / "report" / "report.json").read_text())["again"]
    assert again["command"] == (
        f"python -m nn train {table} --epochs 2 --hidden 2 --seed 3 --drop b"
    )
    assert len(again["sha256 of the table"]) == 64


@pytest.mark.filterwarnings("ignore")  # of the training, and of NumPy about inf - inf
def test_a_training_that_diverges_is_written_as_json_that_everybody_reads(here, capsys):
    (here / "far.csv").write_text("x,y\n" + "".join(f"{i},{i * 1e-9}\n" for i in range(60)))
    typed = ["--regression", "--learning-rate", "1e9", "--optimizer", "sgd", "-o", "far"]
    assert train("far.csv", *typed) == 0

    def refuse(word):
        raise AssertionError(word)  # NaN and Infinity are words of Python's alone

    facts = json.loads((here / "far" / "report.json").read_text(), parse_constant=refuse)
    assert facts["test"]["scores"]["rmse"] is None
    assert run("compare", "far") == 0
    assert "nan" in capsys.readouterr().out
    assert run("evaluate", "far/model.npz", "far.csv", "--json") == 0
    assert json.loads(capsys.readouterr().out, parse_constant=refuse)["test"]["rows"] == 60

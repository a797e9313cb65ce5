"""The command line: what it prints, what it writes, and what it says about bad input."""

import csv

import pytest

import nn
from nn import cli
from nn.report import FILES, Pictures


def draw_history(history):
    return b"<svg>curves</svg>"


PICTURES = Pictures(lambda root: f"<svg>{root.label}</svg>".encode(), draw_history)


def run(*arguments):
    return cli.run([str(argument) for argument in arguments], PICTURES)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "my.csv"
    rows = [f"{i / 10},{(i * 7) % 5},{'yes' if i > 12 else 'no'}" for i in range(24)]
    path.write_text("\n".join(["a,b,outcome", *rows]))
    return path


def train(table, out, *more):
    return run("train", table, "--epochs", 5, "--hidden", 3, "--out", out, *more)


def test_iris_is_learnt_to_nine_in_ten(tmp_path, capsys):
    assert run("train", "iris", "--out", tmp_path / "r", "--epochs", 40, "--hidden", 8) == 0
    printed = capsys.readouterr()
    accuracy = float(printed.out.split("test accuracy ")[1].split()[0])
    assert accuracy >= 0.9
    assert "iris: 150 rows x 4 inputs" in printed.out
    assert "setosa                13" in printed.out
    assert "accuracy=" in printed.err  # the progress bar


def test_the_report_holds_all_its_files(table, tmp_path):
    assert train(table, tmp_path / "r") == 0
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == sorted(FILES)


def test_the_history_has_a_line_per_epoch(table, tmp_path):
    train(table, tmp_path / "r")
    rows = list(csv.DictReader((tmp_path / "r" / "history.csv").read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert set(rows[0]) == {"epoch", "loss", "accuracy"}


def test_the_saved_model_predicts(table, tmp_path):
    train(table, tmp_path / "r")
    assert nn.load(tmp_path / "r" / "model.npz").predict([[0.0, 0.0]]).shape == (1, 1)


def test_the_target_may_be_any_column(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["kind,a", *[f"{'ab'[i % 2]},{i % 2}" for i in range(20)]]))
    assert train(path, tmp_path / "r", "--target", "kind") == 0


def test_a_number_is_predicted_by_regression(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["x,y", *[f"{i},{2 * i + 1}" for i in range(40)]]))
    assert train(path, tmp_path / "r", "--regression") == 0
    assert "test r2" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["pima", "moons", "circles", "spirals", "xor"])
def test_built_in_tables_are_there(name, tmp_path, capsys):
    arguments = ["train", name, "--epochs", 1, "--hidden", 2, "--test-size", 0.9]
    assert run(*arguments, "--out", tmp_path / "r") == 0
    assert "test accuracy" in capsys.readouterr().out


def test_one_seed_gives_one_model(table, tmp_path):
    for name in ("a", "b"):
        train(table, tmp_path / name)
    first, second = (nn.load(tmp_path / name / "model.npz") for name in ("a", "b"))
    assert [p.data for p in first.parameters()] == [p.data for p in second.parameters()]


BAD = {
    "no such file": (["nothing.csv"], None, "nothing.csv"),
    "empty file": ([], "", "is empty"),
    "only names": ([], "a,b,c\n", "no rows"),
    "no such target": (["--target", "price"], "a,b\n1,x\n2,y\n", "no column 'price'; it has a, b"),
    "text": ([], "a,b\n1,x\nfoo,y\n", "row 3, column 'a': 'foo' is not a number"),
    "nan": ([], "a,b\n1,x\nnan,y\n", "row 3, column 'a': 'nan' is not a finite number"),
    "empty cell": ([], "a,b\n1,x\n,y\n", "row 3, column 'a': the cell is empty"),
    "ragged": ([], "a,b\n1,x\n2\n", "row 3: 1 cells, but 2 columns"),
    "one class": ([], "a,b\n1,x\n2,x\n", "only one class"),
    "numbers": ([], "a,b\n" + "\n".join(f"{i},{i * 1.5}" for i in range(50)), "--regression"),
    "epochs": (["--epochs", "0"], "a,b\n1,x\n2,y\n", "--epochs: wants a whole number"),
    "rate": (["--learning-rate", "nan"], "a,b\n1,x\n2,y\n", "wants a number above 0"),
    "test size": (["--test-size", "1"], "a,b\n1,x\n2,y\n", "wants a share above 0 and below 1"),
    "activation": (["--activation", "rleu"], "a,b\n1,x\n2,y\n", "invalid choice: 'rleu'"),
    "too few": ([], "a,b\n1,x\n2,y\n", "cannot be split"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_line_and_the_old_report_stays(case, tmp_path, capsys):
    more, content, message = BAD[case]
    if content is not None:
        (tmp_path / "t.csv").write_text(content)
        more = [tmp_path / "t.csv", *more]
    out = tmp_path / "r"
    out.mkdir()
    (out / "index.html").write_text("old")
    try:
        status = run("train", *more, "--out", out)
    except SystemExit as exit:
        status = exit.code
    printed = capsys.readouterr()
    assert status == 2
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert (out / "index.html").read_text() == "old"
    assert [path.name for path in out.iterdir()] == ["index.html"]


def test_a_folder_that_cannot_be_made_is_one_clear_line(table, capsys):
    assert train(table, table / "inside-a-file") == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert str(table) in printed.err


def test_a_folder_with_other_files_is_left_alone(table, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    assert train(table, tmp_path) == 2
    assert "no part of a report" in capsys.readouterr().err
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_drawing_that_fails_leaves_the_old_report(table, tmp_path, monkeypatch):
    out = tmp_path / "r"
    assert train(table, out) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    broken = Pictures(lambda root: 1 / 0, draw_history)
    with pytest.raises(ZeroDivisionError):
        cli.run(["train", str(table), "--epochs", "1", "--out", str(out)], broken)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my.csv", "r"]

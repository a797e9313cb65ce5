"""The command line: what training prints and writes, and what it says about bad input."""

import csv

import pytest

import nn
from nn import __main__
from nn.command_line import FILES, Pictures, cli


def draw_graph(root):
    return f"<svg>{root.label}</svg>".encode()


def draw_model(model, inputs, outputs, theme):
    return f"<svg>{theme}: {', '.join(inputs)} to {', '.join(outputs)}</svg>".encode()


PICTURES = Pictures(draw_graph, draw_graph, draw_model)


def run(*arguments):
    return cli.run([str(argument) for argument in arguments], PICTURES)


def train(table, out, *more):
    return run("train", table, "--epochs", 5, "--hidden", 3, "--out", out, *more)


def test_iris_is_learnt_to_nine_in_ten(tmp_path, capsys):
    assert run("train", "iris", "--out", tmp_path / "r") == 0
    printed = capsys.readouterr()
    accuracy = float(printed.out.split("test accuracy")[1].split()[0])
    assert accuracy >= 0.9
    assert "iris: 150 rows x 4 inputs" in printed.out
    assert "setosa                13" in printed.out
    assert printed.err == ""  # no bar where nobody looks


def test_the_report_holds_all_its_files(table, tmp_path):
    assert train(table, tmp_path / "r") == 0
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == sorted(FILES)


def test_the_history_has_a_line_per_epoch(table, tmp_path):
    train(table, tmp_path / "r")
    rows = list(csv.DictReader((tmp_path / "r" / "history.csv").read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert set(rows[0]) == {"epoch", "loss", "accuracy"}  # too few rows to validate


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


def test_a_target_of_any_size_is_learnt_and_answered_in_its_own_unit(tmp_path, capsys):
    path, out = tmp_path / "prices.csv", tmp_path / "r"
    rows = [f"{i % 7},{i % 5},{100_000 + 20_000 * (i % 7) - 5_000 * (i % 5)}" for i in range(70)]
    path.write_text("\n".join(["rooms,age,price", *rows]))
    assert run("train", path, "--regression", "--hidden", 8, "--out", out) == 0
    assert float(capsys.readouterr().out.split("test r2")[1].split()[0]) > 0.9
    run("predict", out / "model.npz", path)
    answers = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    # the first row: 0 rooms, age 0, a price of 100000; the deviation of all prices is 40000
    assert float(answers[0]["predicted price"]) == pytest.approx(100_000, abs=20_000)


def test_the_page_compares_with_always_answering_the_same_and_shows_what_is_wrong(table, tmp_path):
    train(table, tmp_path / "r")
    page = (tmp_path / "r" / "index.html").read_text()
    assert "always answering" in page
    assert page.count("<th>true") == 2  # confusion matrix, and the rows it is most wrong about
    assert "The plane of a and b" in page
    assert "$name" not in page  # every place of the template is filled


def test_the_page_shows_the_numbers_of_the_table_as_they_are(tmp_path):
    path = tmp_path / "t.csv"
    rows = [f"{i % 3},{(0.1, 0.2, -0.3)[i % 3]},{i % 2}" for i in range(24)]
    path.write_text("\n".join(["a,b,y", *rows]))
    assert train(path, tmp_path / "r") == 0
    page = (tmp_path / "r" / "index.html").read_text()
    assert "e-1" not in page  # neither for a 0 nor for the mean of 0.1, 0.2 and -0.3


def test_a_matrix_of_many_classes_takes_the_whole_width(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["a,y", *[f"{i},{i % 6}" for i in range(48)]]))
    assert train(path, tmp_path / "r") == 0
    assert 'class="confusion many"' in (tmp_path / "r" / "index.html").read_text()


@pytest.mark.filterwarnings("default")
def test_a_warning_is_one_line_without_code(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["a,y", *[f"5,{'ab'[i % 2]}" for i in range(40)]]))
    assert train(path, tmp_path / "r", "--epochs", 30, "--learning-rate", 10) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if "is dead" in line]
    assert len(lines) == 1
    assert lines[0].startswith("python -m nn: layers[0] is dead: all 3 units")


def test_the_network_is_drawn_with_the_names_of_the_table():
    drawn = __main__.draw_model(nn.MLP(2, [1]), ["$a$", "重さ"], ["yes"], "dark").decode()
    assert all(name in drawn for name in ("$a$", "重さ", "yes"))


def test_names_in_the_table_are_shown_as_text(tmp_path):
    path = tmp_path / "t.csv"
    rows = [f"{i},{(i * 7) % 5},{'<b>&' if i > 12 else 'no'}" for i in range(24)]
    path.write_text("\n".join(["<i>,b,kind", *rows]))
    assert train(path, tmp_path / "r") == 0
    page = (tmp_path / "r" / "index.html").read_text()
    assert "<i>" not in page
    assert "<b>&<" not in page
    assert "&lt;b&gt;&amp;" in page


def test_ctrl_c_leaves_one_line_and_the_old_report(table, tmp_path, monkeypatch, capsys):
    assert train(table, tmp_path / "r") == 0
    before = (tmp_path / "r" / "index.html").read_bytes()
    monkeypatch.setattr("nn.command_line.cli.fit", raises(KeyboardInterrupt))
    capsys.readouterr()
    assert train(table, tmp_path / "r") == 130
    assert capsys.readouterr().err == "python -m nn: interrupted\n"
    assert (tmp_path / "r" / "index.html").read_bytes() == before


def raises(kind):
    def function(*arguments, **options):
        raise kind

    return function


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
    "inf": ([], "a,b\n1,x\ninf,y\n", "row 3, column 'a': 'inf' is not a finite number"),
    "nan": (["--missing", "error"], "a,b\n1,x\nnan,y\n", "'nan' stands for a missing cell"),
    "empty cell": (["--missing", "error"], "a,b\n1,x\n,y\n", "column 'a': the cell is empty"),
    "yes or no": (["--header", "si"], "a,b\n1,x\n2,y\n", "wants yes or no, got 'si'"),
    "ragged": ([], "a,b\n1,x\n2\n", "row 3: 1 cells, but 2 columns"),
    "one class": ([], "a,b\n1,x\n2,x\n", "only one class"),
    "numbers": ([], "a,b\n" + "\n".join(f"{i},{i * 1.5}" for i in range(50)), "--regression"),
    "epochs": (["--epochs", "0"], "a,b\n1,x\n2,y\n", "--epochs: wants a whole number"),
    "rate": (["--learning-rate", "nan"], "a,b\n1,x\n2,y\n", "wants a number above 0"),
    "test size": (["--test-size", "1"], "a,b\n1,x\n2,y\n", "wants a share above 0 and below 1"),
    "activation": (["--activation", "rleu"], "a,b\n1,x\n2,y\n", "invalid choice: 'rleu'"),
    "too few": ([], "a,b\n1,x\n2,y\n", "class 'x' of b has 1 row"),
    "an id": ([], "a,b\nu1,x\nu2,y\nu3,x\n", "leave the column out (drop=, or --drop)"),
    "drop what is not there": (["--drop", "id"], "a,b\n1,x\n2,y\n", "no column 'id'; it has a, b"),
    "drop of the target": (["--drop", "b"], "a,b\n1,x\n2,y\n", "it is the target; name another"),
    "drop of all": (["--drop", "a"], "a,b\n1,x\n2,y\n", "keep at least one"),
    "drop of a built-in table": (["iris", "--drop", "species"], None, "--drop is for CSV files"),
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
    assert printed.err == (
        f"python -m nn: {table}/inside-a-file: cannot make this folder (it would lie inside a "
        "file); choose another place\n"
    )


def test_a_folder_with_other_files_is_left_alone(table, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    assert train(table, tmp_path) == 2
    assert "no part of a report" in capsys.readouterr().err
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_drawing_that_fails_leaves_the_old_report(table, tmp_path, monkeypatch):
    out = tmp_path / "r"
    assert train(table, out) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    broken = Pictures(draw_graph, lambda root: 1 / 0, draw_model)
    with pytest.raises(ZeroDivisionError):
        cli.run(["train", str(table), "--epochs", "1", "--out", str(out)], broken)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my.csv", "r"]

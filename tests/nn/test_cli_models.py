"""The command line on a saved model: evaluate, predict and info."""

import csv

import pytest

import nn
from nn import cli
from nn.report import Pictures


def draw(*anything):
    return b"<svg>drawn</svg>"


def run(*arguments):
    pictures = Pictures(draw, draw, draw, draw)
    return cli.run([str(argument) for argument in arguments], pictures)


def train(table, out, *more):
    return run("train", table, "--epochs", 5, "--hidden", 3, "--out", out, *more)


@pytest.fixture
def trained(table, tmp_path, capsys):
    train(table, tmp_path / "r")
    capsys.readouterr()
    return tmp_path / "r" / "model.npz"


def test_evaluate_prints_scores_and_confusion(trained, table, capsys):
    assert run("evaluate", trained, table) == 0
    out = capsys.readouterr().out
    assert "24 rows" in out
    assert "accuracy " in out
    assert "true \\ predicted" in out


def test_predict_writes_a_row_per_sample(trained, table, tmp_path):
    assert run("predict", trained, table, "-o", tmp_path / "p.csv") == 0
    rows = list(csv.DictReader((tmp_path / "p.csv").read_text().splitlines()))
    assert len(rows) == 24
    assert list(rows[0]) == [*("a", "b", "outcome", "predicted outcome", "p(no)", "p(yes)")]
    assert float(rows[0]["p(no)"]) + float(rows[0]["p(yes)"]) == pytest.approx(1.0, abs=2e-6)


def test_predict_needs_no_target_column_and_prints_by_default(trained, tmp_path, capsys):
    (tmp_path / "new.csv").write_text("b,other,a\n1,9,0.1\n2,9,2.3\n")
    assert run("predict", trained, tmp_path / "new.csv") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["1", "9", "0.1", "no"], ["2", "9", "2.3", "yes"],
    ]  # fmt: skip


def test_predictions_are_those_of_the_model_on_standardised_inputs(trained, table, capsys):
    evaluated = run("evaluate", trained, table), capsys.readouterr().out
    run("predict", trained, table)
    predicted = [row.split(",")[3] for row in capsys.readouterr().out.splitlines()[1:]]
    truth = [row.split(",")[2] for row in table.read_text().splitlines()[1:]]
    share = sum(p == t for p, t in zip(predicted, truth, strict=True)) / 24
    assert f"accuracy {share:.4f}" in evaluated[1]


def test_regression_is_evaluated_and_predicted(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["x,y", *[f"{i},{2 * i + 1}" for i in range(40)]]))
    train(path, tmp_path / "r", "--regression")
    capsys.readouterr()
    assert run("evaluate", tmp_path / "r" / "model.npz", path) == 0
    assert "r2 " in capsys.readouterr().out
    assert run("predict", tmp_path / "r" / "model.npz", path) == 0
    assert capsys.readouterr().out.startswith("x,y,predicted y\n0,1,")


def test_info_shows_layers_columns_and_arrays(trained, capsys):
    assert run("info", trained) == 0
    out = capsys.readouterr().out
    assert "total 13 parameters" in out
    assert "target   outcome: no, yes" in out
    assert "layers[0].weights (2, 3)" in out


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path, table: ["info", table], "not a model file"),
        (lambda path, table: ["info", "nothing.npz"], "nothing.npz: No such file"),
        (lambda path, table: ["predict", path, "nothing.csv"], "nothing.csv: No such file"),
        (lambda path, table: ["predict", path, "iris"], "wants 2 inputs (a, b), the table has 4"),
        (lambda path, table: ["evaluate", path, table, "--target", "z"], "no column 'z'"),
        (lambda path, table: ["evaluate", path, table, "--target", "b"], "not '0'"),
        (lambda path, table: ["predict", path, table, "-o", table / "x"], "my.csv"),
    ],
)
def test_what_does_not_fit_a_model_is_one_clear_line(make, message, trained, table, capsys):
    assert run(*make(trained, table)) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert printed.count("\n") == 1


def test_a_model_without_a_table_says_what_to_use(tmp_path, table, capsys):
    nn.MLP(2, [1]).save(tmp_path / "m.npz")
    assert run("predict", tmp_path / "m.npz", table) == 2
    assert "python -m nn train" in capsys.readouterr().err


def test_categories_are_learnt_evaluated_and_predicted(tmp_path, capsys):
    path = tmp_path / "t.csv"
    rows = [f"u{i},{'red' if i % 3 else 'blue'},{i},{'no' if i % 3 else 'yes'}" for i in range(40)]
    path.write_text("\n".join(["id,colour,a,y", *rows]))
    model = tmp_path / "r" / "model.npz"
    assert train(path, tmp_path / "r", "--drop", "id", "--epochs", 40) == 0
    capsys.readouterr()
    assert run("evaluate", model, path) == 0
    assert "accuracy 1.0000" in capsys.readouterr().out
    (tmp_path / "new.csv").write_text("a,colour\n7,red\n9,blue\n")
    assert run("predict", model, tmp_path / "new.csv") == 0
    header, *answers = csv.reader(capsys.readouterr().out.splitlines())
    assert header[:4] == ["colour=blue", "colour=red", "a", "y"]
    assert [row[3] for row in answers] == ["no", "yes"]
    (tmp_path / "new.csv").write_text("a,colour\n7,green\n")
    assert run("predict", model, tmp_path / "new.csv") == 2
    assert "'green' is not one of the known categories blue, red" in capsys.readouterr().err

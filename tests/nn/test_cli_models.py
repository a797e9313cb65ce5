"""The command line on a saved model: evaluate, predict and info."""

import csv

import pytest

import nn
from nn.command_line import Pictures, cli


def draw(*anything):
    return b"<svg>drawn</svg>"


def run(*arguments):
    pictures = Pictures(draw, draw, draw)
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
    assert "\naccuracy" in out
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
    scores = dict(line.split()[:2] for line in evaluated[1].splitlines() if line[:8] == "accuracy")
    assert scores == {"accuracy": f"{share:.4f}"}


def test_regression_is_evaluated_and_predicted(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["x,y", *[f"{i},{2 * i + 1}" for i in range(40)]]))
    train(path, tmp_path / "r", "--regression")
    capsys.readouterr()
    assert run("evaluate", tmp_path / "r" / "model.npz", path) == 0
    assert "\nr2 " in capsys.readouterr().out
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
    assert "100.0% right" in capsys.readouterr().out
    (tmp_path / "new.csv").write_text("a,colour\n7,red\n9,blue\n")
    assert run("predict", model, tmp_path / "new.csv") == 0
    header, *answers = csv.reader(capsys.readouterr().out.splitlines())
    assert header == ["a", "colour", "predicted y", "p(no)", "p(yes)"]
    assert [row[:3] for row in answers] == [["7", "red", "no"], ["9", "blue", "yes"]]
    (tmp_path / "new.csv").write_text("a,colour\n7,green\n,\n?,red\n")
    assert run("predict", model, tmp_path / "new.csv") == 0
    printed = capsys.readouterr()
    assert [row[:2] for row in csv.reader(printed.out.splitlines())][1:] == [
        ["7", "green"],
        ["?", "red"],
    ]
    assert "column 'a': 1 of 2 cells are missing; the mean of the training rows" in printed.err
    assert "column 'colour': 1 of 2 cells are none of the categories" in printed.err


def mixed(tmp_path):
    """Return a table with an id, percent, money, missing cells and categories, and its model."""
    path = tmp_path / "t.csv"
    rows = [
        f'r{i},{"?" if i % 9 == 4 else ("red", "blue")[i % 2]},"${1 + i % 7},{100 + i}",'
        f"{'NA' if i % 8 == 3 else f'{i % 5}%'},{1000001 + i % 2}"
        for i in range(40)
    ]
    path.write_text("\n".join(["id,colour,price,share,code", *rows]) + "\n")
    assert train(path, tmp_path / "r", "--classes") == 0
    return path, tmp_path / "r" / "model.npz"


def test_a_table_with_everything_is_said_column_by_column(tmp_path, capsys):
    mixed(tmp_path)
    printed = capsys.readouterr().out
    assert "40 rows x 5 inputs (colour=blue, colour=red, colour=?, price, share)" in printed
    assert "missing of 40 cells: colour 4, share 5" in printed
    assert "column 'id' is left out: it names the rows" in printed
    assert "target code: 1000001 (20), 1000002 (20)" in printed


def test_predict_takes_the_raw_table_and_gives_it_back_untouched(tmp_path, capsys):
    path, model = mixed(tmp_path)
    capsys.readouterr()
    assert run("predict", model, path) == 0
    given = list(csv.reader(path.read_text().splitlines()))
    answers = list(csv.reader(capsys.readouterr().out.splitlines()))
    assert [row[:5] for row in answers] == given
    assert answers[0][5:] == ["predicted code", "p(1000001)", "p(1000002)"]
    assert {row[5] for row in answers[1:]} <= {"1000001", "1000002"}
    assert run("predict", model, path, "--only", "id") == 0
    assert [row[0] for row in csv.reader(capsys.readouterr().out.splitlines())][:2] == ["id", "r0"]
    assert run("predict", model, path, "--only") == 0
    assert capsys.readouterr().out.startswith("predicted code,p(1000001)")


def test_order_and_missing_columns_of_a_further_table(tmp_path, capsys):
    path, model = mixed(tmp_path)
    capsys.readouterr()
    run("predict", model, path, "--only")
    before = capsys.readouterr().out
    turned = [row[::-1] for row in csv.reader(path.read_text().splitlines())]
    with open(tmp_path / "turned.csv", "w") as file:
        csv.writer(file).writerows(turned)
    assert run("predict", model, tmp_path / "turned.csv", "--only") == 0
    assert capsys.readouterr().out == before
    (tmp_path / "less.csv").write_text('id,colour,price\n1,red,"$1,000"\n')
    assert run("predict", model, tmp_path / "less.csv") == 2
    assert "has no column 'share'; it has id, colour, price" in capsys.readouterr().err


def test_a_further_table_without_names_goes_by_place(tmp_path, capsys):
    path, model = mixed(tmp_path)
    capsys.readouterr()
    run("predict", model, path, "--only")
    before = capsys.readouterr().out
    rows = path.read_text().splitlines()[1:]
    (tmp_path / "bare.csv").write_text("\n".join(rows) + "\n")
    assert run("predict", model, tmp_path / "bare.csv", "--only") == 0
    printed = capsys.readouterr()
    assert printed.out == before
    assert "its columns are taken for id, colour, price, share, code" in printed.err
    (tmp_path / "bare.csv").write_text("red,5\nblue,6\n")
    assert run("predict", model, tmp_path / "bare.csv", "--only") == 2
    assert "add a line of names" in capsys.readouterr().err


def test_units_that_the_training_table_did_not_have_are_refused(tmp_path, capsys):
    _, model = mixed(tmp_path)
    (tmp_path / "new.csv").write_text('colour,price,share\nred,"$1,000",0.05\n')
    capsys.readouterr()
    assert run("predict", model, tmp_path / "new.csv") == 2
    assert "row 2, column 'share': '0.05' is written in another way" in capsys.readouterr().err


def test_classes_are_known_by_their_number_too(tmp_path, capsys):
    path, model = mixed(tmp_path)
    capsys.readouterr()
    run("evaluate", model, path)
    before = capsys.readouterr().out.splitlines()[1:]
    path.write_text(path.read_text().replace("1000001\n", "1000001.0\n"))  # as pandas does
    assert run("evaluate", model, path) == 0
    assert capsys.readouterr().out.splitlines()[1:] == before
    path.write_text(path.read_text().replace("1000001.0\n", "7\n"))
    assert run("evaluate", model, path) == 2
    assert "row 2, column 'code': the model knows the classes 1000001, 1000002, not '7'" in (
        capsys.readouterr().err
    )

"""Large tables: read in chunks they are what they are as a whole, and mistakes have their row."""

import csv
import random
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

import nn
from nn import data, tables
from nn.data import loading
from nn.data.reading import in_chunks, large
from nn.data.reading.quick import read_quickly

PLAIN = [
    path
    for path in sorted((Path(__file__).parent / "tables" / "read").iterdir())
    if large(path, least=0) and path.name != "total_below.csv"  # sums are for small tables
]


def both(path, monkeypatch, **options):
    """Return a table as a whole and in chunks."""
    whole = data.load_table(path, **options)
    monkeypatch.setattr(loading, "large", lambda *arguments: True)
    return whole, data.load_table(path, **options)


def same(one, other):
    assert one.feature_names == other.feature_names
    assert one.x == pytest.approx(other.x, rel=1e-15, nan_ok=True)
    assert one.y.tolist() == other.y.tolist()
    assert one.y.dtype == other.y.dtype
    assert (one.target_names, one.target_name) == (other.target_names, other.target_name)
    assert repr(one.recipe) == repr(other.recipe)
    assert sorted(one.notes) == sorted(other.notes)


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.name)
def test_the_tables_of_people_are_the_same_in_chunks(path, monkeypatch):
    options = {"drop": ["Name"]} if path.name == "pokemon.csv" else {}
    same(*both(path, monkeypatch, **options))


@pytest.fixture
def mixed(tmp_path):
    """250 rows of everything: an id, gaps, categories that come late, dates, quoted lines."""
    rng = random.Random(0)
    path = tmp_path / "t.csv"
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "a", "price", "colour", "when", "note", "k"])
        for i in range(250):
            gap = i > 120 and i % 9 == 0
            colour = "green" if i > 200 else rng.choice(["red", "blue", "" if gap else "red"])
            day = f"{1 + i % 28:02}.{1 + i % 12:02}.2024"
            number = "NA" if gap else f"{rng.random():.3f}"
            note = "one\nand two" if i % 3 else "one"
            out.writerow([i, number, f"${i:,}", colour, day, note, "xyz"[i % 3] if i % 50 else ""])
    return path


@pytest.mark.parametrize("rule", ["mean", "category", "drop"])
def test_chunks_come_to_the_whole(rule, mixed, monkeypatch):
    monkeypatch.setattr("nn.data.reading.chunks.ROWS", 90)
    same(*both(mixed, monkeypatch, missing=rule))


def test_numbers_as_target(mixed, monkeypatch):
    monkeypatch.setattr("nn.data.reading.chunks.ROWS", 90)
    path = mixed.with_name("n.csv")
    path.write_text("a,y\n" + "".join(f"{i % 7},{i / 4}\n" for i in range(200)))
    same(*both(path, monkeypatch, regression=True))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["5,x"] * 100 + ["many,y"], "row 102, column 'a': 'many' is not a number"),
        (["5,x"] * 100 + ["5,y,9"], "row 102: 3 cells, but 2 columns"),
        (["5,x"] * 100 + ['5,"y'], "row 102: unexpected end of data"),
    ],
)
def test_a_mistake_in_a_later_chunk_has_its_row(rows, message, tmp_path, monkeypatch):
    monkeypatch.setattr("nn.data.reading.chunks.ROWS", 40)
    monkeypatch.setattr(loading, "large", lambda *arguments: True)
    (tmp_path / "t.csv").write_text("\n".join(["a,k", *rows]))
    with pytest.raises(data.TableError, match=message.replace("(", r"\(")):
        data.load_table(tmp_path / "t.csv")


def test_what_is_packed_small_or_no_text_is_not_large(tmp_path):
    (tmp_path / "t").write_bytes(b"\x1f\x8b" + b"1" * 100)
    assert not large(tmp_path / "t", least=10)
    (tmp_path / "t").write_bytes(b"1,2\n" * 100)
    assert large(tmp_path / "t", least=10)
    assert not large(tmp_path / "t")
    assert not large(tmp_path / "none")


def test_the_chunks_of_a_file_hold_each_row_once(mixed):
    lines = [line for part in in_chunks(mixed, rows=60) for line, _ in part.rows]
    assert len(lines) == 250
    assert np.all(np.diff(lines) > 0)


def test_a_large_table_is_predicted_in_parts_and_to_the_same(mixed, monkeypatch):
    recipe = data.load_table(mixed).recipe
    x = np.zeros((1, len(recipe.titles)))
    recipe = recipe.filling(x)
    whole = data.read_again(mixed, recipe)
    monkeypatch.setattr("nn.data.reading.again.large", lambda *arguments: True)
    monkeypatch.setattr("nn.data.reading.chunks.ROWS", 70)
    parts = [*data.read_in_parts(mixed, recipe)]
    assert len(parts) > 2
    assert np.concatenate([part.x for part in parts]) == pytest.approx(whole.x, rel=1e-15)
    assert [row for part in parts for row in part.cells.rows] == whole.cells.rows


@pytest.mark.parametrize("regression", [None, True])
def test_a_table_on_disk_becomes_the_same_task(regression, mixed, tmp_path, monkeypatch):
    monkeypatch.setattr("nn.data.reading.chunks.ROWS", 90)
    monkeypatch.setattr("nn.tables.parts._AT_ONCE", 37)
    if regression:
        mixed.write_text(
            "a,c,y\n" + "".join(f"{i % 7},{'xy'[i % 2]},{i / 4}\n" for i in range(200))
        )
    options = {"regression": regression}
    whole = tables.split("t", tables.load(str(mixed), 0, options))
    disk = tables.split("t", tables.load(str(mixed), 0, options | {"folder": tmp_path}))
    assert isinstance(disk.train[0], np.memmap)
    for one, other in zip(
        (whole.dataset.x, whole.given, *whole.train, *whole.validation, *whole.test),
        (disk.dataset.x, disk.given, *disk.train, *disk.validation, *disk.test),
        strict=True,
    ):
        assert one == pytest.approx(other, rel=1e-12, abs=1e-12)  # means are summed in parts
    assert whole.dataset.recipe.titles == disk.dataset.recipe.titles


def test_fit_takes_a_table_on_disk_without_a_copy_of_it(tmp_path):
    x = np.memmap(tmp_path / "x", np.float64, "w+", shape=(50_000, 20))
    x[:] = np.random.default_rng(0).normal(size=x.shape)
    y = (x[:, 0] > 0.0).astype(float)
    model = nn.MLP(20, [1], output="sigmoid", rng=0)
    model.compile("adam", "binary_crossentropy")
    tracemalloc.start()
    model.fit(x, y, epochs=1, batch_size=500, verbose=0, seed=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < x.nbytes


def test_numbers_of_the_quick_reader_are_those_of_float():
    rng = random.Random(0)
    cells = [repr(rng.uniform(-1, 1) * 10.0 ** rng.randint(-30, 30)) for _ in range(2000)]
    cells += ["0.1", "1e-150", "123456789012345678", " 7 ", "4.35", "2.5e+3", ".5", "5.", "-0"]
    lines = [f"{cell},{cell}\n" for cell in cells]
    (numbers, texts) = read_quickly(lines, ",", ["number", "text"])
    assert numbers[0].tolist() == [float(cell) for cell in cells]
    assert texts[1] == cells


def test_a_chunk_of_nothing_but_blank_lines_is_no_row(tmp_path, monkeypatch):
    monkeypatch.setattr("nn.data.reading.chunks.ROWS", 5)
    (tmp_path / "t.csv").write_text("a,k\n" + "1,x\n2,y\n" * 4 + "\n" * 12 + "3,x\n")
    whole, chunks = both(tmp_path / "t.csv", monkeypatch)
    same(whole, chunks)
    assert len(chunks) == 9


@pytest.mark.parametrize(
    "line",
    [
        *("1_0,a", "0x1f,a", "inf,a", "1e200,a", "1.2.3,a", "--1,a", "1-,a", "-,a,b", ",", " , "),
        *("1", "1,a,b", '1,"a', '"1"2,a', '"",""', "1,a\n"),
    ],
)
def test_lines_that_are_not_plain_are_left_to_the_csv_module(line):
    assert read_quickly(["1,a\n", f"{line}\n"], ",", ["number", "text"]) is None


@pytest.mark.parametrize(
    ("lines", "number", "text"),
    [
        (['"1","a,b"\n', '-2,"c\nd"\n'], [1.0, -2.0], ["a,b", "c\nd"]),
        (["1.50,ü\r\n", "-0.25,€\r\n", ",x"], [1.5, -0.25, np.nan], ["ü", "€", "x"]),
        (["-,a\n", "NA,b\n", "-nan,c"], [np.nan] * 3, ["a", "b", "c"]),
        (["999999999999999,a\n", ".000000000000001,b"], [999999999999999.0, 1e-15], ["a", "b"]),
    ],
)
def test_quotes_gaps_ends_of_lines_and_letters_of_the_quick_reader(lines, number, text):
    numbers, texts = read_quickly(lines, ",", ["number", "text"])
    assert numbers[0] == pytest.approx(np.array(number), rel=0, abs=0, nan_ok=True)
    assert texts[1] == text


def test_rows_without_a_target_are_said_in_chunks_too(mixed, monkeypatch):
    monkeypatch.setattr("nn.data.reading.chunks.ROWS", 90)
    whole, chunks = both(mixed, monkeypatch)
    assert (
        chunks.notes[0] == whole.notes[0] == "5 of 250 rows are left out: their target is missing"
    )

"""save: the suffix decides, and a failure leaves nothing behind."""

import json

import pytest

import viz
from autograd_core import Value


class Neuron:
    w, b = (0.5, -1.0), 0.1


class Model:
    neurons = (Neuron(),)


def value():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    return a * b


START = {
    ".svg": b"<",
    ".png": b"\x89PNG",
    ".dot": b"digraph {",
    ".json": b"{",
    ".gif": b"GIF89a",
    ".html": b"<!DOCTYPE html>",
}


@pytest.mark.parametrize("suffix", START)
def test_the_suffix_decides_the_format(suffix, tmp_path):
    path = viz.save(value(), tmp_path / f"x{suffix}")
    assert path.read_bytes().startswith(START[suffix])


def test_json_is_the_trace(tmp_path):
    written = json.loads(viz.save(value(), tmp_path / "x.json").read_text())
    assert written == viz.trace(value()).to_dict()


@pytest.mark.parametrize("suffix", [".svg", ".png", ".dot"])
def test_a_model_is_drawn_as_a_network(suffix, tmp_path):
    assert viz.save(Model(), tmp_path / f"x{suffix}").stat().st_size > 300


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_a_figure_is_written_by_matplotlib(suffix, tmp_path):
    figure = viz.plot_history({"loss": [1.0]})
    assert viz.save(figure, tmp_path / f"x{suffix}").read_bytes().startswith(START[suffix])


@pytest.mark.parametrize("suffix", START)
def test_a_picture_of_a_graph_is_saved_like_the_graph(suffix, tmp_path):
    picture = viz.draw_dot(value(), theme="dark")
    assert viz.save(picture, tmp_path / f"x{suffix}").read_bytes().startswith(START[suffix])


@pytest.mark.parametrize("suffix", START)
def test_a_player_is_saved_like_the_graph(suffix, tmp_path):
    path = viz.save(viz.play(value()), tmp_path / f"x{suffix}")
    assert path.read_bytes().startswith(START[suffix])


@pytest.mark.parametrize("name", ["x.bmp", "x", "x.svgz", ".svg"])
def test_an_unknown_suffix_is_an_error_that_lists_the_known_ones(name, tmp_path):
    with pytest.raises(ValueError, match=r"\.svg, \.png"):
        viz.save(value(), tmp_path / name)


@pytest.mark.parametrize("thing", [Model(), viz.draw_network(Model())])
def test_a_network_has_no_steps(thing, tmp_path):
    with pytest.raises(ValueError, match="for graphs of Values"):
        viz.save(thing, tmp_path / "x.json")


@pytest.mark.parametrize("thing", [3.0, None, "text", [Value(1.0)]])
def test_what_cannot_be_drawn_is_a_type_error(thing, tmp_path):
    with pytest.raises(TypeError):
        viz.save(thing, tmp_path / "x.svg")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_an_error_that_names_the_path(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"cannot write .*nowhere.x\.svg"):
        viz.save(value(), tmp_path / "nowhere" / "x.svg")


def test_a_folder_is_not_a_file(tmp_path):
    (tmp_path / "x.svg").mkdir()
    with pytest.raises(IsADirectoryError, match="it is a folder"):
        viz.save(value(), tmp_path / "x.svg")

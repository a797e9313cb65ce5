"""Which layout engine is chosen, and what happens when it fails."""

import os
import stat
import sys
import sysconfig

import pytest

from viz import render

needs_processes = pytest.mark.skipif(
    sys.platform == "emscripten", reason="a browser has no processes"
)


def script(folder, name, text):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.fixture(autouse=True)
def no_variable(monkeypatch):
    monkeypatch.delenv(render.ENGINE_VARIABLE, raising=False)


@pytest.fixture
def empty_path(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_dot_on_path_comes_before_graphviz_pure(empty_path):
    dot = script(empty_path, "dot", "")
    assert render.find_engine() == dot


def test_graphviz_pure_is_found_in_the_scripts_folder_that_is_not_on_path(
    empty_path, graphviz_pure
):
    path = render.find_engine()
    assert path is not None
    assert os.path.dirname(path) == sysconfig.get_path("scripts")


def test_the_environment_variable_wins_over_dot(empty_path, monkeypatch, graphviz_pure):
    script(empty_path, "dot", "")
    monkeypatch.setenv(render.ENGINE_VARIABLE, "graphviz-pure")
    assert os.path.basename(render.find_engine()).startswith("graphviz-pure")


def test_the_argument_wins_over_the_environment_variable(empty_path, monkeypatch):
    other = script(empty_path, "other", "")
    monkeypatch.setenv(render.ENGINE_VARIABLE, "graphviz-pure")
    assert render.find_engine(other) == other


def test_the_built_in_engine_needs_no_executable():
    assert render.find_engine("builtin") is None


def test_a_named_engine_that_is_missing_is_an_error_with_the_cure(empty_path):
    with pytest.raises(render.RenderError, match=r"'dot' is not installed.*pip install"):
        render.find_engine("dot")


@needs_processes
def test_the_engine_gets_the_source_and_returns_the_picture(tmp_path):
    engine = script(tmp_path, "engine", 'echo "$@"; cat')
    out = render.run_engine(engine, "digraph {}", "svg")
    assert out == b"-Kdot -Tsvg\ndigraph {}"


@needs_processes
def test_a_failing_engine_is_quoted(tmp_path):
    engine = script(tmp_path, "engine", "echo syntax error in line 7 >&2; exit 1")
    with pytest.raises(render.RenderError, match="syntax error in line 7"):
        render.run_engine(engine, "digraph {", "svg")


@needs_processes
def test_a_slow_engine_is_stopped(tmp_path):
    engine = script(tmp_path, "engine", "exec sleep 60")
    with pytest.raises(render.RenderError, match=r"longer than 0\.1 s"):
        render.run_engine(engine, "digraph {}", "svg", timeout=0.1)


def test_an_unknown_format_is_an_error_that_names_it(graphviz_pure):
    with pytest.raises(render.RenderError, match="xyz"):
        render.run_engine(graphviz_pure, "digraph {}", "xyz")

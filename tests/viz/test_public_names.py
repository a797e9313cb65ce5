"""What a user imports from viz has a description and an example that is run."""

import importlib

import pytest

import viz


@pytest.mark.parametrize("name", viz.__all__)
def test_every_public_name_has_a_docstring_with_an_example(name):
    text = getattr(viz, name).__doc__
    assert text.splitlines()[0].endswith((".", ":"))
    assert ">>> " in text


PATHS = {
    "viz.colors": ["DARK", "LIGHT", "THEMES", "Theme", "diverging"],
    "viz.command_line": ["main"],
    "viz.drawing": ["Picture", "animated_svg", "draw_dot", "gif_bytes", "svg_text"],
    "viz.expression": ["ExpressionError", "parse"],
    "viz.layout": ["Frame", "Layout", "layered_layout", "clustered_layout"],
    "viz.network": ["LayerWeights", "draw_network", "layer_weights"],
    "viz.notebook": ["register", "value_bundle", "trace_bundle", "player_bundle", "model_bundle"],
    "viz.player": ["Player", "Recorder", "play"],
    "viz.plots": [name for name in viz.__all__ if name.startswith("plot_")],
    "viz.render": ["RenderError", "find_engine", "run_engine"],
    "viz.saving": ["SUFFIXES", "save"],
    "viz.scene": ["Arrow", "Box", "Scene", "build_scene", "collapse_scene", "moments"],
    "viz.steps": ["BackwardStep", "ForwardStep", "Node", "Trace", "trace"],
}


@pytest.mark.parametrize("path", PATHS)
def test_public_paths_stay(path):
    module = importlib.import_module(path)
    assert [name for name in PATHS[path] if not hasattr(module, name)] == []

"""What several tests of viz share."""

import os
import sys

import pytest

from viz.render import RenderError, find_engine


@pytest.fixture
def graphviz_pure():
    """Return the path of graphviz-pure's executable; CI must have it, other machines may not."""
    if sys.platform == "emscripten":
        pytest.skip("a browser has no wheel of graphviz-pure")
    try:
        return find_engine("graphviz-pure")
    except RenderError:
        if os.environ.get("CI"):
            raise
        pytest.skip("graphviz-pure is not installed")

"""Player: both passes over a graph, or the epochs of a training, as one page to scrub.

In: a Value, a trace, a network with a sample, or a record. Out: a `Player` with HTML.
Read first: `play.py`, then `graph.py` or `training.py`, which fill the page; `page.py` joins the
assets, `javascript.py` prints the table's rules, `recorder.py` watches a training.
"""

from viz.player.play import Player, play
from viz.player.playground import playground
from viz.player.recorder import Recorder

__all__ = ["Player", "Recorder", "play", "playground"]

"""Player: both passes over a graph, or the epochs of a training, as one interactive page.

In: a Value, a trace, a network with a sample, or a record. Out: a `Player` with HTML.
Read first: `play.py`, then `graph.py`, `training.py` or `playground.py`, which fill the page;
`page.py` joins the files of `assets/`, `javascript.py` prints the table's rules, `recorder.py`
records a training, `still.py` draws it where scripts do not run.
"""

from viz.player.play import Player, play
from viz.player.playground import playground
from viz.player.recorder import Recorder

__all__ = ["Player", "Recorder", "play", "playground"]

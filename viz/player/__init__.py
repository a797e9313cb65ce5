"""The player: both passes over a graph, or the epochs of a training, as one page to scrub."""

from viz.player.play import Player, play
from viz.player.recorder import Recorder

__all__ = ["Player", "Recorder", "play"]

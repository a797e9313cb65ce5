"""The player: both passes over a graph, or the epochs of a training, as one page to scrub."""

from viz.player.play import Player, play

__all__ = ["Player", "play"]

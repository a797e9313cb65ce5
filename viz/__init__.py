"""viz: the graph of Values drawn and played, forward and backward."""

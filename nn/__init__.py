"""nn: neurons, layers and MLPs built out of nothing but Values."""

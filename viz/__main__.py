"""`python -m viz "tanh(w*x + b)" w=1 x=2 b=0 -o neuron.svg`: an expression and its gradients."""

import sys

from viz.command_line import main

if __name__ == "__main__":
    sys.exit(main())

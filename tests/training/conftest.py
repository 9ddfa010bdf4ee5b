"""Two test processes share two cores: threads of torch would wait for each other most of the time."""

from importlib.util import find_spec

if find_spec("torch") is not None:
    import torch

    torch.set_num_threads(1)

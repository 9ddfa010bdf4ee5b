"""A model as it is trained."""

from pathlib import Path
from typing import Any

from reckon.errors import MissingExtra


def load_policy(folder: Path) -> Any:
    """A folder's model in float32: in the half precision it may hold, small updates would be rounded away.

    Raises MissingExtra without torch and transformers.
    """
    try:
        import torch
        from transformers import AutoModelForCausalLM
    except ImportError:
        raise MissingExtra("training", "train") from None
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

"""Where a run's rollouts are written, and how new weights get there."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reckon.models.tiny import Tiny
from reckon.training.lora import merged

if TYPE_CHECKING:
    from reckon.protocols import Model
    from reckon.training.torch_learner import Learner

MAX_ROWS = 64


def open_decoder(kind: str, start: Path, learner: "Learner", out: Path = Path()) -> "Model":
    """A model of the folder `start`. kind: as `Rl.decoder` says. "torch" is the policy itself, unless that is
    sharded: then it has weights of its own. out: of the run, where a server finds new weights."""
    device = learner.processes.device
    if kind == "auto":
        kind = "numpy" if device == "cpu" and is_llama(start) else "torch"
    if kind == "numpy":
        return Tiny(start, max_rows=MAX_ROWS)
    if kind == "torch":
        from reckon.models.transformers import Transformers

        policy = None if learner.sharded else learner.models["policy"]
        return Transformers(str(start), max_rows=MAX_ROWS, device=device, model=policy)
    from reckon.models.vllm import open_vllm

    processes = learner.processes
    return open_vllm(kind, start, out, rank=processes.rank, count=processes.count)


def hand_over(decoder: Any, policy: Any) -> None:
    """Let the decoder use the policy's weights as they are now; all processes of a sharded one must."""
    if isinstance(decoder, Tiny):
        decoder.load({name: tensor.float().cpu().numpy() for name, tensor in merged(policy)})
    elif shares(decoder, policy):
        decoder.forget()
    else:
        decoder.load(merged(policy))


def shares(decoder: Any, policy: Any) -> bool:
    """Whether the decoder computes with the policy itself, and not with weights of its own."""
    return getattr(getattr(decoder, "engine", None), "model", None) is policy


def is_llama(folder: Path) -> bool:
    """Whether the numpy decoder can compute a folder's model."""
    kind: str = json.loads((folder / "config.json").read_text("utf-8")).get("model_type", "")
    return kind == "llama"

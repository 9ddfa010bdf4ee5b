"""How much memory of a GPU a training step takes: an estimate, by what it is taken for.

Weights, gradients and Adam's two moments are exact. Activations are counted from what a layer keeps for its
backward pass, attention without its scores (torch's fused kernels keep none); what the allocator and the
kernels take besides is not counted: leave a tenth to a fifth free.
"""

from dataclasses import dataclass
from typing import Any

from reckon.training.architectures import parameters
from reckon.training.lora import Lora
from reckon.training.preference_recipe import Preferences
from reckon.training.rl import Rl
from reckon.training.sft import Sft

GIB = 2**30


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of one GPU.

    copies: what autocast keeps of float32 weights, in half precision, until the backward pass.
    """

    weights: float
    copies: float
    gradients: float
    adam: float
    reference: float
    critic: float
    activations: float
    logits: float
    decoder: float
    cache: float

    @property
    def total(self) -> float:
        return float(sum(getattr(self, name) for name in self.__dataclass_fields__))


def estimate(recipe: Sft | Rl | Preferences, config: Any, gpus: int) -> Memory:
    """For one of `gpus`, which share the weights where the recipe says `shards`."""
    parts = gpus if recipe.shards else 1
    count = parameters(config)
    adapters = trained(config, recipe.lora)
    held = 2 if recipe.lora is not None and recipe.lora.base == "bfloat16" else 4
    weights = count * held + (4 * adapters if recipe.lora is not None else 0)
    tokens = recipe.batch_tokens if isinstance(recipe, Sft) else recipe.piece_tokens
    width = 4 if recipe.bfloat16 is False else 2
    critic = isinstance(recipe, Rl) and recipe.objective.critic
    reference = recipe.lora is None and _has_reference(recipe)
    decoder = "none" if isinstance(recipe, Sft) else recipe.decoder
    apart = decoder == "vllm" or (decoder in ("auto", "torch") and parts > 1)
    return Memory(
        weights=weights / parts,
        copies=2.0 * count if width == 2 and held == 4 and parts == 1 else 0.0,
        gradients=4 * adapters / parts,
        adam=8 * adapters / parts,
        reference=4 * count / parts if reference else 0.0,
        critic=(weights + 12 * adapters) / parts if critic else 0.0,
        activations=tokens * kept(config, recipe.recompute) * width,
        logits=tokens * config.vocab_size * 12,  # float32: logits, their log-softmax, its gradient
        decoder=2.0 * count if apart else 0.0,
        cache=_cache(recipe, config),
    )


def _has_reference(recipe: Sft | Rl | Preferences) -> bool:
    """Whether a second model is held, be it for the beginning of an iteration alone."""
    if isinstance(recipe, Preferences):
        return recipe.reference == "start" and recipe.iterations > 1
    return isinstance(recipe, Rl) and recipe.objective.reference


def trained(config: Any, lora: Lora | None) -> int:
    """How many numbers the optimizer moves."""
    if lora is None:
        return parameters(config)
    import torch
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    layers = [m for name, m in model.named_modules() if name.rpartition(".")[2] in lora.targets]
    return sum(lora.rank * (layer.in_features + layer.out_features) for layer in layers)


def kept(config: Any, recompute: bool) -> int:
    """Numbers kept per token from the forward pass for the backward one."""
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    heads = (config.num_attention_heads + 2 * config.num_key_value_heads) * head
    layer = 6 * config.hidden_size + 2 * heads + 4 * config.intermediate_size
    between = config.num_hidden_layers * config.hidden_size
    return int(layer + between if recompute else config.num_hidden_layers * layer)


def _cache(recipe: Sft | Rl | Preferences, config: Any) -> float:
    """Keys and values of as many rows as are decoded at once, each as long as a rollout may be."""
    if isinstance(recipe, Sft) or recipe.decoder.startswith("http"):
        return 0.0
    from reckon.training.decoders import MAX_ROWS

    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    token = 2 * config.num_hidden_layers * config.num_key_value_heads * head * 2
    return float(min(MAX_ROWS, recipe.problems * recipe.rollouts) * recipe.budget * token)

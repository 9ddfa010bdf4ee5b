"""What a model is made of, before its weights are here: from its folder, the hub's cache, or a table."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reckon.errors import MissingExtra, UsageError
from reckon.training.sft import Scratch


@dataclass(frozen=True, slots=True)
class Sizes:
    """As in a config.json of Qwen2; tied: one matrix for embedding and head."""

    hidden: int
    layers: int
    heads: int
    kv_heads: int
    intermediate: int
    vocabulary: int
    tied: bool


# Qwen2.5: the config.json of each on the hub; base, Instruct, Coder and Math of a size are of one make.
QWEN2_5 = {
    "0.5B": Sizes(896, 24, 14, 2, 4864, 151936, True),
    "1.5B": Sizes(1536, 28, 12, 2, 8960, 151936, True),
    "3B": Sizes(2048, 36, 16, 2, 11008, 151936, True),
    "7B": Sizes(3584, 28, 28, 4, 18944, 152064, False),
    "14B": Sizes(5120, 48, 40, 8, 13824, 152064, False),
    "32B": Sizes(5120, 64, 40, 8, 27648, 152064, False),
}


def config_of(model: Scratch | str) -> tuple[Any, str]:
    """A transformers configuration and where it was found. Nothing is fetched.

    Raises UsageError for a model of which nothing is known here, MissingExtra without transformers.
    """
    try:
        from transformers import AutoConfig, LlamaConfig
    except ImportError:
        raise MissingExtra("training", "train") from None
    from reckon.models.tiny import SHIPPED

    if isinstance(model, Scratch):
        return LlamaConfig(
            hidden_size=model.hidden, num_hidden_layers=model.layers, num_attention_heads=model.heads,
            num_key_value_heads=model.kv_heads, intermediate_size=model.intermediate,
            vocab_size=model.vocabulary, max_position_embeddings=model.context, tie_word_embeddings=True,
        ), "the recipe"  # fmt: skip
    folder = SHIPPED if model == "tiny" else Path(model)
    if (folder / "config.json").is_file():
        return AutoConfig.from_pretrained(folder), str(model)
    try:
        return AutoConfig.from_pretrained(model, local_files_only=True), "the hub's cache"
    except (OSError, ValueError):
        pass
    return _tabled(model), "the table of sizes (the run fetches the model)"


def cached_tokenizer(model: str) -> Path | None:
    """The folder with the model's tokenizer, where that is on this machine."""
    from reckon.models.tiny import SHIPPED

    folder = SHIPPED if model == "tiny" else Path(model)
    if (folder / "tokenizer.json").is_file():
        return folder
    from huggingface_hub import try_to_load_from_cache

    try:
        found = try_to_load_from_cache(model, "tokenizer.json")
    except ValueError:  # no name that a hub could have
        return None
    return Path(found).parent if isinstance(found, str) else None


def _tabled(model: str) -> Any:
    from transformers import Qwen2Config

    name = model.rpartition("/")[2]
    family, _, rest = name.partition("Qwen2.5-")
    size = next((s for s in QWEN2_5 if s in rest.split("-")), None)
    if family or size is None:
        raise UsageError(
            f"nothing is known here of the model {model!r}: wanted a folder with config.json, a name in the"
            f" hub's cache, or Qwen2.5 in one of the sizes {', '.join(QWEN2_5)}"
        )
    sizes = QWEN2_5[size]
    return Qwen2Config(
        hidden_size=sizes.hidden, num_hidden_layers=sizes.layers, num_attention_heads=sizes.heads,
        num_key_value_heads=sizes.kv_heads, intermediate_size=sizes.intermediate, vocab_size=sizes.vocabulary,
        tie_word_embeddings=sizes.tied, max_position_embeddings=32768, rope_theta=1e6,
    )  # fmt: skip


def parameters(config: Any) -> int:
    """How many weights a model of this make has; none is made."""
    import torch
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):
        return sum(p.numel() for p in AutoModelForCausalLM.from_config(config).parameters())


def small(config: Any, vocabulary: int) -> Any:
    """The same architecture with two layers, 64 wide, for a trial step."""
    facts = config.to_dict()
    for name in ("layer_types", "max_window_layers"):
        facts.pop(name, None)
    heads = 4 if config.num_attention_heads > config.num_key_value_heads else 2
    facts |= {
        "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": heads, "num_key_value_heads": 2,
        "intermediate_size": 128, "head_dim": 64 // heads, "vocab_size": vocabulary,
        "bos_token_id": None, "eos_token_id": None, "pad_token_id": None,
    }  # fmt: skip
    return type(config)(**facts)

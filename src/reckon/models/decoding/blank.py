"""An untrained model in the ordinary folder layout: random weights, a byte-level tokenizer, a turns table.

It says nonsense, with everything else real: what tests run on, offline and without torch.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from reckon.models.decoding.llama import LlamaShape
from reckon.models.tokens.template import CHAT, Turns

SPECIAL = ("<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>")
SMALL = LlamaShape(
    layers=2,
    width=48,
    heads=4,
    kv_heads=2,
    head_width=12,
    vocabulary=320,
    context_tokens=512,
    epsilon=1e-5,
    rope_theta=10000.0,
    tied=True,
)


def write_blank(
    folder: Path, shape: LlamaShape = SMALL, *, turns: Turns = CHAT, texts: Iterable[str] = (), seed: int = 0
) -> Path:
    """Write the folder and return it; the tokenizer's merges are learnt from `texts`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(folder, shape.vocabulary, turns=turns, texts=texts)
    (folder / "config.json").write_text(json.dumps(_config(shape), indent=1))
    rng = np.random.default_rng(seed)
    weights = {
        name: np.ones(size, np.float32)
        if len(size) == 1
        else rng.normal(0, size[1] ** -0.5, size).astype(np.float32)
        for name, size in _sizes(shape).items()
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def write_tokenizer(
    folder: Path,
    vocabulary: int,
    *,
    turns: Turns = CHAT,
    texts: Iterable[str] = (),
    special: Iterable[str] = SPECIAL,
) -> Tokenizer:
    """A byte-level BPE tokenizer of at most `vocabulary` tokens, its special tokens first."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(special),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<|begin|>",
        "eos_token": "<|end|>",
        "chat_template": turns.chat_template,
        "turns": json.loads(turns.to_json()),
        "clean_up_tokenization_spaces": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1))
    return tokenizer


def _config(shape: LlamaShape) -> dict[str, object]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": shape.width,
        "intermediate_size": _mlp_width(shape),
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_width,
        "hidden_act": "silu",
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.context_tokens,
        "rms_norm_eps": shape.epsilon,
        "rope_theta": shape.rope_theta,
        "tie_word_embeddings": shape.tied,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "dtype": "float32",
    }


def _sizes(shape: LlamaShape) -> dict[str, tuple[int, ...]]:
    """Tensor names and sizes, [out, in], as Hugging Face's Llama has them."""
    width, mlp = shape.width, _mlp_width(shape)
    queries, pairs = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    sizes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (shape.vocabulary, width),
        "model.norm.weight": (width,),
    }
    if not shape.tied:
        sizes["lm_head.weight"] = (shape.vocabulary, width)
    for number in range(shape.layers):
        layer = {
            "input_layernorm": (width,),
            "post_attention_layernorm": (width,),
            "self_attn.q_proj": (queries, width),
            "self_attn.k_proj": (pairs, width),
            "self_attn.v_proj": (pairs, width),
            "self_attn.o_proj": (width, queries),
            "mlp.gate_proj": (mlp, width),
            "mlp.up_proj": (mlp, width),
            "mlp.down_proj": (width, mlp),
        }
        sizes |= {f"model.layers.{number}.{name}.weight": size for name, size in layer.items()}
    return sizes


def _mlp_width(shape: LlamaShape) -> int:
    return -(-shape.width * 8 // 3 // 8) * 8

"""The Llama architecture in numpy, float32: RMSNorm, rotary positions, grouped queries, SwiGLU.

The tokens of all rows stand in one matrix, so that every projection is one product for the whole step; only
attention goes row by row, each over its own cache. Axes: N tokens of the step, D width, H query heads, K
key-value heads, G = H / K queries per key-value head, E head width, T tokens of the row so far, V vocabulary.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
from numpy.typing import NDArray

from reckon.errors import UsageError
from reckon.models.decoding.choice import Draw, Floats, choose
from reckon.models.decoding.loop import Work
from reckon.models.decoding.single_thread import single_thread

_DTYPES: dict[str, Any] = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}


@dataclass(frozen=True)
class LlamaShape:
    """The numbers of config.json that the computation needs."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    head_width: int
    vocabulary: int
    context_tokens: int
    epsilon: float
    rope_theta: float
    tied: bool

    @classmethod
    def read(cls, path: Path) -> "LlamaShape":
        """From a config.json. Raises UsageError for what this implementation does not do."""
        try:
            config = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UsageError(f"cannot read {path}: {error}") from error
        _refuse_unsupported(config, path)
        rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
        heads = config["num_attention_heads"]
        return cls(
            layers=config["num_hidden_layers"],
            width=config["hidden_size"],
            heads=heads,
            kv_heads=config.get("num_key_value_heads") or heads,
            head_width=config.get("head_dim") or config["hidden_size"] // heads,
            vocabulary=config["vocab_size"],
            context_tokens=config["max_position_embeddings"],
            epsilon=config["rms_norm_eps"],
            rope_theta=rope.get("rope_theta") or config.get("rope_theta") or 10000.0,
            tied=bool(config.get("tie_word_embeddings", False)),
        )


@dataclass(frozen=True)
class Layer:
    """qkv_DX and gate_up_DX are several projections side by side; weights are [in, out]."""

    norm_D: Floats
    qkv_DX: Floats
    out_XD: Floats
    mlp_norm_D: Floats
    gate_up_DX: Floats
    down_XD: Floats


class KeyValues:
    """The keys and values of one row, [layer, K, T, E], grown by doubling."""

    def __init__(self, shape: LlamaShape, capacity: int = 128) -> None:
        size = (shape.layers, shape.kv_heads, capacity, shape.head_width)
        self.keys: Floats = np.empty(size, np.float32)
        self.values: Floats = np.empty(size, np.float32)

    def reserve(self, length: int) -> None:
        capacity = self.keys.shape[2]
        if length > capacity:
            extra = ((0, 0), (0, 0), (0, max(length, 2 * capacity) - capacity), (0, 0))
            self.keys, self.values = np.pad(self.keys, extra), np.pad(self.values, extra)


class Llama:
    """An `Engine`. forwarded: how many tokens it has computed, for whoever measures reuse."""

    def __init__(self, folder: Path) -> None:
        self.shape = LlamaShape.read(folder / "config.json")
        self._cos_TE, self._sin_TE = _rotary(self.shape)
        self.forwarded = 0
        self.load(_load(folder / "model.safetensors"), str(folder))

    def load(self, weights: Mapping[str, Floats], source: str = "the weights") -> None:
        """Take these weights, by their names in a checkpoint. Raises UsageError where one is missing."""
        try:
            self._layers = [_layer(weights, f"model.layers.{n}.") for n in range(self.shape.layers)]
            self._embedding_VD = weights["model.embed_tokens.weight"]
            self._norm_D = weights["model.norm.weight"]
            head_VD = self._embedding_VD if self.shape.tied else weights["lm_head.weight"]
        except KeyError as error:
            raise UsageError(f"{source}: the checkpoint has no tensor {error}") from error
        self._head_DV = np.ascontiguousarray(head_VD.T)

    def new(self) -> KeyValues:
        return KeyValues(self.shape)

    def copy(self, source: KeyValues, length: int) -> KeyValues:
        memory = KeyValues(self.shape, max(128, length + 64))
        memory.keys[:, :, :length] = source.keys[:, :, :length]
        memory.values[:, :, :length] = source.values[:, :, :length]
        return memory

    def free(self, memory: KeyValues) -> None:
        pass  # the arrays go with the last reference

    def step(self, works: Sequence[Work[KeyValues]]) -> list[tuple[int, float]]:
        last = np.cumsum([len(work.tokens) for work in works]) - 1
        with single_thread():
            logits_BV = self._logits(self._forward(works)[last])
        return [choose(logits_V, work.draw) for logits_V, work in zip(logits_BV, works, strict=True)]

    def logits(self, ids: Sequence[int]) -> Floats:
        """[T, V] for a whole sequence, with no cache: what tests hold against other implementations."""
        return self._logits(self._forward([Work(self.new(), 0, ids, Draw())]))

    def _logits(self, hidden_ND: Floats) -> Floats:
        return np.asarray(_normed(hidden_ND, self._norm_D, self.shape.epsilon) @ self._head_DV, np.float32)

    def _forward(self, works: Sequence[Work[KeyValues]]) -> Floats:
        """The last layer's hidden states [N, D]; the rows' caches take the new keys and values."""
        for work in works:
            work.memory.reserve(work.start + len(work.tokens))
        positions = np.concatenate([np.arange(w.start, w.start + len(w.tokens)) for w in works])
        cos_N1E, sin_N1E = self._cos_TE[positions, None], self._sin_TE[positions, None]
        x_ND = self._embedding_VD[np.concatenate([np.asarray(w.tokens) for w in works])]
        self.forwarded += len(positions)
        for number, layer in enumerate(self._layers):
            x_ND = x_ND + self._attention(number, layer, x_ND, (cos_N1E, sin_N1E), works)
            x_ND = x_ND + self._mlp(layer, x_ND)
        return np.asarray(x_ND, np.float32)

    def _attention(
        self,
        number: int,
        layer: Layer,
        x_ND: Floats,
        rotary: tuple[Floats, Floats],
        works: Sequence[Work[KeyValues]],
    ) -> Floats:
        shape = self.shape
        qkv_NX = _normed(x_ND, layer.norm_D, shape.epsilon) @ layer.qkv_DX
        qkv_NHE = qkv_NX.reshape(len(x_ND), shape.heads + 2 * shape.kv_heads, shape.head_width)
        turned = shape.heads + shape.kv_heads
        qk_NHE = _rotated(qkv_NHE[:, :turned], *rotary)
        mixed_NHE = np.empty((len(x_ND), shape.heads, shape.head_width), np.float32)
        at = 0
        for work in works:
            here = slice(at, at + len(work.tokens))
            there = slice(work.start, work.start + len(work.tokens))
            work.memory.keys[number, :, there] = qk_NHE[here, shape.heads :].swapaxes(0, 1)
            work.memory.values[number, :, there] = qkv_NHE[here, turned:].swapaxes(0, 1)
            keys_KTE = work.memory.keys[number, :, : there.stop]
            values_KTE = work.memory.values[number, :, : there.stop]
            mixed_NHE[here] = _attend(qk_NHE[here, : shape.heads], keys_KTE, values_KTE)
            at = here.stop
        return np.asarray(mixed_NHE.reshape(len(x_ND), -1) @ layer.out_XD, np.float32)

    def _mlp(self, layer: Layer, x_ND: Floats) -> Floats:
        gate_up_NX = _normed(x_ND, layer.mlp_norm_D, self.shape.epsilon) @ layer.gate_up_DX
        gate_NX, up_NX = np.split(gate_up_NX, 2, axis=1)
        # The clip only keeps exp from overflowing: sigmoid(-60) is 0 in float32 for all that follows.
        silu_NX = gate_NX / (1 + np.exp(-np.maximum(gate_NX, np.float32(-60))))
        return np.asarray((silu_NX * up_NX) @ layer.down_XD, np.float32)


def _attend(q_NHE: Floats, keys_KTE: Floats, values_KTE: Floats) -> Floats:
    """softmax(q·k / sqrt(E)) v with a causal mask; the N queries are the last of the T tokens."""
    (tokens, heads, width), (kv_heads, total, _) = q_NHE.shape, keys_KTE.shape
    group = heads // kv_heads
    q_KXE = q_NHE.reshape(tokens, kv_heads, group, width).transpose(1, 2, 0, 3).reshape(kv_heads, -1, width)
    scores_KXT = (q_KXE @ keys_KTE.swapaxes(1, 2)) * np.float32(width**-0.5)
    if tokens > 1:
        hidden_NT = np.arange(total) > np.arange(total - tokens, total)[:, None]
        scores_KXT.reshape(kv_heads, group, tokens, total)[:, :, hidden_NT] = -np.inf
    scores_KXT -= scores_KXT.max(axis=-1, keepdims=True)
    np.exp(scores_KXT, out=scores_KXT)
    scores_KXT /= scores_KXT.sum(axis=-1, keepdims=True)
    mixed_KGNE = (scores_KXT @ values_KTE).reshape(kv_heads, group, tokens, width)
    return np.asarray(mixed_KGNE.transpose(2, 0, 1, 3).reshape(tokens, heads, width), np.float32)


def _normed(x_ND: Floats, weight_D: Floats, epsilon: float) -> Floats:
    mean_N1 = np.einsum("nd,nd->n", x_ND, x_ND)[:, None] / np.float32(x_ND.shape[1])
    return np.asarray(x_ND / np.sqrt(mean_N1 + np.float32(epsilon)) * weight_D, np.float32)


def _rotated(x_NHE: Floats, cos_N1E: Floats, sin_N1E: Floats) -> Floats:
    half = x_NHE.shape[-1] // 2
    swapped_NHE = np.concatenate([-x_NHE[..., half:], x_NHE[..., :half]], axis=-1)
    return np.asarray(x_NHE * cos_N1E + swapped_NHE * sin_N1E, np.float32)


def _rotary(shape: LlamaShape) -> tuple[Floats, Floats]:
    exponents = np.arange(0, shape.head_width, 2, dtype=np.float32) / shape.head_width
    angles_TE = np.outer(
        np.arange(shape.context_tokens), np.tile(1.0 / shape.rope_theta ** exponents.astype(np.float64), 2)
    )
    return np.cos(angles_TE).astype(np.float32), np.sin(angles_TE).astype(np.float32)


def _layer(weights: Mapping[str, Floats], prefix: str) -> Layer:
    def joined(*names: str) -> Floats:
        parts = [weights[f"{prefix}{name}.weight"] for name in names]
        return np.ascontiguousarray(np.concatenate(parts).T)

    return Layer(
        norm_D=weights[prefix + "input_layernorm.weight"],
        qkv_DX=joined("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        out_XD=joined("self_attn.o_proj"),
        mlp_norm_D=weights[prefix + "post_attention_layernorm.weight"],
        gate_up_DX=joined("mlp.gate_proj", "mlp.up_proj"),
        down_XD=joined("mlp.down_proj"),
    )


def _load(path: Path) -> dict[str, Floats]:
    """The tensors of a safetensors file as float32; float16 and bfloat16 are widened."""
    try:
        tensors = safetensors.deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    except (OSError, safetensors.SafetensorError) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    return {name: _widened(tensor, f"{path}: {name}") for name, tensor in tensors}


def _widened(tensor: Mapping[str, Any], where: str) -> Floats:
    kind = tensor["dtype"]
    if kind not in _DTYPES:
        raise UsageError(f"{where} is {kind}, wanted one of {', '.join(_DTYPES)}")
    raw: NDArray[Any] = np.frombuffer(tensor["data"], _DTYPES[kind])
    if kind == "BF16":  # the upper half of a float32
        raw = (raw.astype(np.uint32) << 16).view(np.float32)
    return np.ascontiguousarray(raw.reshape(tensor["shape"]), np.float32)


def _refuse_unsupported(config: Mapping[str, object], path: Path) -> None:
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    wanted = {
        "model_type": (config.get("model_type"), "llama"),
        "hidden_act": (config.get("hidden_act", "silu"), "silu"),
        "attention_bias": (bool(config.get("attention_bias")), False),
        "mlp_bias": (bool(config.get("mlp_bias")), False),
        "rope_type": (rope.get("rope_type", "default") if isinstance(rope, dict) else rope, "default"),
    }
    for name, (got, want) in wanted.items():
        if got != want:
            raise UsageError(f"{path}: {name} is {got!r}; numpy inference does {want!r} only, try hf:")

"""A Hugging Face causal model as an `Engine`: many rows in one step, each with its own place in the cache.

All caches stand in one tensor per layer, [slot, head, token, width]; a row writes its new keys and values at
its own position of its own slot, and a mask hides from each row what is beyond its length. So there is no
padding to shift when rows join or leave, and a row that goes on in its slot copies nothing. Axes: S slots,
B rows of the step, N new tokens per row, T tokens of the longest row, V vocabulary.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import torch

from reckon.models.decoding.choice import Draw
from reckon.models.decoding.loop import Work

Slot = int


class SlotCache:
    """What a transformers model takes for its `past_key_values`, for the rows set by `aim`."""

    def __init__(self) -> None:
        self._keys: list[torch.Tensor] = []
        self._values: list[torch.Tensor] = []
        self._slots = 1
        self._tokens = 256
        self._rows_B: slice | torch.Tensor = slice(0, 0)
        self._rows_B1 = self._positions_BN = torch.empty(0)
        self._total = 0

    def reserve(self, slots: int, tokens: int) -> None:
        """Room for so many slots of so many tokens, grown by doubling; what stands there stays."""
        wanted_slots = self._slots if slots <= self._slots else max(slots, 2 * self._slots)
        wanted_tokens = self._tokens if tokens <= self._tokens else max(tokens, 2 * self._tokens)
        if (wanted_slots, wanted_tokens) != (self._slots, self._tokens):
            self._slots, self._tokens = wanted_slots, wanted_tokens
            self._keys = [self._resized(tensor) for tensor in self._keys]
            self._values = [self._resized(tensor) for tensor in self._values]

    def aim(self, slots: Sequence[Slot], positions_BN: torch.Tensor, total: int) -> None:
        """The next `update` calls are for the rows in `slots`, writing at `positions_BN`."""
        rows_B = torch.tensor(slots, device=positions_BN.device)
        in_order = list(slots) == list(range(slots[0], slots[0] + len(slots)))
        self._rows_B = slice(slots[0], slots[0] + len(slots)) if in_order else rows_B
        self._rows_B1, self._positions_BN, self._total = rows_B[:, None], positions_BN, total

    def update(
        self, keys_BHNE: torch.Tensor, values_BHNE: torch.Tensor, layer_idx: int, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if layer_idx == len(self._keys):
            self._keys.append(self._zeros(keys_BHNE))
            self._values.append(self._zeros(values_BHNE))
        out = []
        for held, new in ((self._keys, keys_BHNE), (self._values, values_BHNE)):
            held_SHTE = held[layer_idx]
            held_SHTE[self._rows_B1, :, self._positions_BN] = new.transpose(1, 2)
            out.append(held_SHTE[self._rows_B, :, : self._total])
        return out[0], out[1]

    def get_seq_length(self, layer_idx: int = 0) -> int:
        return self._total - self._positions_BN.shape[-1]

    def copy(self, source: Slot, target: Slot, length: int) -> None:
        for tensor in (*self._keys, *self._values):
            tensor[target, :, :length] = tensor[source, :, :length]

    def _zeros(self, like_BHNE: torch.Tensor) -> torch.Tensor:
        _, heads, _, width = like_BHNE.shape
        return like_BHNE.new_zeros((self._slots, heads, self._tokens, width))

    def _resized(self, tensor: torch.Tensor) -> torch.Tensor:
        slots, heads, tokens, width = tensor.shape
        larger = tensor.new_zeros((self._slots, heads, self._tokens, width))
        larger[:slots, :, :tokens] = tensor
        return larger


class TorchEngine:
    """forwarded: how many tokens it has computed, for whoever measures reuse."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.forwarded = 0
        self._cache = SlotCache()
        self._free: list[Slot] = []
        self._slots = 0

    def new(self) -> Slot:
        if not self._free:
            self._free.append(self._slots)
            self._slots += 1
            self._cache.reserve(self._slots, 0)
        return self._free.pop()

    def copy(self, source: Slot, length: int) -> Slot:
        target = self.new()
        if target != source:
            self._cache.copy(source, target, length)
        return target

    def free(self, memory: Slot) -> None:
        self._free.append(memory)

    def step(self, works: Sequence[Work[Slot]]) -> list[tuple[int, float]]:
        """Rows with one new token go together; a row that joins goes by itself."""
        order = sorted(range(len(works)), key=lambda n: (len(works[n].tokens), works[n].memory))
        out: dict[int, tuple[int, float]] = {}
        with torch.inference_mode():
            for _, group in groupby(order, key=lambda n: len(works[n].tokens)):
                numbers = list(group)
                rows = [works[n] for n in numbers]
                chosen = choose_rows(self._logits(rows), [row.draw for row in rows])
                out |= dict(zip(numbers, chosen, strict=True))
        return [out[n] for n in range(len(works))]

    def _logits(self, works: Sequence[Work[Slot]]) -> torch.Tensor:
        """[B, V] after the last token of each row, float32."""
        device = self.model.device
        tokens_BN = torch.tensor([list(work.tokens) for work in works], device=device)
        starts_B1 = torch.tensor([[work.start] for work in works], device=device)
        positions_BN = starts_B1 + torch.arange(tokens_BN.shape[1], device=device)
        total = max(work.start for work in works) + tokens_BN.shape[1]
        self._cache.reserve(self._slots, total)
        self._cache.aim([work.memory for work in works], positions_BN, total)
        self.forwarded += tokens_BN.numel()
        output = self.model(
            input_ids=tokens_BN,
            attention_mask=_mask(positions_BN, total, self.model.dtype),
            position_ids=positions_BN,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        logits_BV: torch.Tensor = output.logits[:, -1].float()
        return logits_BV


def choose_rows(logits_BV: torch.Tensor, draws: Sequence[Draw]) -> list[tuple[int, float]]:
    """`choice.choose` for all rows at once, on the device where the logits are."""
    logp_BV = logits_BV.log_softmax(-1)
    for row, draw in enumerate(draws):
        if draw.keep is not None:
            draw.keep.append(logp_BV[row].cpu().numpy())
    tokens_B = logits_BV.argmax(-1)
    if any(draw.temperature > 0 for draw in draws):
        drawn_B = _drawn(logits_BV, draws)
        greedy_B = torch.tensor([draw.temperature <= 0 for draw in draws], device=logits_BV.device)
        tokens_B = torch.where(greedy_B, tokens_B, drawn_B)
    logp_B = logp_BV.gather(1, tokens_B[:, None])[:, 0]
    return list(zip(tokens_B.tolist(), logp_B.tolist(), strict=True))


def _drawn(logits_BV: torch.Tensor, draws: Sequence[Draw]) -> torch.Tensor:
    def column(values: list[float]) -> torch.Tensor:
        return torch.tensor(values, device=logits_BV.device, dtype=torch.float32)[:, None]

    temperature_B1 = column([draw.temperature or 1.0 for draw in draws])
    top_p_B1 = column([min(draw.top_p, 1.0) for draw in draws])
    uniform_B1 = column([draw.uniform for draw in draws])
    logp_BV = (logits_BV / temperature_B1).log_softmax(-1)
    sorted_BV, order_BV = torch.sort(logp_BV, stable=True, dim=-1, descending=True)
    mass_BV = sorted_BV.exp().cumsum(-1)
    last_B1 = torch.searchsorted(mass_BV, top_p_B1 * mass_BV[:, -1:]).clamp(max=mass_BV.shape[1] - 1)
    picked_B1 = torch.searchsorted(mass_BV, uniform_B1 * mass_BV.gather(1, last_B1), right=True)
    tokens_B: torch.Tensor = order_BV.gather(1, torch.minimum(picked_B1, last_B1))[:, 0]
    return tokens_B


def _mask(positions_BN: torch.Tensor, total: int, dtype: torch.dtype) -> torch.Tensor:
    """[B, 1, N, T], added to the scores: 0 where a token may look, the least number elsewhere."""
    beyond = torch.arange(total, device=positions_BN.device) > positions_BN[:, :, None]
    mask = torch.zeros(beyond.shape, dtype=dtype, device=positions_BN.device)
    return mask.masked_fill(beyond, torch.finfo(dtype).min)[:, None]

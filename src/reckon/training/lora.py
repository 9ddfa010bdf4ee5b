"""Low-rank adapters by peft: the model's own weights stand still, W x becomes W x + (alpha / rank) B A x.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021, arXiv:2106.09685, section 4.1. The
reference policy is the model with its adapters off; what is exported has them merged in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reckon.errors import MissingExtra, UsageError
from reckon.training.fields import one_of, within

if TYPE_CHECKING:
    from torch import Tensor

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
PERCEPTRON = ("gate_proj", "up_proj", "down_proj")
_NAME = "default"  # peft's own, of the one adapter that there is


@dataclass(frozen=True, slots=True)
class Lora:
    """rank, alpha: as above.  targets: names of the linear layers that get an adapter.

    base: in which precision the weights that stand still are held.
    """

    rank: int = 32
    alpha: int = 64
    targets: tuple[str, ...] = (*ATTENTION, *PERCEPTRON)
    base: str = "float32"

    def __post_init__(self) -> None:
        within(self, 1, 10**6, "rank", "alpha")
        one_of(self, "base", ("float32", "bfloat16"))
        if not self.targets:
            raise UsageError(f"Lora: targets wants names of linear layers, as in {ATTENTION}")


def adapt(model: Any, lora: Lora, seed: int) -> None:
    """Put adapters into the model, which does what it did before; they alone are trained from now on.

    Raises UsageError where no layer has such a name, MissingExtra without peft.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ImportError:
        raise MissingExtra("LoRA", "train") from None
    import torch

    model.to(getattr(torch, lora.base))
    torch.manual_seed(seed)
    config = LoraConfig(r=lora.rank, lora_alpha=lora.alpha, target_modules=list(lora.targets))
    try:
        inject_adapter_in_model(config, model, adapter_name=_NAME)
    except ValueError as error:
        raise UsageError(f"Lora: targets {lora.targets} fit no layer of this model: {error}") from error
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("lora_" in name)
        if parameter.requires_grad:
            parameter.data = parameter.data.float()


@contextmanager
def without(model: Any) -> Iterator[None]:
    """The model as it was before it got adapters, for a while."""
    layers = [layer for layer in model.modules() if hasattr(layer, "lora_A")]
    for layer in layers:
        layer.enable_adapters(False)
    try:
        yield
    finally:
        for layer in layers:
            layer.enable_adapters(True)


def merged(model: Any) -> "Iterator[tuple[str, Tensor]]":
    """Every weight by its name in the model without adapters, they added in; whole also where the model is
    sharded, in which case every process must ask for all of them."""
    weights = model.state_dict()
    for name, tensor in weights.items():
        if ".lora_" in name:
            continue
        layer, base, end = name.rpartition(".base_layer.")
        if not base:
            yield name, whole(tensor)
        elif end != "weight":
            yield f"{layer}.{end}", whole(tensor)
        else:
            a, b = (whole(weights[f"{layer}.lora_{part}.{_NAME}.weight"]) for part in "AB")
            scaling = model.get_submodule(layer).scaling[_NAME]
            yield f"{layer}.weight", (whole(tensor).float() + scaling * (b @ a)).to(tensor.dtype)


def whole(tensor: Any) -> "Tensor":
    """The tensor, put together from its shards where it has such."""
    full: Tensor = tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor
    return full.detach()

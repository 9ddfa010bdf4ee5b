"""A model whose weights, gradients and optimizer states are cut over the processes: FSDP2.

Zhao et al., "PyTorch FSDP: Experiences on Scaling Fully Sharded Data Parallel", 2023, arXiv:2304.11277;
torch.distributed.fsdp.fully_shard. Each layer is put together while it computes. Gradients are summed over
the processes: a loss is weighed by what the whole batch holds, so there is nothing to average.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard

from reckon.training.processes import Processes


def shard(model: nn.Module, processes: Processes, *, bfloat16: bool) -> None:
    """Cut the model in place: each layer of each list of layers, and the rest together.

    bfloat16: in what it computes; what is kept and what is summed is as it was.
    """
    mesh = init_device_mesh(processes.device.partition(":")[0], (processes.count,))
    policy = MixedPrecisionPolicy(
        param_dtype=torch.bfloat16 if bfloat16 else None,
        reduce_dtype=torch.float32,
    )
    for layers in [module for module in model.modules() if isinstance(module, nn.ModuleList)]:
        for layer in layers:
            fully_shard(layer, mesh=mesh, mp_policy=policy)
    fully_shard(model, mesh=mesh, mp_policy=policy)
    for module in model.modules():
        if isinstance(module, FSDPModule):
            module.set_gradient_divide_factor(1.0)
            module.set_force_sum_reduction_for_comms(True)


def global_norm(parameters: Iterable[Any]) -> float:
    """The norm of all gradients, over all shards."""
    norm = nn.utils.get_total_norm([p.grad for p in parameters if p.grad is not None])
    return float(norm.full_tensor() if hasattr(norm, "full_tensor") else norm)

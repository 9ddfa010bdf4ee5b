"""What a training step costs beside its arithmetic: our loop against a bare one, wanted at most 1.15.

Ours begins with scored rollouts and ends with the decoder's new weights: batch, advantages, pieces, update,
hand-over. The bare one is given tensors: the same pieces, GRPO's loss, gradient clipping, AdamW. The two take
turns; rollouts are made before, by the shipped model, and are the same for both.

python speed/training_overhead.py [ROUNDS]
"""

import asyncio
import statistics
import sys
import tempfile
import time

import torch

from reckon.models.tiny import SHIPPED, Tiny
from reckon.protocols import Sampling
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Limits, Setup
from reckon.tasks import find_all
from reckon.testing import open_inline_session
from reckon.training.collect import collect
from reckon.training.course import Even
from reckon.training.objectives.grpo import Grpo
from reckon.training.policies import load_policy
from reckon.training.rl import Rl
from reckon.training.rl_run import RlRun
from reckon.training.scored import Scored
from reckon.training.torch_batch import batch_of
from reckon.training.torch_policy import pieces

TASKS = ("product", "gcd_lcm", "arithmetic")
PROBLEMS, ROLLOUTS, PIECE_TOKENS = 12, 8, 4096


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        recipe = Rl(folder, "tiny", TASKS, Grpo(), warmup=0, piece_tokens=PIECE_TOKENS, rollouts=ROLLOUTS)
        run, earned = RlRun(recipe, SHIPPED), rolled_out()
        bare = Bare(earned)
        seconds: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(rounds + 1):
            for name, step in (("bare", bare.step), ("ours", lambda: run.learn(earned))):
                begun = time.perf_counter()
                step()
                seconds[name].append(time.perf_counter() - begun)
    ours, alone = (statistics.median(seconds[name][1:]) for name in ("ours", "bare"))
    tokens = sum(len(one.trajectory.ids) for group in earned for one in group)
    print(f"{PROBLEMS * ROLLOUTS} rollouts, {tokens:,} tokens, {torch.get_num_threads()} threads")
    print(f"bare {alone:.2f} s, ours {ours:.2f} s a step (medians of {rounds}): {ours / alone:.2f} times")


def rolled_out() -> list[list[Scored]]:
    """Groups of rollouts with rewards that differ."""
    setup = Setup(
        Tiny(max_rows=64),
        open_inline_session,
        limits=Limits(tokens=600),
        sampling=Sampling(300, temperature=1.2),
    )
    problems = Even(find_all(TASKS), (0.0, 1.0), 0).problems(0, PROBLEMS)
    groups = asyncio.run(collect(problems, CodeInterpreter(max_calls=2), setup, rollouts=ROLLOUTS, seed=1))
    return [[Scored(t, float(n % 2)) for n, t in enumerate(group)] for group in groups]


class Bare:
    """The same update with nothing around it."""

    def __init__(self, earned: list[list[Scored]]) -> None:
        self.model = load_policy(SHIPPED)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=1e-4, weight_decay=0.0, betas=(0.9, 0.98), fused=True
        )
        batch = batch_of(earned)
        advantage_BT, weight_BT = Grpo().credit(batch), Grpo().weigh(batch)
        self.pieces = []
        for rows in pieces(batch, PIECE_TOKENS):
            piece, at = batch.rows_at(rows).narrowed(), torch.tensor(rows)
            width = piece.ids_BT.shape[1]
            cut = (advantage_BT[at, :width], weight_BT[at, :width])
            self.pieces.append((piece.ids_BT, piece.mask_BT, piece.old_logp_BT, *cut))

    def step(self) -> None:
        for ids_BT, mask_BT, old_BT, advantage_BT, weight_BT in self.pieces:
            where_BT = mask_BT[:, 1:]
            hidden_BTD = self.model.model(ids_BT, use_cache=False).last_hidden_state[:, :-1]
            log_pi_NV = self.model.lm_head(hidden_BTD[where_BT]).log_softmax(-1)
            logp_N = log_pi_NV.gather(1, ids_BT[:, 1:][where_BT][:, None])[:, 0]
            ratio_N = (logp_N - old_BT[:, 1:][where_BT]).exp()
            advantage_N = advantage_BT[:, 1:][where_BT]
            gain_N = torch.minimum(ratio_N * advantage_N, ratio_N.clamp(0.8, 1.2) * advantage_N)
            loss = -(gain_N * weight_BT[:, 1:][where_BT]).sum()
            loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)

"""What a step waits for: refills, groups under way, weights that change while rollouts go on."""

import asyncio
import time
from dataclasses import replace

import pytest

from reckon.dialects import R1_CI, RETOOL
from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.protocols import Sampling
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Setup
from reckon.tasks import draw, find
from reckon.testing import InlineSession, open_inline_session
from reckon.training.collect import Rolling
from reckon.training.flow import Flow
from reckon.training.live_policy import LivePolicy
from reckon.training.sample_queue import SampleQueue
from reckon.training.temperatures import Temperatures, Tempered
from reckon.values import Message, Problem

TASK = find("product")
P = Problem("p", "task", "question?")


def flowing(main):
    """Runs `main(make, events)`: make gives a Flow whose groups wait for the event of their name."""

    async def run():
        events, begun, flows = {}, [], []

        def begin(step, again):
            return [group(f"{step}{'r' * again}{letter}") for letter in "abc"]

        async def group(name):
            begun.append(name)
            await events.setdefault(name, asyncio.Event()).wait()
            return [name]

        def make(steps=10, **how):
            flows.append(Flow(begin, steps, **how))
            return flows[-1]

        def finish(*names):
            for name in names:
                events.setdefault(name, asyncio.Event()).set()

        try:
            await main(make, finish, begun)
        finally:
            for flow in flows:
                await flow.close()
        assert len(asyncio.all_tasks()) == 1  # nothing goes on behind

    asyncio.run(run())


def names(groups):
    return [group[0] for group in groups]


async def waits(work):
    """Whether it is still waiting once everything that can go on has; the task."""
    task = asyncio.ensure_future(work)
    for _ in range(20):
        await asyncio.sleep(0)
    return not task.done(), task


def test_without_staleness_a_step_waits_for_all_and_keeps_their_order():
    async def main(make, finish, begun):
        flow = make()
        waiting, step = await waits(flow.take(0, 3, bool))
        assert waiting
        assert begun == ["0a", "0b", "0c"]
        finish("0c", "0b")
        waiting, _ = await waits(step)
        assert waiting
        finish("0a")
        assert names((await step).groups) == ["0a", "0b", "0c"]

    flowing(main)


def test_a_step_draws_other_problems_for_what_is_dropped():
    async def main(make, finish, begun):
        finish("0a", "0b", "0c", "0ra", "0rb", "0rc", "1a", "1b", "1c", "1ra", "1rb", "1rc")
        flow = make(max_draws=2)
        taken = await flow.take(0, 3, lambda group: group[0] not in ("0b", "0c"))
        assert names(taken.groups) == ["0a", "0ra", "0rb"]
        assert names(taken.drawn) == ["0a", "0b", "0c", "0ra", "0rb", "0rc"]
        assert taken.draws == 2
        bounded = await flow.take(1, 3, lambda group: group[0] == "1a")
        assert names(bounded.groups) == ["1a"]
        assert bounded.draws == 2

    flowing(main)


def test_no_refill_where_enough_is_kept_or_none_is_allowed():
    async def main(make, finish, begun):
        finish("0a", "0b", "0c")
        assert (await make(max_draws=5).take(0, 3, bool)).draws == 1
        dropped = await make().take(0, 3, lambda _: False)  # the objective's select has the last word
        assert names(dropped.groups) == ["0a", "0b", "0c"]

    flowing(main)


def test_with_staleness_a_slow_group_holds_up_only_the_step_at_which_it_is_too_old():
    async def main(make, finish, begun):
        flow = make(max_staleness=1)
        finish("0a", "0b", "1a", "1b", "1c", "2a", "2b", "2c")
        first = await flow.take(0, 3, bool)
        assert begun == ["0a", "0b", "0c", "1a", "1b", "1c"]
        assert names(first.groups) == ["0a", "0b", "1a"]
        waiting, second = await waits(flow.take(1, 3, bool))
        assert waiting  # 0c was begun with the weights of one step ago
        finish("0c")
        assert names((await second).groups) == ["0c", "1b", "1c"]
        assert names((await flow.take(2, 3, bool)).groups) == ["2a", "2b", "2c"]

    flowing(main)


@pytest.mark.parametrize("staleness", [0, 1, 2, 4])
def test_every_group_is_taken_once_and_none_too_old(staleness):
    async def main(make, finish, begun):
        flow, seen = make(steps=6, max_staleness=staleness), []
        finish(*(f"{step}{letter}" for step in range(6) for letter in "abc"))
        for step in range(6):
            groups = names((await flow.take(step, 3, bool)).groups)
            assert len(groups) == 3
            assert all(step <= int(name[0]) <= step + staleness for name in groups)
            seen += groups
        assert sorted(seen) == sorted(begun) == [f"{n}{letter}" for n in range(6) for letter in "abc"]

    flowing(main)


def test_what_goes_wrong_in_a_group_is_raised_by_the_step():
    async def main():
        async def broken():
            raise UsageError("no such thing")

        flow = Flow(lambda step, again: [broken()], 3)
        with pytest.raises(UsageError, match="no such thing"):
            await flow.take(0, 1, bool)
        await flow.close()

    asyncio.run(main())


# ---- weights that change under way ----------------------------------------------------------------------


class Slow(Replay):
    """A model whose samples last until they are let go."""

    def __init__(self):
        super().__init__(lambda _: "<<<1>>>")
        self.go = asyncio.Event()

    async def sample(self, context, sampling, on_text=None):
        await self.go.wait()
        return await super().sample(context, sampling, on_text)


def test_weights_change_between_samples_only():
    async def main():
        model = Slow()
        policy = LivePolicy(model)
        context = policy.render((), [Message("user", "hm")])

        async def change():
            async with policy.still():
                policy.version += 1
                await asyncio.sleep(0)

        first = asyncio.create_task(policy.sample_by(context, Sampling()))
        await asyncio.sleep(0)
        waiting, changing = await waits(change())
        assert waiting  # for the sample in progress
        held, second = await waits(policy.sample_by(context, Sampling()))
        assert held
        model.go.set()
        assert (await first)[1] == 0
        await changing
        assert (await second)[1] == 1

    asyncio.run(main())


class Sleeping(InlineSession):
    """A session in which `nap` takes a while without holding up anybody in this process."""

    seconds = 2.0

    async def run(self, code, **how):
        if "nap" in code:
            await asyncio.sleep(self.seconds)
            code = code.replace("nap", "1")
        return await super().run(code, **how)


def rolling(script, open_session=open_inline_session, **how):
    return Rolling(CodeInterpreter(), Setup(LivePolicy(Replay(script)), open_session), **how)


def test_a_rollout_says_between_which_versions_it_was_sampled():
    async def main():
        policy = LivePolicy(Replay(lambda c: "<<<1>>>" if "Results" in c else R1_CI.write_code("nap")), 3)
        Sleeping.seconds = 0.05

        async def open_sleeping():
            return Sleeping()

        roll = Rolling(CodeInterpreter(), Setup(policy, open_sleeping))
        group = asyncio.create_task(roll.group(TASK, draw(TASK, 0, 0), rollouts=1, seed=0))
        await asyncio.sleep(0.02)
        async with policy.still():  # while its program runs
            policy.version += 1
        (one,) = await group
        assert (one.notes["policy_from"], one.notes["policy_to"]) == (3, 4)
        one.check(Replay([]).decode)
        assert all(logp is not None for logp, own in zip(one.training_arrays()[2], one.training_arrays()[1],
                   strict=True) if own)  # fmt: skip

    asyncio.run(main())


def test_a_two_second_program_in_one_of_256_rollouts_holds_up_no_step_with_staleness_1():
    """32 groups of 8. Without staleness the step lasts as long as the program."""

    async def open_sleeping():
        return Sleeping()

    async def step_seconds(staleness, slow_s):
        Sleeping.seconds = slow_s
        slow = [True]

        def say(context):
            if "Results" in context:
                return "<<<1>>>"
            return R1_CI.write_code("nap" if slow and slow.pop() else "print(1)")

        roll = rolling(say, open_sleeping)

        def begin(step, again):
            drawn = [draw(TASK, 0, 100 * step + n) for n in range(32)]
            return [roll.group(TASK, problem, rollouts=8, seed=step) for problem in drawn]

        flow = Flow(begin, 2, max_staleness=staleness)
        started = time.perf_counter()
        taken = await flow.take(0, 32, bool)
        took = time.perf_counter() - started
        assert len(taken.groups) == 32
        await flow.close()
        return took

    assert asyncio.run(step_seconds(0, 2.0)) >= 2.0
    assert asyncio.run(step_seconds(1, 30.0)) < 20.0


# ---- sampling by kind, and rollouts from earlier --------------------------------------------------------


class Watching(Replay):
    """Writes down how it was asked."""

    def __init__(self, texts):
        super().__init__(lambda context: self._rest(context))
        self.whole = texts
        self.asked = []

    def _rest(self, context):
        return self.whole[len(context.rpartition("<|assistant|>")[2].lstrip("\n")) :]

    async def sample(self, context, sampling, on_text=None):
        sample = await super().sample(context, sampling, on_text)
        self.asked.append((sampling.temperature, sample.text, sampling.seed))
        return sample


@pytest.mark.parametrize("dialect", [R1_CI, RETOOL], ids=lambda d: d.name)
def test_programs_are_sampled_cold_and_text_warm(dialect):
    program = dialect.write_code("x = 'a >>> b'\nprint(x)")
    text = f"I think.\n{program}"
    model = Watching(text)
    policy = Tempered(model, Temperatures(1.0, 0.2), dialect)
    context = policy.render((), [Message("user", "hm")])
    how = Sampling(500, temperature=0.7, stop=dialect.stops, seed=5)
    sample = asyncio.run(policy.sample(context, how))
    warm = "".join(told for temperature, told, _ in model.asked if temperature == 1.0)
    cold = "".join(told for temperature, told, _ in model.asked if temperature == 0.2)
    assert warm.startswith("I think.\n" + dialect.codes[0].open.rstrip("\n"))
    assert "print" in cold or "x = 'a >>>" in cold
    assert "print" not in warm
    assert len({seed for _, _, seed in model.asked}) == len(model.asked)
    assert sample.text == "".join(told for _, told, _ in model.asked)
    assert model.decode(sample.ids) == sample.text
    assert len(sample.ids) == len(sample.logprobs) == sample.tokens
    assert sample.finish == "stop"


def test_a_rollout_at_two_temperatures_is_the_rollout_at_one():
    """The cut changes nothing but the temperature: same ids, same segments."""

    def say(context):
        return "<<<7>>>" if "Results" in context else "So:\n" + R1_CI.write_code("print(7)") + "and on"

    async def rolled(model):
        roll = Rolling(CodeInterpreter(), Setup(model, open_inline_session))
        return (await roll.group(TASK, draw(TASK, 0, 0), rollouts=1, seed=0))[0]

    def rest(context):
        told = context.rpartition("<|assistant|>")[2].lstrip("\n")
        return say(context)[0 if "Results" in told else len(told) :]

    plain = asyncio.run(rolled(Replay(say)))
    cut = asyncio.run(rolled(Tempered(Replay(rest), Temperatures(), R1_CI)))
    assert [s.text for s in cut.segments] == [s.text for s in plain.segments]
    assert cut.ids == plain.ids
    assert cut.answer == plain.answer


def test_a_sample_never_gets_longer_than_it_may():
    model = Watching("I think.\n" + R1_CI.write_code("print(1)"))
    policy = Tempered(model, Temperatures(), R1_CI)
    context = policy.render((), [Message("user", "hm")])
    for most in range(1, 30):
        model.asked.clear()
        sample = asyncio.run(policy.sample(context, Sampling(most, stop=R1_CI.stops)))
        assert sample.tokens <= most
        assert sample.finish == ("length" if sample.tokens == most and "```\n" not in sample.text else "stop")


def test_a_queue_goes_on_from_its_state_and_old_rollouts_do_not_grow_young(rollout):
    fresh = [rollout("a", "P2 C2 O2 A1", right=1), rollout("b", "P2 C2 O2 A1")]
    queue = SampleQueue(age=2).add(fresh)
    drawn = {s.trajectory.id: s for s in queue.draw(P, 9)}
    assert drawn == {s.trajectory.id: s for s in fresh}  # the log-probabilities of those who wrote them
    again = SampleQueue(age=2).load(queue.state())
    assert [(s.trajectory, s.reward) for s in again.draw(P, 9)] == [
        (s.trajectory, s.reward) for s in queue.draw(P, 9)
    ]
    # Drawn, scored and added once more: still of the first step.
    later = queue.next_step().add([*queue.draw(P, 9), rollout("c", "P2 C2 O2 A1", reward=0.5)])
    assert [s.trajectory.id for s in later.next_step().draw(P, 9)] == ["c"]
    assert queue.draw(replace(P, question="question? A hint."), 9) == ()
    led = [replace(s, trajectory=replace(s.trajectory, notes={"led_turns": 1})) for s in fresh]
    assert SampleQueue().add(led).kept == {}
    for broken in ({}, {"step": 0, "kept": {"p": [[0, 1.0]]}}, {"step": "x", "kept": {}}):
        with pytest.raises(UsageError, match="no sample queue"):
            queue.load(broken)


def test_notes_of_versions_stay_out_where_no_policy_changes():
    roll = Rolling(CodeInterpreter(), Setup(Replay(lambda _: "<<<1>>>"), open_inline_session))
    (one,) = asyncio.run(roll.group(TASK, draw(TASK, 0, 0), rollouts=1, seed=0))
    assert one.notes == {}

"""The model that ships: what its card claims, on questions it has never seen."""

import asyncio
import time
from pathlib import Path

import pytest

import reckon
from reckon.dialects import DIALECTS
from reckon.evaluation.run import Run, evaluate
from reckon.evaluation.summary import summarise
from reckon.models.scope import Scope, family_scope, shipped_scope, words_of
from reckon.models.tiny import SHIPPED, Tiny
from reckon.protocols import Sampling
from reckon.tasks import draw, families
from reckon.values import Message
from reckon.workbench import Options, open_setup

FRESH = 4242


def measure(folder, reasoner, n):
    async def go():
        async with open_setup(Options()) as setup:
            return await evaluate(Run(("elementary",), (reasoner,), ("tiny",), str(folder), n, FRESH), setup)

    return summarise(asyncio.run(go()))


def test_it_is_right_with_code_and_rarely_without(tmp_path):
    with_code = measure(tmp_path / "code", "code_interpreter", 3)
    without = measure(tmp_path / "text", "text", 3)
    assert with_code.void == without.void == 0
    assert with_code.accuracy >= 0.85
    assert without.accuracy <= 0.4
    assert with_code.calls >= 0.9


def test_it_repairs_a_program_of_its_own():
    """Shown an error, it says what was wrong and writes a program that runs."""

    async def go():
        from reckon.rollout import Rollout

        async with open_setup(Options()) as setup:
            family = next(f for f in families("elementary") if f.name == "weekday")
            problem = draw(family, FRESH, 0)
            async with Rollout(problem, setup) as rollout:
                speech = rollout.dialect
                await rollout.prompt(f"{problem.question}\n\n{speech.code_help} {speech.answer_help}")
                broken = "\n".join(family.program(problem).split("\n")[1:])
                await rollout.prompt("I will ask datetime for the day of the week.\n", role="assistant")
                await rollout.prompt(speech.write_code(broken), role="assistant")
                assert not (await rollout.run(broken)).ok
                mended = await rollout.write()
                return problem, await rollout.run(mended.code)

    problem, execution = asyncio.run(go())
    assert execution.stdout.strip() == problem.answer


def test_the_readme_example_answers():
    trajectory = reckon.solve("What is 48213 * 7719?")
    assert trajectory.answer.text == str(48213 * 7719)
    trajectory.check(Tiny().decode)
    ids, written, logprobs = trajectory.training_arrays()
    assert len(ids) == len(written) == len(logprobs)
    assert all(lp is not None and lp <= 0 for lp, mine in zip(logprobs, written, strict=True) if mine)


def test_its_logits_are_those_of_transformers():
    torch = pytest.importorskip("torch", reason="the reference needs torch")
    transformers = pytest.importorskip("transformers")
    import numpy as np

    model = transformers.LlamaForCausalLM.from_pretrained(SHIPPED, dtype=torch.float32)
    tiny = Tiny()
    ids = tiny.render((), [Message("user", draw(families("elementary")[0], FRESH, 0).question)])[0].ids
    with torch.no_grad():
        expected = model(torch.tensor([ids])).logits[0, -1].numpy()
    logits = tiny.engine.logits(ids)[-1]
    assert np.abs(logits - expected).max() < 1e-4


def test_it_streams_at_200_tokens_a_second():
    tiny, speech = Tiny(), DIALECTS["r1_ci"]
    family = next(f for f in families("elementary") if f.name == "prime_factors")
    tokens, started = 0, time.process_time()
    for i in range(4):
        question = f"{draw(family, FRESH, i).question}\n\n{speech.code_help} {speech.answer_help}"
        seen = []
        context = tiny.render((), [Message("user", question)])
        sample = asyncio.run(tiny.sample(context, Sampling(max_tokens=100, stop=speech.stops), seen.append))
        assert "".join(seen) == sample.text
        tokens += sample.tokens
    assert tokens > 200
    assert tokens / (time.process_time() - started) >= 200


def test_its_folder_is_small_and_complete():
    files = {p.name: p.stat().st_size for p in SHIPPED.iterdir()}
    assert {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
        "README.md",
    } <= set(files)
    assert sum(files.values()) < 12 << 20
    card = (SHIPPED / "README.md").read_text()
    assert all(family.name in card for family in families("elementary"))


@pytest.mark.parametrize("family", families("elementary"), ids=lambda f: f.name)
def test_its_scope_covers_its_families(family):
    assert all(shipped_scope().covers(draw(family, FRESH, i).question) for i in range(5))


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "Write a poem about the sea.",
        "Who won the match, and why?",
        "",
        "42",
    ],
)
def test_its_scope_leaves_the_rest_out(question):
    assert not shipped_scope().covers(question)


def test_a_scope_by_hand():
    assert words_of("What is {a} times {b}?") == ["is", "times", "what"]
    scope = Scope({"product": family_scope(["What is {a} times {b}?"], ["What is 3 times 4?"] * 5)})
    assert scope.covers("what is 3 times 5?")
    assert not scope.covers("What was it?")
    assert not scope.covers("What is the capital of France times 4?")
    questions = [f'Sort the word "{word}".' for word in ("abra", "kadabra", "simsala", "bim")]
    scope = Scope({"word": family_scope(["Sort the word {word}."], questions)})
    assert scope.covers('Sort the word "hokus".')
    assert not scope.covers("Sort the hokus word.")


def test_solve_says_that_a_question_is_outside(capsys):
    from reckon.cli import main

    main(["solve", "What is the capital of France?", "--max-tokens", "60"])
    out = " ".join(capsys.readouterr().out.split())
    assert "outside" in out
    assert "--model openai:" in out
    assert Path(SHIPPED).exists()

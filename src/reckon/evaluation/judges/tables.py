"""What judges and people said of a run, as blocks of a report."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from reckon.errors import UsageError
from reckon.evaluation.intervals import Estimate
from reckon.evaluation.judges.agreement import agreement
from reckon.evaluation.judges.judgement import Game, Judgement, Method, games, read_judgements, read_votes
from reckon.evaluation.judges.rating import Rating, ratings
from reckon.evaluation.report.blocks import Block, Heading, Paragraph, Table
from reckon.evaluation.summary import titled


def judges_of(folder: str | Path, anchor: Method | None = None) -> Iterator[Block]:
    """Agreement with gold, ratings by judges and by people; nothing where nobody judged."""
    found, votes = list(read_judgements(folder)), list(read_votes(folder))
    if found or votes:
        yield Heading("Judges")
    if found:
        yield from _agreement(found)
    for judge, show in dict.fromkeys((one.judge, one.show) for one in found):
        own = games([one for one in found if (one.judge, one.show) == (judge, show)])
        yield from _ratings(own, f"Ratings by {_named(judge)}, which sees {show}", anchor)
    yield from _ratings(votes, "Ratings by people's votes", anchor)


def _agreement(found: Sequence[Judgement]) -> Iterator[Block]:
    rows = []
    for mode, judge, show in dict.fromkeys((one.mode, one.judge, one.show) for one in found):
        a = agreement([one for one in found if (one.mode, one.judge, one.show) == (mode, judge, show)])
        shares = (_percent(e) for e in (a.right, a.decided, a.chance))
        name = f"{mode}, {_named(judge)}, sees {show}"
        sides = (_percent(a.first), _percent(a.consistent))
        rows.append((name, str(a.verdicts), str(a.malformed), *shares, f"{a.kappa:.2f}", *sides))
    heads = ["judge", "verdicts", "malformed", "agrees with gold", "where gold decides", "by chance"]
    heads += ["kappa", "first preferred", "same both ways"]
    kept = [n for n in range(len(heads)) if any(row[n] != "-" for row in rows)]
    yield Table(tuple(heads[n] for n in kept), tuple(tuple(row[n] for n in kept) for row in rows))
    yield Paragraph(
        "A malformed verdict is counted and is no vote. Kappa is Cohen's. 'First preferred' is 50 % for a"
        " judge without favour for a place; 'same both ways' are pairs whose two orders gave one verdict."
    )


def _ratings(found: Sequence[Game], title: str, anchor: Method | None) -> Iterator[Block]:
    if not found:
        return
    yield Heading(title, 3)
    try:
        rated = ratings(found, anchor)
    except UsageError as error:
        yield Paragraph(str(error))
        return
    every = [one.method for one in rated]
    yield Table(
        ("method", "rating", "games", "won", "lost", "tied"),
        tuple(
            (titled(one.method, every), _elo(one), str(one.games), *_record(found, one.method))
            for one in rated
        ),
    )


def _record(found: Sequence[Game], method: Method) -> tuple[str, str, str]:
    """Games won, lost and tied."""
    own = [game.result for game in found if game.first == method]
    own += [1 - game.result for game in found if game.second == method]
    return str(own.count(1.0)), str(own.count(0.0)), str(own.count(0.5))


def _elo(one: Rating) -> str:
    return f"{one.elo:.0f}" if one.elo.n > 1 else f"{one.elo.value:.0f} (of one problem)"


def _named(judge: Method) -> str:
    return f"{judge[0].partition('(')[0]}, {judge[1]}"


def _percent(estimate: Estimate) -> str:
    return f"{estimate:.0%}"

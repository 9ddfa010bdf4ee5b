"""Schemas of counting and probability, from easy to hard, with drawn numbers and exact answers.

Gold answers come from formulas; most programs count instead, by a table or case by case.
"""

import random
from fractions import Fraction
from math import comb, factorial, prod

from reckon.tasks.material.family import scaled
from reckon.tasks.material.schemas import Given, Schema


def _beads(rng: random.Random, difficulty: float) -> Given:
    return {colour: rng.randint(2, scaled(difficulty, 5, 7)) for colour in ("red", "blue", "green", "white")}


def _urn(rng: random.Random, difficulty: float) -> Given:
    white, black = (rng.randint(4, scaled(difficulty, 12, 30)) for _ in range(2))
    drawn = rng.randint(2, min(white, black, scaled(difficulty, 3, 8)))
    return {"white": white, "black": black, "drawn": drawn, "hits": rng.randint(1, drawn)}


def _white(g: Given) -> Fraction:
    good = comb(g["white"], g["hits"]) * comb(g["black"], g["drawn"] - g["hits"])
    return Fraction(good, comb(g["white"] + g["black"], g["drawn"]))


def _multiples(rng: random.Random, difficulty: float) -> Given:
    a, b = rng.sample((2, 3, 5, 7, 11, 13), 2)
    return {"most": rng.randint(100, scaled(difficulty, 400, 1500)), "a": a, "b": b}


def _either(g: Given) -> int:
    """Multiples of exactly one of two primes."""
    return g["most"] // g["a"] + g["most"] // g["b"] - 2 * (g["most"] // (g["a"] * g["b"]))


def _larger(rng: random.Random, difficulty: float) -> Given:
    return {
        "n": rng.randint(5, scaled(difficulty, 25, 35)),
        "least": rng.randint(2, 4),
        "bonus": rng.randint(2, 50),
    }


def _expected(g: Given) -> Fraction:
    """The larger of two is at most k in k^2 of n^2 cases; the bonus is paid for a double."""
    mean = Fraction(sum(k * (2 * k - 1) for k in range(g["least"], g["n"] + 1)), g["n"] ** 2)
    return mean + Fraction(g["bonus"], g["n"])


def _grid(rng: random.Random, difficulty: float) -> Given:
    east, north = (rng.randint(5, scaled(difficulty, 10, 16)) for _ in range(2))
    return {"east": east, "north": north, "x": rng.randint(1, east - 1), "y": rng.randint(1, north - 1)}


def _paths(g: Given) -> int:
    through = comb(g["x"] + g["y"], g["x"]) * comb(
        g["east"] - g["x"] + g["north"] - g["y"], g["east"] - g["x"]
    )
    return comb(g["east"] + g["north"], g["east"]) - through


def _dice(rng: random.Random, difficulty: float) -> Given:
    dice, faces = rng.randint(3, scaled(difficulty, 4, 7)), rng.choice((4, 6, 8, 10, 12))
    middle = dice * (faces + 1) // 2
    return {"dice": dice, "faces": faces, "total": middle + rng.randint(-dice, dice)}


def _rolled(g: Given) -> Fraction:
    """Inclusion and exclusion over the dice that exceed their faces."""
    dice, faces, total = g["dice"], g["faces"], g["total"]
    ways = sum(
        (1 - 2 * (k % 2)) * comb(dice, k) * comb(total - k * faces - 1, dice - 1)
        for k in range(dice + 1)
        if total - k * faces >= dice
    )
    return Fraction(ways, faces**dice)


def _letters(rng: random.Random, difficulty: float) -> Given:
    letters = rng.randint(6, scaled(difficulty, 12, 18))
    return {"letters": letters, "right": rng.randint(1, letters - 3)}


def _misplaced(g: Given) -> int:
    """C(n, k) D(n - k), with D(m) = sum of (-1)^i m! / i!"""
    wrong = g["letters"] - g["right"]
    derangements = sum((1 - 2 * (i % 2)) * factorial(wrong) // factorial(i) for i in range(wrong + 1))
    return comb(g["letters"], g["right"]) * derangements


def _sweets(rng: random.Random, difficulty: float) -> Given:
    children, most = rng.randint(4, scaled(difficulty, 5, 8)), rng.randint(5, scaled(difficulty, 8, 12))
    return {"sweets": children * most // 2 + rng.randint(0, children), "children": children, "most": most}


def _shared(g: Given) -> int:
    """Everyone gets one first; inclusion and exclusion over those who would get too many."""
    left, children, most = g["sweets"] - g["children"], g["children"], g["most"]
    terms = [k for k in range(children + 1) if left >= k * most]
    signed = [(1 - 2 * (k % 2)) * comb(children, k) for k in terms]
    return sum(
        sign * comb(left - k * most + children - 1, children - 1)
        for k, sign in zip(terms, signed, strict=True)
    )


def _coins(rng: random.Random, difficulty: float) -> Given:
    return {"tosses": rng.randint(7, scaled(difficulty, 14, 28)), "run": rng.randint(3, 4)}


def _no_run(g: Given) -> Fraction:
    """Strings without a run of r heads: a(n) = a(n-1) + ... + a(n-r), and 2^n for n < r."""
    counts = [2**n for n in range(g["run"])]
    while len(counts) <= g["tosses"]:
        counts.append(sum(counts[-g["run"] :]))
    return Fraction(counts[g["tosses"]], 2 ** g["tosses"])


def _match(rng: random.Random, difficulty: float) -> Given:
    below, wins = rng.randint(3, scaled(difficulty, 9, 12)), rng.randint(3, scaled(difficulty, 4, 6))
    return {
        "above": rng.randint(1, below - 1),
        "below": below,
        "wins": wins,
        "games": rng.randint(wins, 2 * wins - 1),
    }


def _ended(g: Given) -> Fraction:
    """Either player wins the last game and all but one of the needed ones before."""
    p, wins, games = Fraction(g["above"], g["below"]), g["wins"], g["games"]
    either = p**wins * (1 - p) ** (games - wins) + (1 - p) ** wins * p ** (games - wins)
    return comb(games - 1, wins - 1) * either


def _boxes(rng: random.Random, difficulty: float) -> Given:
    most = scaled(difficulty, 9, 25)
    return {name: rng.randint(3, most) for name in ("g1", "s1", "g2", "s2", "g3", "s3")}


def _first_box(g: Given) -> Fraction:
    """Bayes, with two gold coins drawn from the box."""
    chances = []
    for box in "123":
        gold, silver = g[f"g{box}"], g[f"s{box}"]
        chances.append(Fraction(gold * (gold - 1), (gold + silver) * (gold + silver - 1)))
    return chances[0] / sum(chances)


SCHEMAS = (
    Schema(
        "beads",
        (
            "{one} lays {red} red, {blue} blue, {green} green and {white} white beads in a row. Beads of one "
            "colour look the same. How many different rows are possible?",
            "How many different colour patterns can {one} show with a row of beads that is made of exactly "
            "{red} red, {blue} blue, {green} green and {white} white beads?",
        ),
        _beads,
        lambda g: str(factorial(sum(g.values())) // prod(factorial(number) for number in g.values())),
        """
        from math import comb
        places, ways = red + blue + green + white, 1
        for colour in (red, blue, green, white):
            ways *= comb(places, colour)
            places -= colour
        print(ways)
        """,
    ),
    Schema(
        "urn",
        (
            "{one}'s urn holds {white} white and {black} black balls. {drawn} balls are drawn at random, "
            "none of them put back. What is the probability that exactly {hits} of the drawn balls are "
            "white?",
            "{one} takes {drawn} of the balls in a bag with {black} black and {white} white balls, blindly "
            "and at once. How likely is it that there are exactly {hits} white ones among them?",
        ),
        _urn,
        lambda g: str(_white(g)),
        """
        from fractions import Fraction
        chance = {0: Fraction(1)}
        for taken in range(drawn):
            left = white + black - taken
            after = {}
            for hit, p in chance.items():
                good = white - hit
                after[hit + 1] = after.get(hit + 1, 0) + p * good / left
                after[hit] = after.get(hit, 0) + p * (left - good) / left
            chance = after
        print(chance[hits])
        """,
    ),
    Schema(
        "letters",
        (
            "{letters} letters to different people are put into the {letters} envelopes that {two} has "
            "addressed to these people, one in each, by {one}, who does not look. In how many of the "
            "possible ways are exactly {right} letters in the right envelope?",
            "In how many ways can {one} and {two} arrange the numbers from 1 to {letters} in a row so that "
            "exactly {right} of them stand at the place that they name (number 1 first, number 2 second, and "
            "so on)?",
        ),
        _letters,
        lambda g: str(_misplaced(g)),
        """
        from math import comb
        wrong = letters - right
        all_wrong = [1, 0]
        for n in range(2, wrong + 1):
            all_wrong.append((n - 1) * (all_wrong[n - 1] + all_wrong[n - 2]))
        print(comb(letters, right) * all_wrong[wrong])
        """,
    ),
    Schema(
        "boxes",
        (
            "Box 1 holds {g1} gold and {s1} silver coins, box 2 {g2} gold and {s2} silver coins, box 3 {g3} "
            "gold and {s3} silver coins. {one} chooses one of the three boxes, each with the same chance, "
            "and draws two coins from it at random without putting the first one back. Both are gold. What "
            "is the probability that the chosen box is box 1?",
            "Three chests hold gold and silver coins: the left one {g1} gold and {s1} silver, the middle one "
            "{g2} and {s2}, the right one {g3} and {s3}, gold always named first. {one} reaches into a chest "
            "taken evenly at random and pulls out two coins at once, which turn out to be gold, both of "
            "them. With this known, how likely is it that it was the left chest?",
        ),
        _boxes,
        lambda g: str(_first_box(g)),
        """
        from fractions import Fraction
        both = []
        for gold, silver in [(g1, s1), (g2, s2), (g3, s3)]:
            coins = gold + silver
            both.append(Fraction(gold * (gold - 1), coins * (coins - 1)) / 3)
        print(both[0] / sum(both))
        """,
    ),
    Schema(
        "match",
        (
            "{one} and {two} play games until one of them has won {wins}. {one} wins each game with "
            "probability {above}/{below}, independently of the others; otherwise {two} wins it. What is the "
            "probability that they play exactly {games} games?",
            "A series between {one} and {two} ends as soon as one of them has {wins} wins. In every game "
            "{one} wins with probability {above}/{below} and {two} in all other cases, whatever happened "
            "before. How likely is a series of exactly {games} games?",
        ),
        _match,
        lambda g: str(_ended(g)),
        """
        from fractions import Fraction
        p = Fraction(above, below)
        scores = {(0, 0): Fraction(1)}
        for game in range(games):
            after = {}
            for (a, b), chance in scores.items():
                if max(a, b) < wins:
                    after[a + 1, b] = after.get((a + 1, b), 0) + chance * p
                    after[a, b + 1] = after.get((a, b + 1), 0) + chance * (1 - p)
            scores = after
        print(sum(chance for score, chance in scores.items() if max(score) == wins))
        """,
    ),
    Schema(
        "tosses",
        (
            "{one} tosses a fair coin {tosses} times, and {two} looks on. What is the probability that it "
            "never shows heads {run} times in a row?",
            "{one} writes down {tosses} digits for {two} and chooses each as 0 or 1 with equal chances, "
            "independently of the others. How likely is it that no {run} neighbouring digits are all 1?",
        ),
        _coins,
        lambda g: str(_no_run(g)),
        """
        from fractions import Fraction
        ending = [1] + [0] * (run - 1)  # by the number of heads at the end
        for toss in range(tosses):
            after = [0] * run
            for heads, ways in enumerate(ending):
                after[0] += ways
                if heads + 1 < run:
                    after[heads + 1] += ways
            ending = after
        print(Fraction(sum(ending), 2 ** tosses))
        """,
    ),
    Schema(
        "grid",
        (
            "A city map is a grid of streets. {one} walks from {two} at the crossing (0, 0) to the crossing "
            "({east}, {north}), and each step leads one block east, adding 1 to the first coordinate, or one "
            "block north, adding 1 to the second. The crossing ({x}, {y}) is closed. How many ways of "
            "walking avoid it?",
            "{one} draws for {two} a path of unit steps to the right and up from the point (0, 0) to the "
            "point ({east}, {north}) without touching the point ({x}, {y}). How many such paths are there?",
        ),
        _grid,
        lambda g: str(_paths(g)),
        """
        ways = {(0, 0): 1}
        for i in range(east + 1):
            for j in range(north + 1):
                if i + j > 0:
                    ways[i, j] = ways.get((i - 1, j), 0) + ways.get((i, j - 1), 0)
                if (i, j) == (x, y):
                    ways[i, j] = 0
        print(ways[east, north])
        """,
    ),
    Schema(
        "dice",
        (
            "{one} rolls {dice} fair dice; the faces of each are numbered from 1 to {faces}. What is the "
            "probability that the numbers rolled add up to {total}?",
            "A fair die with faces 1 to {faces} is thrown {dice} times by {one}. How likely is it that the "
            "sum of all throws is exactly {total}?",
        ),
        _dice,
        lambda g: str(_rolled(g)),
        """
        from fractions import Fraction
        ways = {0: 1}
        for die in range(dice):
            after = {}
            for so_far, number in ways.items():
                for face in range(1, faces + 1):
                    after[so_far + face] = after.get(so_far + face, 0) + number
            ways = after
        print(Fraction(ways[total], faces ** dice))
        """,
    ),
    Schema(
        "multiples",
        (
            "{one} marks each of the whole numbers from 1 to {most} that is divisible by exactly one of the "
            "two numbers {a} and {b}. How many numbers are marked?",
            "Among 1, 2, 3 and so on up to {most}, {one} looks for the numbers that are a multiple of {a} or "
            "of {b}, but not of both. How many are there?",
        ),
        _multiples,
        lambda g: str(_either(g)),
        """
        count = 0
        for number in range(1, most + 1):
            if (number % a == 0) != (number % b == 0):
                count += 1
        print(count)
        """,
    ),
    Schema(
        "larger",
        (
            "Two fair dice have {n} faces each, numbered from 1 to {n}. {one} rolls both and gets as many "
            "points as the larger of the two numbers (either one if they are equal) if it is {least} or "
            "more, otherwise no points; for two equal numbers of any size there are {bonus} points on top. "
            "What is the expected number of points?",
            "{one} picks two numbers independently and evenly from 1 to {n}. The score is the maximum of the "
            "two, but 0 if that maximum is below {least}; whenever the two numbers agree, {bonus} is added "
            "to the score. What is the mean score?",
        ),
        _larger,
        lambda g: str(_expected(g)),
        """
        from fractions import Fraction
        total = 0
        for one in range(1, n + 1):
            for two in range(1, n + 1):
                best = max(one, two)
                total += (best >= least) * best + (one == two) * bonus
        print(Fraction(total, n * n))
        """,
    ),
    Schema(
        "sweets",
        (
            "{one} shares out {sweets} equal sweets among {children} children, all of them. Every child gets "
            "at least one sweet and none gets more than {most}. In how many ways can this be done, if it "
            "only matters how many sweets each child gets?",
            "How many lists of {children} whole numbers, each from 1 to {most}, have the sum {sweets}? {one} "
            "counts lists with the same numbers in another order as different.",
        ),
        _sweets,
        lambda g: str(_shared(g)),
        """
        ways = {0: 1}
        for child in range(children):
            after = {}
            for given, number in ways.items():
                for more in range(1, most + 1):
                    after[given + more] = after.get(given + more, 0) + number
            ways = after
        print(ways[sweets])
        """,
    ),
)

"""Grade-school word problems of four to eight steps, easy to harder, with sentences that do not matter."""

import random
from itertools import accumulate
from operator import mul

from reckon.tasks.material.schemas import Given, Schema, sized

SPEEDS = (10, 12, 15, 20, 30, 60)


def _candles(rng: random.Random, difficulty: float) -> Given:
    slow, hours = sized(rng, difficulty, 9, 40), sized(rng, difficulty, 6, 40, low=2)
    fast = slow + sized(rng, difficulty, 6, 30, low=1)
    left = sized(rng, difficulty, 40, 500, low=9)
    return {"tall": left + fast * hours, "short": left + slow * hours, "fast": fast, "slow": slow}


def _fines(rng: random.Random, difficulty: float) -> Given:
    days, late = rng.randint(3, 14), sized(rng, difficulty, 20, 200, low=2)
    given = {
        "books": sized(rng, difficulty, 5, 30, low=2),
        "days": days,
        "low": sized(rng, difficulty, 12, 60),
    }
    return {**given, "high": given["low"] + sized(rng, difficulty, 20, 90), "late": days + late}


def _ride(rng: random.Random, difficulty: float) -> Given:
    legs = [sized(rng, difficulty, 12, 150, low=3) for _ in range(2)]
    first, second = rng.sample(SPEEDS, 2)
    given = {"first": legs[0], "fast": first, "second": legs[1], "slow": second}
    return {**given, "rest": sized(rng, difficulty, 30, 95, low=5)}


def _overtime(rng: random.Random, difficulty: float) -> Given:
    week = rng.choice((35, 36, 38, 40))
    given = {"rate": 10 * sized(rng, difficulty, 3, 30), "week": week}
    return {
        **given,
        "hours": week + sized(rng, difficulty, 10, 30),
        "rent": sized(rng, difficulty, 300, 900, low=80),
    }


def _exam(rng: random.Random, difficulty: float) -> Given:
    """Three tests count once and the last one twice, so that the mean is over five."""
    tests = [rng.randint(41, 40 + sized(rng, difficulty, 30, 59, low=20)) for _ in range(3)]
    last = rng.randint(45, 99)
    if (sum(tests) + 2 * last) % 5:
        return _exam(rng, difficulty)
    return {"a": tests[0], "b": tests[1], "c": tests[2], "mean": (sum(tests) + 2 * last) // 5}


def _eggs(rng: random.Random, difficulty: float) -> Given:
    """Half and some more, then a third of the rest and some more, told backwards."""
    left = sized(rng, difficulty, 20, 600, low=3)
    later = sized(rng, difficulty, 10, 90)
    later += (left + later) % 2
    middle = (left + later) * 3 // 2
    return {"more": sized(rng, difficulty, 20, 300), "later": later, "left": left, "middle": middle}


def _gates(rng: random.Random, difficulty: float) -> Given:
    rates = [sized(rng, difficulty, 12, 90, low=4) for _ in range(2)]
    alone, both = (sized(rng, difficulty, 12, 90, low=3) for _ in range(2))
    leave = rng.randint(2, min(rates) - 1)
    room = rates[0] * alone + (sum(rates) - leave) * both
    return {"room": room, "first": rates[0], "alone": alone, "second": rates[1], "leave": leave}


def _cup(rng: random.Random, difficulty: float) -> Given:
    given = {
        "groups": 2 ** rng.randint(1, 2 + round(difficulty * 2)),
        "teams": sized(rng, difficulty, 6, 14, low=3),
    }
    return {
        **given,
        "minutes": sized(rng, difficulty, 40, 95, low=20),
        "pause": sized(rng, difficulty, 9, 30),
    }


def _paint(rng: random.Random, difficulty: float) -> Given:
    long, wide, high = (sized(rng, difficulty, 9, 60, low=3) for _ in range(3))
    given = {
        "long": long,
        "wide": wide,
        "high": high,
        "windows": rng.randint(2, 2 * high),
        "coats": rng.randint(2, 4),
    }
    return {**given, "covers": rng.randint(5, 14), "price": sized(rng, difficulty, 20, 90, low=6)}


def _orchard(rng: random.Random, difficulty: float) -> Given:
    given = {"rows": sized(rng, difficulty, 12, 90, low=5), "trees": sized(rng, difficulty, 12, 80, low=4)}
    given |= {"every": rng.randint(3, 5), "apples": sized(rng, difficulty, 30, 90, low=9)}
    return {**given, "pears": sized(rng, difficulty, 30, 90, low=9), "crate": rng.randint(8, 24)}


def _machines(rng: random.Random, difficulty: float) -> Given:
    first, second = (sized(rng, difficulty, 30, 400, low=11) for _ in range(2))
    hours, late = sized(rng, difficulty, 7, 30, low=2), sized(rng, difficulty, 9, 40, low=2)
    order = (first + second) * hours + first * late + rng.randint(1, first)
    return {"order": order, "first": first, "second": second, "hours": hours, "bad": rng.randint(3, 9)}


def _club(rng: random.Random, difficulty: float) -> Given:
    members = sized(rng, difficulty, 12, 90, low=5)
    given = {"members": members, "brings": rng.randint(2, 4), "leave": rng.randint(2, members - 1)}
    return {**given, "months": sized(rng, difficulty, 4, 9, low=3), "fee": sized(rng, difficulty, 9, 40)}


SCHEMAS = (
    Schema(
        "candles",
        (
            "Two candles are lit at the same moment. One is {tall} millimetres tall and loses {fast} "
            "millimetres an hour; the other is {short} millimetres tall and loses {slow} millimetres an hour."
            "{aside} How many millimetres tall are they when they are equally tall?",
            "A candle of {tall} millimetres gets {fast} millimetres shorter in every hour it burns, and one "
            "of {short} millimetres gets {slow} millimetres shorter. {one} lights both together and blows "
            "them out when neither is taller.{aside} What height in millimetres do they have then?",
        ),
        _candles,
        lambda g: str(g["tall"] - g["fast"] * ((g["tall"] - g["short"]) // (g["fast"] - g["slow"]))),
        "apart = tall - short\nhours = apart // (fast - slow)\nprint(tall - fast * hours)",
        (
            "The candles are {k} millimetres thick.",
            "{k} more candles lie in a drawer.",
            "Each candle cost {k} dollars.",
        ),
    ),
    Schema(
        "fines",
        (
            "For a book that is late, a library asks {low} cents for each of the first {days} late days and "
            "{high} cents for each late day after those. {one} brings back {books} books, all {late} days "
            "late.{aside} How many cents must {one} pay?",
            "{one} forgot {books} library books and returns them {late} days too late. Per book and day the "
            "library wants {low} cents at first, but {high} cents from the day after late day {days} on."
            "{aside} What does {one} owe in cents?",
        ),
        _fines,
        lambda g: str(g["books"] * (g["days"] * g["low"] + (g["late"] - g["days"]) * g["high"])),
        "first = days * low\nrest = (late - days) * high\nprint(books * (first + rest))",
        (
            "{two} returns {k} books in time.",
            "The library has {k} thousand books.",
            "One book has {k} pictures.",
        ),
    ),
    Schema(
        "ride",
        (
            "{one} cycles {first} kilometres at {fast} kilometres an hour, rests for {rest} minutes and then "
            "goes on for {second} kilometres at {slow} kilometres an hour.{aside} How many minutes does all "
            "this take?",
            "On a tour, {one} rides {first} kilometres with {fast} kilometres an hour before a break and "
            "{second} kilometres with {slow} kilometres an hour after it. The break is {rest} minutes long."
            "{aside} How many minutes pass from the start of the tour to its end?",
        ),
        _ride,
        lambda g: str(g["first"] * 60 // g["fast"] + g["rest"] + g["second"] * 60 // g["slow"]),
        "before = first * 60 // fast\nafter = second * 60 // slow\nprint(before + rest + after)",
        (
            "The bicycle weighs {k} pounds.",
            "{two} starts {k} minutes later.",
            "{one} drinks {k} sips of water.",
        ),
    ),
    Schema(
        "overtime",
        (
            "{one} earns {rate} dollars an hour for the first {week} hours of a week and one and a half "
            "times as much for every hour after that. One fifth of the pay goes to tax, and then {rent} "
            "dollars to rent. This week {one} worked {hours} hours.{aside} How many dollars remain? (If the "
            "rent is more than what is there, the answer is negative.)",
            "A job pays {rate} dollars an hour up to {week} hours a week; further hours count one and a "
            "half times. {one} worked {hours} hours, paid a fifth of the earnings as tax and took {rent} "
            "dollars of the rest for rent.{aside} What is left in dollars? (A debt counts as negative.)",
        ),
        _overtime,
        lambda g: str(
            (g["rate"] * g["week"] + g["rate"] * 3 // 2 * (g["hours"] - g["week"])) * 4 // 5 - g["rent"]
        ),
        "extra = hours - week\npay = rate * week + rate * 3 // 2 * extra\nafter_tax = pay - pay // 5\n"
        "print(after_tax - rent)",
        (
            "The firm has {k} workers.",
            "{two} earned {k} dollars with a lottery ticket.",
            "The way to work takes {k} minutes.",
        ),
    ),
    Schema(
        "exam",
        (
            "{one} scored {a}, {b} and {c} points in three tests. The last exam counts like two "
            "tests.{aside} How many points does {one} need in it for a weighted mean of {mean}?",
            "A course has three tests and an exam that counts twice in the mean. {one} has {a}, {b} and {c} "
            "points from the tests and wants {mean} points as the mean of the course.{aside} How many points "
            "must the exam bring?",
        ),
        _exam,
        lambda g: str((5 * g["mean"] - g["a"] - g["b"] - g["c"]) // 2),
        "wanted = mean * (3 + 2)\nso_far = a + b + c\nprint((wanted - so_far) // 2)",
        (
            "{two} scored {k} points in a sports test.",
            "The exam has {k} questions.",
            "The exam lasts {k} minutes.",
        ),
    ),
    Schema(
        "eggs",
        (
            "{one} sells half of the eggs in a basket and then {more} more. Of those that remain, {two} "
            "takes a third, and {later} further eggs break. In the end {left} eggs are left.{aside} How "
            "many eggs were in the basket at first?",
            "A basket of eggs is emptied in steps: half of the eggs go, then {more} eggs; then a third of "
            "the rest, then {later} eggs. {left} eggs are still there.{aside} With how many eggs did it "
            "begin?",
        ),
        _eggs,
        lambda g: str(2 * (g["middle"] + g["more"])),
        "before_breaking = left + later\nbefore_third = before_breaking * 3 // 2\nhalf = before_third + "
        "more\nprint(2 * half)",
        ("An egg costs {k} cents.", "An egg weighs {k} grams.", "The basket is {k} years old."),
    ),
    Schema(
        "gates",
        (
            "An empty hall has room for {room} people. At first one gate is open and lets in {first} people "
            "a minute. After {alone} minutes a second gate opens as well, which lets in {second} people a "
            "minute, and from then on {leave} people a minute go home.{aside} After how many minutes from "
            "the opening of the first gate is the hall full?",
            "{first} people a minute enter an empty hall by the west gate. {alone} minutes later the east "
            "gate opens too and lets in {second} a minute, but now {leave} a minute also leave. There is "
            "room for {room} people.{aside} How many minutes after the west gate opened is there "
            "no room left?",
        ),
        _gates,
        lambda g: str(
            g["alone"] + (g["room"] - g["first"] * g["alone"]) // (g["first"] + g["second"] - g["leave"])
        ),
        "inside = first * alone\nnet = first + second - leave\nmore = (room - inside) // net\nprint(alone + "
        "more)",
        ("A ticket costs {k} dollars.", "The concert lasts {k} minutes.", "{k} guards stand at the gates."),
    ),
    Schema(
        "cup",
        (
            "{groups} groups of {teams} teams play for a cup. In each group every team plays every other "
            "team once. The two best teams of each group go on to a knock-out: who loses is out, until one "
            "team is left. A match takes {minutes} minutes, and between one match and the next there is a "
            "pause of {pause} minutes. Only one match is played at a time, and no match is for third "
            "place.{aside} How many minutes does the whole cup take?",
            "A cup starts with {groups} groups of {teams} teams, all against all within a group, one match "
            "per pair. First and second of every group then meet in a knock-out without a match for third "
            "place, where each match removes one team until the winner stands. There is one field; matches "
            "of {minutes} minutes follow each other with {pause} minutes in between.{aside} How many "
            "minutes are there from the first whistle to the last?",
        ),
        _cup,
        lambda g: str(
            (g["groups"] * g["teams"] * (g["teams"] - 1) // 2 + 2 * g["groups"] - 1)
            * (g["minutes"] + g["pause"])
            - g["pause"]
        ),
        "in_group = teams * (teams - 1) // 2\nknock_out = 2 * groups - 1\nmatches = groups * in_group + "
        "knock_out\nprint(matches * minutes + (matches - 1) * pause)",
        ("A team has {k} players.", "Last year {k} goals were scored.", "The field has {k} lamps."),
    ),
    Schema(
        "paint",
        (
            "A room is {long} metres long, {wide} metres wide and {high} metres high. {one} paints its four "
            "walls and the ceiling, but not {windows} square metres of doors and windows in the walls. "
            "Everything is painted {coats} times. A tin is enough for {covers} square metres, painted once, "
            "and costs {price} dollars. Only whole tins can be bought.{aside} How many dollars does the "
            "paint cost?",
            "{one} buys paint for the ceiling and the four walls of a room of {long} by {wide} metres with a "
            "height of {high} metres. Doors and windows, {windows} square metres of the walls, stay as they "
            "are. The paint is put on {coats} times, one tin of it costs {price} dollars and covers {covers} "
            "square metres a single time, and shops do not open tins.{aside} What must {one} spend, in "
            "dollars?",
        ),
        _paint,
        lambda g: str(
            -(
                -(
                    (2 * (g["long"] + g["wide"]) * g["high"] + g["long"] * g["wide"] - g["windows"])
                    * g["coats"]
                )
                // g["covers"]
            )
            * g["price"]
        ),
        "walls = 2 * (long + wide) * high - windows\narea = (walls + long * wide) * coats\ntins = area // "
        "covers\nif area % covers:\n    tins += 1\nprint(tins * price)",
        ("A brush costs {k} dollars.", "The floor has {k} tiles.", "The paint dries in {k} hours."),
    ),
    Schema(
        "orchard",
        (
            "An orchard has {rows} rows of {trees} trees. Rows number {every}, twice {every}, three times "
            "{every} and so on are pear trees, all the others apple trees. An apple tree gives {apples} "
            "kilograms of fruit and a pear tree {pears} kilograms. Apples and pears are packed separately "
            "in crates of {crate} kilograms; what does not fill a crate is eaten.{aside} How many full "
            "crates are there?",
            "In an orchard with {rows} rows, {trees} trees to the row, each row whose number is a multiple "
            "of {every} has pears, and the remaining rows have apples. Every pear tree bears {pears} "
            "kilograms and every apple tree {apples} kilograms. All pears together, and likewise all apples "
            "together, go into crates that hold {crate} kilograms of one kind, and a crate not filled does "
            "not count.{aside} How many crates are filled?",
        ),
        _orchard,
        lambda g: str(
            g["rows"] // g["every"] * g["trees"] * g["pears"] // g["crate"]
            + (g["rows"] - g["rows"] // g["every"]) * g["trees"] * g["apples"] // g["crate"]
        ),
        "pear_rows = rows // every\napple_rows = rows - pear_rows\npear_crates = pear_rows * trees * pears "
        "// crate\napple_crates = apple_rows * trees * apples // crate\nprint(pear_crates + apple_crates)",
        (
            "The trees are {k} years old.",
            "{k} beehives stand between them.",
            "{one} needs {k} minutes for a tree.",
        ),
    ),
    Schema(
        "machines",
        (
            "Two machines make screws for an order of {order} good screws. The first makes {first} screws "
            "an hour and the second {second}, all of them good. After {hours} hours the second machine "
            "breaks down for good, and from then on {bad} of each hour's screws of the first are "
            "bad.{aside} How many hours from the start are needed, rounded up to full hours?",
            "An order asks for {order} good screws. Machine A gives {first} an hour and machine B {second} "
            "an hour. Both run for {hours} hours without a fault. Then B stops for ever, and A goes on, but "
            "now with {bad} useless screws among those of every hour.{aside} After how many whole hours "
            "since the beginning is the order complete for the first time?",
        ),
        _machines,
        lambda g: str(
            g["hours"] - (-(g["order"] - (g["first"] + g["second"]) * g["hours"]) // (g["first"] - g["bad"]))
        ),
        "made, time = 0, 0\nwhile made < order:\n    made += first\n    if time < hours:\n        made += "
        "second\n    else:\n        made -= bad\n    time += 1\nprint(time)",
        ("A screw is {k} millimetres long.", "The machines are {k} months old.", "{k} people work there."),
    ),
    Schema(
        "club",
        (
            "A club begins with {members} members. In each month every member first brings in {brings} new "
            "members, then {leave} members leave, and then each one who is in the club pays {fee} dollars."
            "{aside} How many dollars have been paid in all after {months} months?",
            "Month after month the same happens in a club that {members} people founded: each member wins "
            "{brings} new ones; {leave} of all members go away; all who are then members pay {fee} dollars "
            "each.{aside} What sum, in dollars, has come in by the end of month {months}?",
        ),
        _club,
        lambda g: str(_paid(g)),
        "paid = 0\nfor month in range(months):\n    members += members * brings\n    members -= leave\n"
        "    paid += members * fee\nprint(paid)",
        (
            "The club's house has {k} rooms.",
            "{two} joined another club for {k} dollars.",
            "They meet {k} times a year.",
        ),
    ),
)


def _paid(g: Given) -> int:
    """members(n) = (m - c) q^n + c with q = 1 + brings and c = leave / brings, summed over the months."""
    q, n = 1 + g["brings"], g["months"]
    powers = sum(accumulate([q] * n, mul))
    total: int = (g["members"] * g["brings"] - g["leave"]) * powers + g["leave"] * n
    return total * g["fee"] // g["brings"]

"""Schemas of word problems with large numbers and whole answers, from few steps to many."""

import random

from reckon.tasks.material.family import number_of, scaled
from reckon.tasks.material.schemas import Given, Schema


def _large(rng: random.Random, difficulty: float) -> int:
    return number_of(rng, scaled(difficulty, 2, 6) + rng.randint(0, 1))


def _coins(rng: random.Random, difficulty: float) -> Given:
    number, price = rng.randint(3, 19), _large(rng, difficulty)
    return {"had": number * price + _large(rng, difficulty), "number": number, "price": price}


def _order(rng: random.Random, difficulty: float) -> Given:
    large = (_large(rng, difficulty) for _ in range(2))
    return {
        "chairs": next(large),
        "chair": rng.randint(12, 95),
        "tables": next(large),
        "table": rng.randint(40, 250),
    }


def _stamps(rng: random.Random, difficulty: float) -> Given:
    first = _large(rng, difficulty)
    return {"first": first, "times": rng.randint(3, 9), "fewer": rng.randint(2, first)}


def _crates(rng: random.Random, difficulty: float) -> Given:
    per, crates = rng.randint(13, 97), _large(rng, difficulty)
    return {"apples": per * crates + rng.randrange(per), "per": per, "price": rng.randint(11, 60)}


def _bottles(rng: random.Random, difficulty: float) -> Given:
    rate = _large(rng, difficulty)
    return {
        "rate": rate,
        "hours": rng.randint(2, 9),
        "minutes": rng.randint(5, 55),
        "broken": rng.randint(3, rate),
    }


def _ratio(rng: random.Random, difficulty: float) -> Given:
    small, more = rng.randint(2, 8), rng.randint(1, 7)
    part = _large(rng, difficulty)
    return {"first": small + more, "second": small, "profit": (2 * small + more) * part}


def _percent(rng: random.Random, difficulty: float) -> Given:
    first, second = (5 * rng.randint(3, 13) for _ in range(2))
    return {"stock": 400 * _large(rng, difficulty), "first": first, "second": second}


def _buses(rng: random.Random, difficulty: float) -> Given:
    people = [40 + _large(rng, difficulty) for _ in range(2)]
    cost = _large(rng, difficulty)
    return {"pupils": people[0], "adults": people[1], "seats": rng.randint(23, 79), "cost": cost}


def _exams(rng: random.Random, difficulty: float) -> Given:
    days, mean = rng.randint(6, 29), 60 + _large(rng, difficulty)
    return {"days": days, "mean": mean, "goal": mean + rng.randint(2, 50)}


def _tickets(rng: random.Random, difficulty: float) -> Given:
    child, more = rng.randint(4, 30), rng.randint(3, 25)
    children, adults = (_large(rng, difficulty) for _ in range(2))
    takings = child * children + (child + more) * adults
    return {"sold": children + adults, "adult": child + more, "child": child, "takings": takings}


def _workers(rng: random.Random, difficulty: float) -> Given:
    workers, days, left = rng.randint(12, 40), _large(rng, difficulty), rng.randint(2, 9)
    remaining = workers - left
    after = rng.randint(2, 30)
    return {"workers": workers, "days": remaining * days + after, "after": after, "left": left}


def _trains(rng: random.Random, difficulty: float) -> Given:
    slow, fast, start, time = (
        _large(rng, difficulty),
        _large(rng, difficulty),
        rng.randint(2, 9),
        rng.randint(3, 40),
    )
    return {"distance": slow * start + (slow + fast) * time, "slow": slow, "fast": fast, "start": start}


def _tank(rng: random.Random, difficulty: float) -> Given:
    leak = _large(rng, difficulty)
    pump, second, alone, both = (
        leak + _large(rng, difficulty),
        _large(rng, difficulty),
        *(rng.randint(3, 40) for _ in range(2)),
    )
    held = _large(rng, difficulty)
    full = held + (pump - leak) * alone + (pump - leak + second) * both
    return {"full": full, "held": held, "pump": pump, "leak": leak, "alone": alone, "second": second}


def _rows(rng: random.Random, difficulty: float) -> Given:
    rows, first = rng.randint(12, 60), _large(rng, difficulty)
    given = {"rows": rows, "first": first, "more": rng.randint(2, 40), "price": rng.randint(11, 90)}
    return {**given, "empty": rng.randint(2, rows * first // 2)}


def _deposits(rng: random.Random, difficulty: float) -> Given:
    first = _large(rng, difficulty)
    given = {"first": first, "weeks": rng.randint(6, 16), "rent": rng.randint(2, first)}
    return {**given, "owed": rng.randint(2, 3 * first)}


SCHEMAS = (
    Schema(
        "coins",
        (
            "Mira saved {had} coins. She buys {number} lamps that cost {price} coins each. How many coins "
            "are left?",
            "A lamp costs {price} coins. From the {had} coins in her box, Mira pays for {number} such lamps. "
            "How many coins stay in the box?",
        ),
        _coins,
        lambda g: str(g["had"] - g["number"] * g["price"]),
        "spent = number * price\nprint(had - spent)",
    ),
    Schema(
        "order",
        (
            "A hotel chain orders {chairs} chairs at {chair} dollars each and {tables} tables at {table} "
            "dollars each. How many dollars does the whole order cost?",
            "Chairs are sold for {chair} dollars and tables for {table} dollars apiece. What is the bill, in "
            "dollars, for {tables} tables together with {chairs} chairs?",
        ),
        _order,
        lambda g: str(g["chairs"] * g["chair"] + g["tables"] * g["table"]),
        "for_chairs = chairs * chair\nfor_tables = tables * table\nprint(for_chairs + for_tables)",
    ),
    Schema(
        "stamps",
        (
            "Arno owns {first} stamps. Bela has {times} times as many as Arno, less {fewer}. How many stamps "
            "do the two own together?",
            "If Bela found {fewer} more stamps, he would have exactly {times} times Arno's {first} stamps. "
            "How many stamps do Arno and Bela have in all, without that find?",
        ),
        _stamps,
        lambda g: str(g["first"] * (g["times"] + 1) - g["fewer"]),
        "other = times * first - fewer\nprint(first + other)",
    ),
    Schema(
        "crates",
        (
            "An orchard picks {apples} apples and packs them into crates of {per}. Only full crates are "
            "sold, at {price} dollars a crate; apples that do not fill a crate are given away. How many "
            "dollars come in?",
            "Full crates hold {per} apples and sell for {price} dollars each. An orchard with {apples} "
            "apples fills as many crates as it can and sells those. What are its takings in dollars?",
        ),
        _crates,
        lambda g: str(g["apples"] // g["per"] * g["price"]),
        "crates = apples // per\nprint(crates * price)",
    ),
    Schema(
        "bottles",
        (
            "A plant fills {rate} bottles a minute and runs for {hours} hours and {minutes} minutes. "
            "{broken} of the bottles break. How many filled bottles stay whole?",
            "For {hours} hours and another {minutes} minutes, a machine fills bottles, {rate} in each "
            "minute. Later {broken} of them are found broken. How many are not broken?",
        ),
        _bottles,
        lambda g: str(g["rate"] * (60 * g["hours"] + g["minutes"]) - g["broken"]),
        "time = hours * 60 + minutes\nfilled = rate * time\nprint(filled - broken)",
    ),
    Schema(
        "ratio",
        (
            "Two partners divide a profit of {profit} dollars in the ratio {first} to {second}. How many "
            "dollars more than the second does the first partner get?",
            "Of each {first} dollars that go to Ines, {second} dollars go to Jon, until all of {profit} "
            "dollars are divided between the two. By how many dollars is Ines's share larger than Jon's?",
        ),
        _ratio,
        lambda g: str(g["profit"] // (g["first"] + g["second"]) * (g["first"] - g["second"])),
        "part = profit // (first + second)\none = first * part\nother = second * part\nprint(one - other)",
    ),
    Schema(
        "percent",
        (
            "A warehouse holds {stock} litres of oil. In the first week it sells {first} percent of the oil, "
            "in the second week {second} percent of what was left after the first. How many litres remain "
            "after both weeks?",
            "{first} percent of a store of {stock} litres of oil is used up in June. In July, {second} "
            "percent of the rest goes too. How many litres are there at the end of July?",
        ),
        _percent,
        lambda g: str(g["stock"] * (100 - g["first"]) * (100 - g["second"]) // 10000),
        "stock -= stock * first // 100\nstock -= stock * second // 100\nprint(stock)",
    ),
    Schema(
        "buses",
        (
            "{pupils} pupils and {adults} adults go on a trip in buses with {seats} seats for passengers. A "
            "bus costs {cost} dollars however many seats are taken, and as few buses as possible are hired. "
            "How many dollars do the buses cost altogether?",
            "Hiring a bus costs {cost} dollars and takes up to {seats} passengers. A school with {pupils} "
            "pupils and {adults} grown-ups wants to seat everyone and to hire no bus too many. What does it "
            "pay for buses, in dollars?",
        ),
        _buses,
        lambda g: str(-(-(g["pupils"] + g["adults"]) // g["seats"]) * g["cost"]),
        "people = pupils + adults\nbuses = people // seats\nif people % seats:\n    buses += 1\nprint(buses "
        "* cost)",
    ),
    Schema(
        "mean",
        (
            "Over the first {days} days of a fair, the mean number of visitors a day was {mean}. How many "
            "visitors must come on the next day, so that the mean over all days up to then is {goal}?",
            "A fair counted {mean} visitors a day on average on {days} days. One day is left. To bring the "
            "average over all its days to {goal}, how many visitors does the fair need on that last day?",
        ),
        _exams,
        lambda g: str(g["goal"] + g["days"] * (g["goal"] - g["mean"])),
        "so_far = days * mean\nwanted = (days + 1) * goal\nprint(wanted - so_far)",
    ),
    Schema(
        "tickets",
        (
            "A circus sold {sold} tickets and took in {takings} dollars. An adult's ticket is {adult} "
            "dollars, a child's ticket {child} dollars, and there are no others. How many children's tickets "
            "were sold?",
            "Grown-ups pay {adult} dollars and children pay {child} dollars at a circus. Yesterday {sold} "
            "people paid {takings} dollars in total. How many of these people were children?",
        ),
        _tickets,
        lambda g: str((g["sold"] * g["adult"] - g["takings"]) // (g["adult"] - g["child"])),
        "if_all_adults = sold * adult\nmissing = if_all_adults - takings\nprint(missing // (adult - child))",
    ),
    Schema(
        "workers",
        (
            "{workers} workers would finish a road in {days} days, all of them working at the same steady "
            "rate. After {after} days of work together, {left} workers leave for good and the others go on "
            "at the same rate each. How many days in all, from the first day of work, does the road take?",
            "A road is a job of {days} days for {workers} equally fast workers. They begin together, but "
            "when {after} days have passed, {left} of them go home and never return; the rest finish the "
            "road. After how many days from the beginning is it finished?",
        ),
        _workers,
        lambda g: str(g["after"] + (g["days"] - g["after"]) * g["workers"] // (g["workers"] - g["left"])),
        "job = workers * days\ndone = workers * after\nothers = workers - left\nmore = (job - done) // "
        "others\nprint(after + more)",
    ),
    Schema(
        "trains",
        (
            "Two probes fly towards each other along a straight line from stations {distance} kilometres "
            "apart. The first leaves its station and covers {slow} kilometres each hour. The second leaves "
            "the other station {start} hours later and covers {fast} kilometres each hour. How many "
            "kilometres from the first probe's station do they meet?",
            "The line between stations P and Q is {distance} kilometres long. A probe starts at P and flies "
            "towards Q at {slow} kilometres an hour. {start} hours after it, another one starts at Q towards "
            "P at {fast} kilometres an hour. How far from P, in kilometres, is the place where they meet?",
        ),
        _trains,
        lambda g: str(
            g["slow"] * (g["start"] + (g["distance"] - g["slow"] * g["start"]) // (g["slow"] + g["fast"]))
        ),
        "ahead = slow * start\napart = distance - ahead\nhours = apart // (slow + fast)\nprint(ahead + slow "
        "* hours)",
    ),
    Schema(
        "tank",
        (
            "A tank that can hold {full} litres contains {held} litres. A pump adds {pump} litres every "
            "hour, while {leak} litres leak out every hour, all evenly. {alone} hours after the pump was "
            "started, a second pump is started as well, which adds {second} litres every hour. How many "
            "hours after the start of the first pump is the tank full?",
            "There are {held} litres in a tank with room for {full} litres. Water runs out of it through a "
            "crack at {leak} litres an hour all the time. At noon somebody opens a tap that gives {pump} "
            "litres an hour, and {alone} hours later also another tap that gives {second} litres an hour. "
            "How many hours after noon is the tank full?",
        ),
        _tank,
        lambda g: str(
            g["alone"]
            + (g["full"] - g["held"] - (g["pump"] - g["leak"]) * g["alone"])
            // (g["pump"] - g["leak"] + g["second"])
        ),
        "net = pump - leak\nheld += net * alone\nmissing = full - held\nmore = missing // (net + second)\n"
        "print(alone + more)",
    ),
    Schema(
        "rows",
        (
            "A stadium has {rows} rows. The first row has {first} seats, and each row after it has {more} "
            "seats more than the row before. For one match all seats but {empty} are sold, at {price} "
            "dollars each. How many dollars are taken in?",
            "Row by row, a stadium's rows grow by {more} seats, beginning with {first} seats in the first of "
            "its {rows} rows. A seat costs {price} dollars for tonight's match, and {empty} seats stay "
            "unsold. What are the takings of the match in dollars?",
        ),
        _rows,
        lambda g: str(
            (g["rows"] * g["first"] + g["more"] * g["rows"] * (g["rows"] - 1) // 2 - g["empty"]) * g["price"]
        ),
        "seats = 0\nfor row in range(rows):\n    seats += first + more * row\nprint((seats - empty) * price)",
    ),
    Schema(
        "deposits",
        (
            "Tomas puts {first} dollars into an account in the first week, and in each later week twice as "
            "much as in the week before, for {weeks} weeks in total. Every one of these weeks {rent} dollars "
            "are taken out for rent. At the end he pays a debt of {owed} dollars from the account, which was "
            "empty at the beginning and bears no interest. How many dollars are in it then?",
            "An account starts empty and bears no interest. During {weeks} weeks it gets one deposit a week: "
            "{first} dollars the first time, then always double the deposit before. Each week also takes "
            "away {rent} dollars. After the last week another {owed} dollars are taken away. How many "
            "dollars remain?",
        ),
        _deposits,
        lambda g: str(g["first"] * (2 ** g["weeks"] - 1) - g["rent"] * g["weeks"] - g["owed"]),
        "balance = 0\ndeposit = first\nfor week in range(weeks):\n    balance += deposit - rent\n    deposit "
        "*= 2\nprint(balance - owed)",
    ),
)

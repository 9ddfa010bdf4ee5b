"""Grade-school word problems of two to four steps, easy to harder, with sentences that do not matter."""

import random

from reckon.tasks.material.schemas import Given, Schema, sized


def _marbles(rng: random.Random, difficulty: float) -> Given:
    had, won = (sized(rng, difficulty, 30, 4000, low=9) for _ in range(2))
    return {"had": had, "won": won, "lost": rng.randint(2, had + won - 2)}


def _ages(rng: random.Random, difficulty: float) -> Given:
    age, more, years = (
        sized(rng, difficulty, 14, 60),
        sized(rng, difficulty, 9, 30),
        sized(rng, difficulty, 8, 30),
    )
    return {"age": age, "more": more, "years": years}


def _shelves(rng: random.Random, difficulty: float) -> Given:
    shelves, per = sized(rng, difficulty, 8, 90, low=3), sized(rng, difficulty, 12, 300, low=5)
    return {"shelves": shelves, "per": per, "lent": rng.randint(2, shelves * per // 2)}


def _ribbon(rng: random.Random, difficulty: float) -> Given:
    pieces, piece = sized(rng, difficulty, 6, 70, low=3), sized(rng, difficulty, 20, 95, low=8)
    return {"metres": pieces * piece // 100 + rng.randint(1, 9), "pieces": pieces, "piece": piece}


def _recipe(rng: random.Random, difficulty: float) -> Given:
    people, guests, each = (
        rng.randint(2, 8),
        sized(rng, difficulty, 20, 400, low=9),
        sized(rng, difficulty, 60, 300),
    )
    return {
        "people": people,
        "grams": people * each,
        "guests": guests,
        "have": rng.randint(2, guests * each - 1),
    }


def _third(rng: random.Random, difficulty: float) -> Given:
    price = sized(rng, difficulty, 12, 400)
    number = sized(rng, difficulty, 12, 200, low=4)
    return {"price": price, "number": number, "notes": (number * price) // 50 + 2}


def _pages(rng: random.Random, difficulty: float) -> Given:
    slow, fast = sized(rng, difficulty, 20, 90, low=6), sized(rng, difficulty, 30, 160, low=7)
    days, more = sized(rng, difficulty, 7, 40, low=3), sized(rng, difficulty, 9, 60, low=3)
    return {"pages": slow * days + fast * more, "slow": slow, "days": days, "fast": fast}


def _savings(rng: random.Random, difficulty: float) -> Given:
    spend, kept = sized(rng, difficulty, 9, 90), sized(rng, difficulty, 12, 150, low=3)
    weeks, had = sized(rng, difficulty, 12, 90, low=3), sized(rng, difficulty, 40, 900, low=5)
    return {"had": had, "gets": spend + kept, "spend": spend, "price": had + kept * weeks}


def _herd(rng: random.Random, difficulty: float) -> Given:
    hens, cows = (sized(rng, difficulty, 20, 900, low=3) for _ in range(2))
    return {"heads": hens + cows, "legs": 2 * hens + 4 * cows}


def _plan(rng: random.Random, difficulty: float) -> Given:
    free = sized(rng, difficulty, 60, 500, low=20)
    given = {
        "fee": sized(rng, difficulty, 12, 70, low=5),
        "free": free,
        "cents": sized(rng, difficulty, 12, 45),
    }
    return {**given, "minutes": free + sized(rng, difficulty, 50, 900, low=5)}


def _share(rng: random.Random, difficulty: float) -> Given:
    least, more = sized(rng, difficulty, 30, 3000, low=5), sized(rng, difficulty, 20, 800)
    times = rng.randint(2, 5)
    return {"total": least * (2 + times) + more, "more": more, "times": times}


def _trays(rng: random.Random, difficulty: float) -> Given:
    trays, per = sized(rng, difficulty, 9, 80, low=3), sized(rng, difficulty, 16, 60, low=8)
    burnt = rng.randint(2, trays * per // 3)
    return {
        "trays": trays,
        "per": per,
        "burnt": burnt,
        "box": rng.randint(3, 12),
        "price": rng.randint(3, 25),
    }


def _posts(rng: random.Random, difficulty: float) -> Given:
    gap = rng.randint(2, 9)
    long, wide = (gap * sized(rng, difficulty, 12, 150, low=3) for _ in range(2))
    return {"long": long, "wide": wide, "gap": gap, "price": sized(rng, difficulty, 12, 60, low=4)}


def _fuel(rng: random.Random, difficulty: float) -> Given:
    given = {"km": 50 * sized(rng, difficulty, 6, 60), "litres": 2 * rng.randint(2, 6)}
    return {
        **given,
        "cents": sized(rng, difficulty, 190, 320, low=120),
        "toll": sized(rng, difficulty, 12, 90),
    }


def _mixture(rng: random.Random, difficulty: float) -> Given:
    below, above = (sized(rng, difficulty, 5, 40) for _ in range(2))
    cheap, times = sized(rng, difficulty, 8, 60), sized(rng, difficulty, 5, 60, low=1)
    middle = cheap + below
    return {"kilos": above * times, "cheap": cheap, "dear": middle + above, "mean": middle}


SCHEMAS = (
    Schema(
        "marbles",
        (
            "{one} had {had} marbles, won {won} from {two} and then lost {lost}.{aside} How many marbles "
            "does {one} have now?",
            "In the morning {had} marbles were in {one}'s bag. {two} put in {won} more, but {lost} fell out."
            "{aside} How many are left in the bag?",
        ),
        _marbles,
        lambda g: str(g["had"] + g["won"] - g["lost"]),
        "now = had + won\nnow -= lost\nprint(now)",
        ("A marble weighs {k} grams.", "{two} keeps {k} marbles at home.", "They played for {k} minutes."),
    ),
    Schema(
        "ages",
        (
            "{one} is {age} years old and {two} is {more} years older.{aside} In {years} years, what will be "
            "the sum of their ages?",
            "{two} was born {more} years before {one}, who is {age} today.{aside} How many years will the "
            "two count together in {years} years?",
        ),
        _ages,
        lambda g: str(2 * g["age"] + g["more"] + 2 * g["years"]),
        "first = age + years\nsecond = age + more + years\nprint(first + second)",
        ("{one} lives at house number {k}.", "They have known each other for {k} months."),
    ),
    Schema(
        "shelves",
        (
            "The {shelves} shelves of a library were full, with {per} books each. Then {lent} of these "
            "books were lent out.{aside} How many books are still on the shelves?",
            "{lent} of the books of a library are with readers. When none is, each of its {shelves} shelves "
            "holds {per}.{aside} How many books stand on the shelves now?",
        ),
        _shelves,
        lambda g: str(g["shelves"] * g["per"] - g["lent"]),
        "books = shelves * per\nbooks -= lent\nprint(books)",
        ("A shelf is {k} feet long.", "The library has {k} chairs.", "The library was opened {k} years ago."),
    ),
    Schema(
        "ribbon",
        (
            "{one} has {metres} metres of ribbon and cuts off {pieces} pieces of {piece} centimetres each."
            "{aside} How many centimetres of ribbon remain?",
            "From a ribbon of {metres} metres, {one} makes {pieces} bows. Each takes {piece} centimetres."
            "{aside} How long is the rest, in centimetres?",
        ),
        _ribbon,
        lambda g: str(100 * g["metres"] - g["pieces"] * g["piece"]),
        "length = 100 * metres\nlength -= pieces * piece\nprint(length)",
        ("The ribbon is {k} millimetres wide.", "{one} paid {k} dollars for it."),
    ),
    Schema(
        "recipe",
        (
            "A soup for {people} people needs {grams} grams of beans. {one} cooks it for {guests} people and "
            "has {have} grams of beans.{aside} How many more grams does {one} need?",
            "{one} invites so many that the soup must be enough for {guests} plates. Its recipe says {grams} "
            "grams of beans for {people} plates, and {have} grams are there.{aside} How many grams of beans "
            "are missing?",
        ),
        _recipe,
        lambda g: str(g["grams"] // g["people"] * g["guests"] - g["have"]),
        "each = grams // people\nneeded = each * guests\nprint(needed - have)",
        (
            "The soup cooks for {k} minutes.",
            "{one} also buys {k} carrots for a cake.",
            "The pot weighs {k} ounces.",
        ),
    ),
    Schema(
        "third",
        (
            "A shop gives every third cup for free: of three cups, two are paid. A cup costs {price} "
            "dollars. {one} takes {number} cups at once and pays with {notes} notes of 50 dollars.{aside} "
            "How many dollars does {one} get back?",
            "Cups cost {price} dollars apiece, but each third one costs nothing. {one} wants {number} of "
            "them in one purchase and hands over {notes} fifty-dollar notes.{aside} What is the change, in "
            "dollars?",
        ),
        _third,
        lambda g: str(50 * g["notes"] - (g["number"] - g["number"] // 3) * g["price"]),
        "free = number // 3\ncost = (number - free) * price\nprint(50 * notes - cost)",
        (
            "A plate costs {k} dollars.",
            "The shop has {k} cups more in store.",
            "{two} bought {k} cups last week.",
        ),
    ),
    Schema(
        "pages",
        (
            "{one} reads a book of {pages} pages: {slow} pages on each of the first {days} days, then {fast} "
            "pages on every further day.{aside} On how many days in all does {one} read?",
            "A book has {pages} pages. For {days} days {one} manages {slow} pages a day, and from then on "
            "{fast} a day until the end.{aside} How many days does the whole book take?",
        ),
        _pages,
        lambda g: str(g["days"] + (g["pages"] - g["slow"] * g["days"]) // g["fast"]),
        "left = pages - slow * days\nmore = left // fast\nprint(days + more)",
        ("The book has {k} chapters.", "{two} has read it {k} times.", "The book costs {k} dollars."),
    ),
    Schema(
        "savings",
        (
            "{one} has {had} dollars and gets {gets} dollars every week, of which {spend} dollars go for "
            "lunch. A bicycle costs {price} dollars.{aside} After how many weeks can {one} pay for it?",
            "For a bicycle of {price} dollars, {one} puts away money. {had} dollars are there already. Each "
            "week {gets} dollars come in and {spend} dollars are used up.{aside} How many weeks must {one} "
            "wait until all the money is there?",
        ),
        _savings,
        lambda g: str((g["price"] - g["had"]) // (g["gets"] - g["spend"])),
        "missing = price - had\nkept = gets - spend\nprint(missing // kept)",
        (
            "The bicycle has {k} gears.",
            "{two} owes a friend {k} dollars.",
            "A helmet would cost {k} dollars.",
        ),
    ),
    Schema(
        "herd",
        (
            "A farm keeps hens and cows and no other animals. {one} counts {heads} heads and {legs} legs."
            "{aside} How many cows are there?",
            "On a farm all animals are cows with four legs or hens with two. There are {heads} animals with "
            "{legs} legs in total.{aside} How many of them are cows?",
        ),
        _herd,
        lambda g: str((g["legs"] - 2 * g["heads"]) // 2),
        "if_all_hens = 2 * heads\nextra = legs - if_all_hens\nprint(extra // 2)",
        (
            "A cow gives {k} litres of milk a day.",
            "The farm has {k} fields.",
            "The hens laid {k} eggs today.",
        ),
    ),
    Schema(
        "plan",
        (
            "A telephone contract costs {fee} dollars a month. {free} minutes are included, and each minute "
            "beyond them costs {cents} cents. In May, {one} talked for {minutes} minutes.{aside} How many "
            "cents does {one} pay for May?",
            "{one} called for {minutes} minutes in June. The contract says: {fee} dollars a month with "
            "{free} minutes for nothing, and {cents} cents for every minute after those.{aside} How high is "
            "the bill for June, in cents?",
        ),
        _plan,
        lambda g: str(100 * g["fee"] + (g["minutes"] - g["free"]) * g["cents"]),
        "extra = minutes - free\nbill = 100 * fee + extra * cents\nprint(bill)",
        ("The telephone is {k} months old.", "{two} pays {k} dollars elsewhere.", "{one} made {k} calls."),
    ),
    Schema(
        "share",
        (
            "{one}, {two} and their aunt share {total} dollars. {one} gets {more} dollars more than {two}, "
            "and the aunt gets {times} times as much as {two}.{aside} How many dollars does the aunt get?",
            "A prize of {total} dollars goes to {one}, {two} and an aunt. The aunt's part is {times} times "
            "{two}'s part, while {one}'s part is {more} dollars larger than {two}'s.{aside} How large is the "
            "aunt's part in dollars?",
        ),
        _share,
        lambda g: str((g["total"] - g["more"]) // (2 + g["times"]) * g["times"]),
        "parts = 1 + 1 + times\nsmallest = (total - more) // parts\nprint(smallest * times)",
        ("The aunt has {k} cousins.", "{k} others took part and won nothing."),
    ),
    Schema(
        "trays",
        (
            "A baker makes {trays} trays of {per} rolls. {burnt} rolls are burnt and thrown away. The good "
            "ones are packed in boxes of {box}, and only full boxes are sold, at {price} dollars each."
            "{aside} How many dollars do the boxes bring?",
            "Rolls are sold in boxes of {box} for {price} dollars a box; single rolls are not sold. Today "
            "{trays} trays with {per} rolls each came out of the oven, and {burnt} of all these rolls were "
            "too dark to sell.{aside} What does the baker take in, in dollars, if all full boxes are sold?",
        ),
        _trays,
        lambda g: str((g["trays"] * g["per"] - g["burnt"]) // g["box"] * g["price"]),
        "rolls = trays * per - burnt\nboxes = rolls // box\nprint(boxes * price)",
        (
            "The oven is {k} years old.",
            "A loaf costs {k} dollars.",
            "It is {k} days to Easter.",
        ),
    ),
    Schema(
        "posts",
        (
            "A fence runs around a rectangular field of {long} by {wide} metres. It has a post in each "
            "corner and further posts on all sides, so that neighbouring posts are {gap} metres apart. A "
            "post costs {price} dollars.{aside} How many dollars do all posts cost?",
            "{one} fences in a rectangle {long} metres long and {wide} metres wide. All along the border "
            "there is a post every {gap} metres, the four corners included. {one} pays {price} dollars for "
            "each post.{aside} What is the price of all the posts in dollars?",
        ),
        _posts,
        lambda g: str(2 * (g["long"] + g["wide"]) // g["gap"] * g["price"]),
        "border = 2 * (long + wide)\nposts = border // gap\nprint(posts * price)",
        ("A post is {k} inches high.", "{k} sheep graze on the field.", "The gate costs {k} dollars."),
    ),
    Schema(
        "fuel",
        (
            "A car needs {litres} litres of petrol for 100 kilometres. A litre costs {cents} cents. {one} "
            "drives {km} kilometres to the sea and the same way back, and pays a toll of {toll} dollars each "
            "way.{aside} How many cents do petrol and tolls cost together?",
            "The sea is {km} kilometres away. {one} drives there and back, at {litres} litres per 100 "
            "kilometres and {cents} cents per litre. In each direction a bridge costs {toll} dollars.{aside} "
            "What is paid for petrol and bridge in all, in cents?",
        ),
        _fuel,
        lambda g: str(2 * g["km"] * g["litres"] // 100 * g["cents"] + 200 * g["toll"]),
        "used = 2 * km * litres // 100\npetrol = used * cents\ntolls = 2 * toll * 100\nprint(petrol + tolls)",
        (
            "The car is {k} months old.",
            "{two} comes along and brings {k} dollars.",
            "The tank holds {k} litres.",
        ),
    ),
    Schema(
        "mixture",
        (
            "{one} has {kilos} kilograms of tea at {cheap} dollars a kilogram and adds tea at {dear} "
            "dollars a kilogram, until a kilogram of the mixture is worth {mean} dollars.{aside} How many "
            "kilograms of the dearer tea does {one} add?",
            "Two teas cost {cheap} and {dear} dollars per kilogram. {kilos} kilograms of the cheaper one "
            "are to be mixed with so much of the other that the blend costs {mean} dollars per "
            "kilogram.{aside} How many kilograms of the other are needed?",
        ),
        _mixture,
        lambda g: str(g["kilos"] * (g["mean"] - g["cheap"]) // (g["dear"] - g["mean"])),
        "missing = kilos * (mean - cheap)\ngain = dear - mean\nprint(missing // gain)",
        ("A tin holds {k} ounces.", "{two} sold {k} kilograms of coffee.", "The tea comes from {k} gardens."),
    ),
)

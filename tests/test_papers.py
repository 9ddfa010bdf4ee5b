"""The papers that docstrings name have numbers that arXiv can have given."""

import re
from datetime import date
from pathlib import Path

import reckon

ROOT = Path(reckon.__file__).parent
NAMED = re.compile(r"arxiv(?:\.org/(?:abs|pdf)/|[:\s]\s*)(?=\S*\d)(\S+)", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.])\d{4}\.\d{4,5}(?![\w]|\.\d)")


def fault(number, today):
    """Why arXiv cannot have given a number; "" where it can: YYMM.NNNN from 0704 on, YYMM.NNNNN from 1501."""
    if not (read := re.fullmatch(r"(\d\d)(\d\d)\.(\d{4,5})(?:v\d+)?", number)):
        return "no YYMM.NNNNN"
    year, month, digits = 2000 + int(read[1]), int(read[2]), len(read[3])
    if not 1 <= month <= 12 or not (2007, 4) <= (year, month) <= (today.year, today.month):
        return "no month that arXiv has numbered"
    return "" if digits == (5 if year >= 2015 else 4) else "a number of digits that its year did not have"


def test_every_number_is_one_that_arxiv_can_have_given():
    found = 0
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        if "xiv" not in text.lower() and not NUMBER.search(text):
            continue
        for number in {one.strip("().,;:\"'`") for one in NAMED.findall(text)} | set(NUMBER.findall(text)):
            found += 1
            assert not (why := fault(number, date.today())), f"{path.relative_to(ROOT)}: {number}: {why}"
    assert found > 300


def test_numbers_that_cannot_be_are_found():
    wrong = ("2413.01234", "2405.1234", "1412.34567", "0703.1234", "2601.00001v", "9901.00001", "2608.00001")
    assert all(fault(number, date(2026, 7, 1)) for number in wrong)
    assert not any(fault(number, date(2026, 7, 1)) for number in ("1412.3456", "1501.00001", "2607.12345v2"))

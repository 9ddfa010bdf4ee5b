"""The grader of mathematics: what is the same answer, what is not, and no text that it chokes on."""

import time
from fractions import Fraction

import pytest

from reckon.tasks.graders.latex import undressed, worth
from reckon.tasks.graders.mathematics import equivalent, grade_mathematics

SAME = [
    (r"\frac{1}{2}", "0.5"),
    (r"\frac{1}{2}", r"\dfrac12"),
    (r"\frac{\sqrt{3}}{3}", r"\frac{1}{\sqrt 3}"),
    (r"3\frac{1}{2}", "7/2"),
    ("1000", "$1{,}000$"),
    ("18", r"\$18.00"),
    ("90", r"90^\circ"),
    ("10", r"10\%"),
    (r"15\mbox{ cm}^2", "15"),
    ("5", "x = 5."),
    ("5", r"\boxed{5}"),
    (r"\sqrt{45}", r"3\sqrt5"),
    ("2^{10}", "1024"),
    ("-i", "-1i"),
    (r"\log_2 8", r"\log_{2}(8)"),
    ("x^2+2x", "x(x+2)"),
    ("y=2x+3", "y=3+2x"),
    (r"x \le 3", r"3 \geq x"),
    ("(1,2)", r"\left( 1, 2 \right)"),
    (r"(-\infty,2)\cup(3,\infty)", r"(3,+\infty) \cup (-\infty,2)"),
    (r"\{1,2\}", r"\{2,1\}"),
    ("-2, 5", "5 and -2"),
    (r"1\pm\sqrt2", r"1-\sqrt{2}, 1+\sqrt{2}"),
    (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"),
    (r"\text{(C)}", "C"),
    (r"\text{Evelyn}", "evelyn"),
]
OTHER = [
    ("1/3", "0.333"),
    ("12345678901234567890", "12345678901234567891"),
    ("2", "1+1"),
    ("4", r"\sqrt{16}"),
    ("50", "0.5"),
    ("5", "5 or 6"),
    ("5", "5, 5"),
    ("5", "5 is wrong"),
    ("5", "x=4"),
    ("(1,2)", "(2,1)"),
    ("(1,2)", "[1,2]"),
    ("(1,2)", "1,2"),
    (r"\{1,2\}", r"\{1\}"),
    ("x<3", "x>3"),
    (r"x\le 3", "x<3"),
    ("x^2", "x^3"),
    (r"\text{even}", r"\text{odd}"),
    (r"\pi", "3.14159265"),
    ("10110_2", "10110"),
    ("1", "١"),
    ("0", ""),
]
HOSTILE = [
    *("(" * 4000, "[" * 2000 + "]" * 2000, "1+" * 2000, "-" * 4000 + "1", "9" * 4000 + "x"),
    *("2^" * 150 + "2", "9^{9^{9^{9}}}", r"\sqrt" * 300 + "2", r"\frac" * 1000, "150!" * 40, "1," * 2000),
    *(r"\cup" * 1000, r"\text{" * 700, r"\left" * 800, "(1+" * 25 + "1" + ")" * 25, "10^{10^{10}}"),
    *("=1" * 1000, "((1,2)," * 500, r"\pm" * 1000, "1/0", r"\frac{1}{0}", "0^{-1}", r"\ln 0", "(-1)!", "nan"),
]


@pytest.mark.parametrize(("gold", "answer"), SAME)
def test_the_same_answer_in_another_form(gold, answer):
    assert equivalent(gold, answer)
    assert grade_mathematics(gold, answer).right


@pytest.mark.parametrize(("gold", "answer"), OTHER)
def test_another_answer(gold, answer):
    grade = grade_mathematics(gold, answer)
    assert grade.score == 0
    assert grade.reason


def test_hostile_text_is_graded_at_once():
    begun = time.process_time()
    for text in HOSTILE:
        for gold in ("5", "(1,2)", r"\sqrt{2}", "x+1"):
            assert not equivalent(gold, text), (gold, text[:30])
    assert time.process_time() - begun < 2


def test_values_are_exact():
    letters = {"x": Fraction(1, 3)}
    assert worth(undressed(r"\frac{x}{2} + 1/6"), letters) == Fraction(1, 3)
    assert worth("0.1+0.2", {}) == Fraction(3, 10)
    assert worth(r"\sqrt{9/4}", {}) == Fraction(3, 2)
    assert worth("2^{-3}", {}) == Fraction(1, 8)
    assert worth("1 2 +", {}) is None
    assert worth("", {}) is None

"""How often our graders agree with public ones: mathematics with math-verify, BIG-Bench Hard with equality.

    pip install math-verify
    python speed/grader_agreement.py [MATH-500.jsonl]

Each pair of a gold answer and an answer is judged beforehand: `same` is whether they say the same. It prints
how often the two graders agree, how often each is right, and every disagreement. The pairs are written for
this file: they show where the graders differ, not how often. For that give a file of MATH: each gold answer
is compared with ten forms of it, some the same and some not, and with another problem's answer.
"""

import re
import sys
from collections.abc import Iterator
from importlib import import_module

from reckon.benchmarks.bbh import Bbh
from reckon.benchmarks.math import Math
from reckon.tasks.graders.mathematics import equivalent
from reckon.values import Problem

SAME = r"""
1/2 | 0.5
\frac{1}{2} | \frac12
\frac{1}{2} | 1/2
\dfrac{3}{4} | 0.75
-\frac{3}{4} | \frac{-3}{4}
\frac{-1}{2} | -0.5
3\frac{1}{2} | 3.5
3\frac{1}{2} | \frac{7}{2}
1,000 | 1000
10,080 | 10080
1{,}234{,}567 | 1234567
\$18 | 18
18 | \$18.00
42 | 42.0
42 | $42$
42 | \boxed{42}
42 | 42.
42 | +42
0.5 | .5
10\% | 10
25 | 25\%
90^\circ | 90
90 | 90^{\circ}
15\mbox{ cm}^2 | 15
15 | 15\text{ cm}
5 \text{ inches} | 5
\sqrt{2}/2 | \frac{1}{\sqrt{2}}
3\sqrt{5} | \sqrt{45}
\sqrt{12} | 2\sqrt{3}
\frac{\sqrt{3}}{3} | \frac{1}{\sqrt3}
2+\sqrt{3} | \sqrt{3}+2
\sqrt[3]{2} | 2^{1/3}
\sqrt[3]{54} | 3\sqrt[3]{2}
\frac{\pi}{4} | \pi/4
2\pi | 2 \pi
\frac{3\pi}{2} | 1.5\pi
2^{10} | 1024
2^{-3} | \frac{1}{8}
10^{6} | 1000000
5! | 120
e^2 | e^{2}
\ln 2 | \ln(2)
\log_2 8 | \log_{2} 8
x^2+2x | x(x+2)
x^2+2x+1 | (x+1)^2
2x+3 | 3+2x
(x-1)(x+2) | x^2+x-2
\frac{x}{y} | x/y
\frac{2x}{4} | \frac{x}{2}
a^2-b^2 | (a-b)(a+b)
x^{-1} | \frac{1}{x}
6+9i | 9i+6
-i | -1i
(1,2) | (1, 2)
(1,2) | \left(1, 2\right)
\left(\frac{1}{2}, 3\right) | (0.5, 3)
(3,\frac{\pi}{2}) | \left(3,\frac{\pi}{2}\right)
[0,1) | \left[0, 1\right)
(-\infty,2)\cup(3,\infty) | (-\infty, 2) \cup (3, \infty)
(2,\infty) | (2, +\infty)
\{1,2\} | \{2,1\}
\{1,2,3\} | \{ 3, 2, 1 \}
1,2 | 2,1
-2, 5 | 5, -2
1\pm\sqrt{2} | 1+\sqrt{2}, 1-\sqrt{2}
x=5 | 5
5 | x=5
x = 5 | x=5
y=2x+3 | y = 3+2x
x\le 3 | x \leq 3
x \le 3 | 3 \ge x
x \in [0,1) | [0,1)
\begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}
\begin{pmatrix}1\\0.5\end{pmatrix} | \begin{pmatrix}1\\\frac{1}{2}\end{pmatrix}
\text{Evelyn} | Evelyn
\text{even} | \text{Even}
\text{(C)} | C
(B) | \text{B}
\text{Yes} | yes
10110_2 | 10110_2
2\cdot 10^5 | 200000
1.5 \times 10^{3} | 1500
12345678901234567890 | 12345678901234567890
p-q | -q+p
\frac{1}{3}+\frac{1}{6} | \frac{1}{2}
|x| | |x|
\sin^2 x | (\sin x)^2
\tan\frac{\pi}{4}\cdot\sqrt2 | \sqrt{2}
"""
DIFFERENT = r"""
1/3 | 0.333
1/3 | 0.33
2 | 3
42 | 43
42 | -42
0.5 | 0.51
2 | 1+1
10 | 2\cdot 5
4 | \sqrt{16}
120 | 5!
1024 | 2^{10}
12345678901234567890 | 12345678901234567891
100000000 | 100000001
50 | 0.5
\frac{1}{2} | 2
\frac{1}{2} | -\frac{1}{2}
\sqrt{2} | 1.41
\pi | 3.14
\pi | 3.14159
\frac{22}{7} | \pi
2\sqrt{3} | 3\sqrt{2}
x^2 | x^3
x^2+1 | x^2-1
2x | 2y
(x+1)^2 | x^2+1
(1,2) | (2,1)
(1,2) | [1,2]
(1,2) | (1,2]
(1,2) | (1,2,3)
(1,2) | 1,2
[0,1) | [0,1]
\{1,2\} | \{1,2,3\}
\{1,2\} | \{1\}
1,2 | 1,2,3
1,2 | 1
5 | 5 or 6
5 | 5, 6
5 | 5,5
5 | the answer is 5
5 | 5 is wrong
5 | x=4
x=5 | x=-5
x\le 3 | x<3
x\le 3 | x \ge 3
x<3 | x>3
(-\infty,2) | (-\infty,2]
(-\infty,2)\cup(3,\infty) | (-\infty,2)
\text{even} | \text{odd}
\text{(C)} | D
(B) | A, B
\text{Yes} | No
\text{Yes} | yes or no
10110_2 | 10110
10110_2 | 22
\begin{pmatrix}1&2\\3&4\end{pmatrix} | \begin{pmatrix}1&3\\2&4\end{pmatrix}
\begin{pmatrix}1\\2\end{pmatrix} | \begin{pmatrix}1&2\end{pmatrix}
6+9i | 6-9i
7 | 7^7
10 | 10^{10}
25\% | 0.25
3\frac{1}{2} | \frac{3}{2}
y=2x+3 | y=3x+2
\frac{1}{x} | x
e^2 | 7.389
2\pi | 6.28
1 | ١
0 |
"""
BBH_SAME = """
(A) | (A)
Yes | Yes
valid | valid
] ) | ] )
24 | 24
True | True
a b c | a b c
(A) | A
Yes | yes
True | true
(B) | (b)
-3 | -3
] ) | ]  )
Yes | Yes.
valid | 'valid'
"""
BBH_DIFFERENT = """
(A) | (B)
Yes | No
valid | invalid
] ) | ) ]
24 | 25
True | False
a b c | a c b
(A) | (A) (B)
Yes | Yes or No
24 | 24 25
(A) | AB
] ) | ]
invalid | valid
"""


def pairs(text: str, same: bool) -> list[tuple[str, str, bool]]:
    """The gold answers and answers of a list, with the judgement beforehand."""
    rows = [line.partition(" | ") for line in text.strip().split("\n")]
    return [(gold.removesuffix(" |"), answer, same) for gold, _, answer in rows]


def with_math_verify(gold: str, answer: str) -> bool:
    """As math-verify's own command does: both read as LaTeX or as plain text."""
    package = import_module("math_verify")
    how = (package.LatexExtractionConfig(), package.ExprExtractionConfig())

    def read(text: str) -> object:
        return package.parse(f"${text.strip().strip('$')}$", extraction_config=how)

    return bool(package.verify(read(gold), read(answer)))


def with_bbh(gold: str, answer: str) -> bool:
    """Our grader of BIG-Bench Hard."""
    forms = {"(": "date_understanding", "]": "dyck_languages", "a": "word_sorting"}
    number = gold.lstrip("-").isdecimal()
    dataset = "object_counting" if number else forms.get(gold[0], "navigate")
    return Bbh("").grade(Problem("", "bbh", "", gold, metadata={"dataset": dataset}), answer).right


def compare(title: str, ours, theirs, rows: list[tuple[str, str, bool]]) -> None:
    """Print the counts and the disagreements of two graders."""
    found = [(gold, answer, same, ours(gold, answer), theirs(gold, answer)) for gold, answer, same in rows]
    agree = sum(a == b for *_, a, b in found)
    right = [sum(given[n] == given[2] for given in found) for n in (3, 4)]
    print(f"{title}: {len(found)} pairs, agree on {agree}; right: ours {right[0]}, theirs {right[1]}")
    for gold, answer, same, a, b in found:
        if a != b or a != same:
            words = f"same={same!s:5} ours={a!s:5} theirs={b!s:5}"
            print(f"  {words}  {gold}  |  {answer}")


def altered(gold: str, another: str) -> Iterator[str]:
    """Forms of a gold answer: other dress, other numbers, another answer."""
    yield gold
    yield gold.replace("\\dfrac", "\\frac").replace("\\frac", "\\dfrac")
    yield gold.replace("\\left", "").replace("\\right", "")
    yield f"${gold}$"
    yield re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r"\1/\2", gold)
    yield gold.replace(" ", "")
    yield f"x={gold}"
    yield f"-{gold}"
    yield re.sub(r"\d+", lambda found: str(int(found[0]) + 1), gold, count=1)
    yield re.sub(r"\d+$", lambda found: str(int(found[0]) + 1), gold)
    yield another


def compare_on(path: str) -> None:
    """Print how often the two agree on altered forms of a file's gold answers, and where they do not."""
    golds = [problem.answer or "" for problem in Math(path).problems()]
    rows = [
        (g, form) for g, other in zip(golds, golds[1:] + golds[:1], strict=True) for form in altered(g, other)
    ]
    found = [(gold, form, equivalent(gold, form), with_math_verify(gold, form)) for gold, form in rows]
    apart = [row for row in found if row[2] != row[3]]
    print(f"{path}: {len(found)} pairs, agree on {len(found) - len(apart)}")
    for gold, form, ours, theirs in apart:
        print(f"  ours={ours!s:5} theirs={theirs!s:5}  {gold}  |  {form}")


if __name__ == "__main__":
    rows = pairs(SAME, True) + pairs(DIFFERENT, False)
    compare("mathematics, math-verify", equivalent, with_math_verify, rows)
    rows = pairs(BBH_SAME, True) + pairs(BBH_DIFFERENT, False)
    compare("BIG-Bench Hard, equality", with_bbh, str.__eq__, rows)
    for file in sys.argv[1:]:
        compare_on(file)

"""Finding tasks by name, and what single families promise beyond the contract."""

import subprocess
import sys
from datetime import date

import pytest

from reckon.errors import UsageError
from reckon.tasks import draw, find, find_all, names
from reckon.values import Problem


def test_find_by_name_expression_and_dotted_path():
    assert find("product").name == "product"
    assert find("Product(held_out=True)") != find("product")
    assert find("reckon.tasks.elementary.product:Product") == find("product")


@pytest.mark.parametrize("name", ["graders", "material", "reasoning_gym", "", "no.such:Thing", "json:dumps"])
def test_what_is_no_task_is_refused(name):
    with pytest.raises(UsageError):
        find(name)


def test_an_unknown_name_is_told_the_closest():
    with pytest.raises(UsageError, match=r"did you mean 'product'.*reckon tasks"):
        find("prodct")


def test_groups_name_each_task_once():
    assert [task.name for task in find_all(["all", "product"])] == list(names())
    assert [task.name for task in find_all(["weekday", "product", "weekday"])] == ["weekday", "product"]


def test_importing_the_folder_imports_no_family_and_no_package():
    code = (
        "import sys, reckon.tasks; print([m for m in sys.modules if 'product' in m or 'reasoning_gym' in m])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_dates_stay_between_1900_and_2099():
    for index in range(300):
        for name in ("weekday", "date_shift"):
            problem = draw(find(name), 1, index, 1.0)
            assert 1900 <= date.fromisoformat(str(problem.metadata["iso"])).year <= 2099
        assert 1900 <= date.fromisoformat(problem.answer or "").year <= 2099


def test_upper_case_is_told_from_lower_case():
    problem = Problem("", "string_edit", "", "MIRT")
    assert find("string_edit").grade(problem, "mirt").score == 0


@pytest.mark.parametrize(("answer", "score"), [("ff", 1), ("FF", 1), ("0xff", 1), ("0bff", 0), ("255", 0)])
def test_a_hexadecimal_answer_may_carry_its_own_prefix(answer, score):
    problem = Problem("", "base_conversion", "", "ff", metadata={"base": 16, "direction": "to"})
    assert find("base_conversion").grade(problem, answer).score == score


@pytest.mark.parametrize(
    ("answer", "score"),
    [("2 * 2 * 3", 1), ("2x2x3", 1), ("2 × 2 × 3", 1), ("2 3", 0), ("12", 0), ("4 x 3", 0)],
)
def test_prime_factors_are_joined_by_a_product_sign(answer, score):
    problem = Problem("", "prime_factors", "", "2 x 2 x 3")
    assert find("prime_factors").grade(problem, answer).score == score

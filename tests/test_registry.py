"""Names, classes and configurations that parse back."""

import pytest

from reckon import registry
from reckon.errors import UsageError
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.self_consistency import SelfConsistency


@pytest.mark.parametrize("name", registry.names("reasoners"))
def test_what_repr_prints_parses_back(name):
    built = registry.build("reasoners", name)
    assert registry.build("reasoners", repr(built)) == built


def test_nested_configurations_are_built():
    built = registry.build("reasoners", "SelfConsistency(inner=code_interpreter(max_calls=2), n=3)")
    assert built == SelfConsistency(inner=CodeInterpreter(max_calls=2), n=3)


def test_a_whole_number_and_nothing_serve_where_they_may():
    assert registry.build("reasoners", "Pal(temperature=1)").temperature == 1
    assert registry.build("reasoners", "Pal(temperature=None)").temperature is None


def test_a_dotted_path_names_somebody_elses():
    name = "reckon.reasoners.pal:Pal"
    assert type(registry.build("reasoners", name)).__name__ == "Pal"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("code_interprter", "did you mean code_interpreter"),
        ("Pal(shot=3)", "Pal has no field 'shot'"),
        ("Pal(", "neither a name"),
        ("Pal(temperature=__import__('os'))", "neither a literal"),
        ("SelfConsistency(inner=Os())", "no reasoners named"),
        ("Pal(temperature=1 + open)", "neither a literal"),
        ("nowhere.at_all:Mine", "cannot be imported"),
        ("os:path", "is no class"),
        ("SelfConsistency(n=0)", "at least 1"),
        ("SelfConsistency(n='5')", "SelfConsistency.n: wanted int, got '5'"),
        ("SelfConsistency(n=True)", "wanted int, got True"),
        ("SelfConsistency(inner='pal')", "SelfConsistency.inner: wanted Reasoner, got 'pal'"),
        ("Pal(temperature='hot')", r"wanted float \| None, got 'hot'"),
        ("Pal(exemplars=None)", "wanted str, got None"),
        ("ThinkAndExecute(instances='one')", "wanted tuple"),
    ],
)
def test_a_wrong_name_says_what_there_is(expression, message):
    with pytest.raises(UsageError, match=message):
        registry.build("reasoners", expression)

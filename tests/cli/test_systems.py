"""What `reckon systems` and `reckon reasoners` say."""

import json

import pytest

from reckon import registry
from reckon.cli import main
from reckon.cli.systems import TOP, read_docstring, systems


def test_every_system_has_a_file_a_test_and_a_paper():
    found = list(systems())
    assert len({one.name for one in found}) >= 40
    for one in found:
        assert one.papers, one
        assert one.test, one
        assert (TOP / one.test).is_file()
        assert "," not in one.name.partition("(")[0], one


def test_one_system_has_one_spelling():
    names = {one.name for one in systems()}
    assert len({name.partition(" (")[0].lower() for name in names}) == len(names)


def test_a_file_says_of_which_system_it_is_which_part(tmp_path):
    path = tmp_path / "a.py"
    path.write_text('"""A paper, arXiv 2401.00001. System: One (Two 2.0); its\nsearch. More."""')
    assert read_docstring(path) == "A paper, arXiv 2401.00001. System: One (Two 2.0); its search. More."
    path.write_text("def broken(:")
    assert read_docstring(path) == ""


def test_systems_are_filtered_and_told_as_json(capsys):
    assert main(["systems", "tree", "--kind", "reasoner", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"Tree-of-Code (CodeProgram)", "CodeTree"} <= {one["name"] for one in found}
    assert all(one["kind"] == "reasoner" for one in found)
    assert found[0].keys() == {"name", "part", "kind", "file", "test", "papers"}
    assert main(["systems", "--kind", "poem"]) == 2


def test_systems_are_a_table(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["systems", "lever"]) == 0
    shown = capsys.readouterr().out
    assert "reasoners/selection/lever.py" in shown
    assert "2302.08468" in shown


def test_reasoners_have_one_line_each(capsys):
    assert main(["reasoners"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == registry.names("reasoners")


@pytest.mark.parametrize("name", registry.names("reasoners"))
def test_a_reasoner_is_shown_with_options_and_an_example_that_parses(name, capsys):
    assert main(["reasoners", "show", name]) == 0
    shown = capsys.readouterr().out
    assert "options:" in shown
    example = shown.rstrip().rpartition('--reasoner "')[2].rstrip('"')
    assert type(registry.build("reasoners", example)) is registry.find("reasoners", name)


def test_it_is_said_whose_temperature_stands_where_none_is_given(capsys):
    assert main(["reasoners", "show", "pal"]) == 0
    assert "temperature=None  (None: the run's, --temperature)" in capsys.readouterr().out


def test_show_wants_a_name(capsys):
    assert main(["reasoners", "show"]) == 2
    assert main(["reasoners", "tell", "pal"]) == 2
    assert "show pal" in capsys.readouterr().err

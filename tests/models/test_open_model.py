"""Names of models: each form opens, and a wrong one gives a line that says what there is."""

import subprocess
import sys
from pathlib import Path

import pytest

from reckon.errors import UsageError
from reckon.models import list_models, open_model
from reckon.models.recording import Recording
from reckon.models.tiny import Tiny


class Mine:
    def __init__(self, size: int = 1) -> None:
        self.size = size


def test_each_form_opens(blank: Path, tmp_path: Path):
    assert isinstance(open_model(f"tiny:{blank}", max_rows=2), Tiny)
    (tmp_path / "t.jsonl").write_text("")
    assert isinstance(open_model(f"replay:{tmp_path / 't.jsonl'}"), Recording)
    served = open_model("openai:org/name:tag", base_url="http://127.0.0.1:1/v1/", api_key="secret")
    assert served.name == "openai:org/name:tag"
    assert "secret" not in repr(served)
    assert open_model("fractions:Fraction", numerator=3) == 3


def test_the_shipped_model_opens():
    assert open_model("tiny").name == "tiny"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tinny", "did you mean tiny"),
        ("open:gpt", "openai:NAME"),
        ("openai:", "openai:NAME"),
        ("hf", "hf:PATH_OR_NAME"),
        ("no_such_module_here:Class", "There are"),
        ("fractions:Nothing", "no class Nothing"),
        ("tiny:/no/such/folder", "no model in"),
        ("replay:/no/such.jsonl", "no recording"),
    ],
)
def test_a_wrong_name_says_what_there_is(name, said):
    with pytest.raises(UsageError, match=said) as caught:
        open_model(name)
    assert "\n" not in str(caught.value)


def test_a_wrong_option_and_a_lost_base_url_are_named(blank: Path):
    with pytest.raises(UsageError, match="max_cows"):
        open_model(f"tiny:{blank}", max_cows=2)
    with pytest.raises(UsageError, match="openai:NAME"):
        open_model("tiny", base_url="http://localhost/v1")
    with pytest.raises(UsageError, match="http"):
        open_model("openai:x", base_url="localhost:8000")


def test_the_list_names_every_form():
    assert {kind.form.partition(":")[0] for kind in list_models()} >= {"tiny", "openai", "hf", "replay"}


def test_importing_the_models_is_light():
    heavy = "{'torch', 'transformers', 'numpy', 'httpx', 'tokenizers'} & set(sys.modules)"
    code = f"import sys, reckon.models; assert not {heavy}, {heavy}"
    subprocess.run([sys.executable, "-c", code], check=True)

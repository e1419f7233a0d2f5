"""lexicon.yaml holds synonyms; what people do by saying it is heard without a list, and a list left there is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from camdesk.playbook.loading import load
from camdesk.playbook.schema import UNLISTED

SMALL = Path(__file__).parent / "small"


@pytest.mark.parametrize("name", UNLISTED)
def test_a_list_of_what_is_heard_anyway_is_a_fault_that_says_so(tmp_path: Path, name: str) -> None:
    directory = tmp_path / "playbook"
    shutil.copytree(SMALL, directory)
    path = directory / "lexicon.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{name}: [оператор, живой человек]\n", encoding="utf-8")
    assert [(one.file, one.code) for one in load(directory).problems] == [("lexicon.yaml", "heard-already")]

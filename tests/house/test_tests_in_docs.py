"""A test or module of tests that a document names is there."""

import re

import pytest

from tests.house.sources import ROOT

NAMED = re.compile(r"\btests/[\w/.]*\w(?:::\w+)?")
DOCS = sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_what_a_document_names_is_there(page):
    for name in NAMED.findall(page.read_text()):
        path, _, function = name.partition("::")
        assert (ROOT / path).exists(), name
        assert not function or f"def {function}(" in (ROOT / path).read_text(), name

"""The two functions for everybody (docs/mail.md) are read out of their documentation, and need no Django."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
_CALLS = """
import sys
parse, reply_text = (__import__("pkgutil").resolve_name(path) for path in sys.argv[1:])
letter = parse(b"From: a@b.example\\r\\nSubject: Re: x\\r\\n\\r\\nYes\\r\\n\\r\\n> Sure?\\r\\n")
assert letter.reply_text == reply_text("Yes\\n\\n> Sure?") == "Yes", letter
loaded = [name for name in sys.modules if name.partition(".")[0] in ("django", "sqlite3", "psycopg")]
assert not loaded, loaded
"""


def test_a_letter_is_read_and_cut_without_settings_or_a_database() -> None:
    paths = re.findall(r"^`(camdesk\.channels\.mail\.mime\.[\w.]+)` ", (ROOT / "docs/mail.md").read_text(), re.M)
    assert len(paths) == 2
    outcome = subprocess.run(
        [sys.executable, "-c", _CALLS, *paths], env={"PYTHONPATH": str(ROOT)}, cwd="/", capture_output=True, text=True
    )
    assert outcome.returncode == 0, outcome.stderr

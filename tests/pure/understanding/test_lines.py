"""`camdesk bot understand`: one JSON line for every line, whatever its bytes."""

import io
import json
from argparse import Namespace

from camdesk.bot.understanding import cli
from camdesk.bot.understanding.model import Model


def test_every_line_gets_one_answer(model: Model, monkeypatch, capsys) -> None:
    lines = ["нет звука".encode(), b"", b"\xff\xfe\x00", "нет звука".encode("cp1251"), b"x" * 2_000_000, b"operator"]
    monkeypatch.setattr(cli, "current_model", lambda: model)
    monkeypatch.setattr(cli.sys, "stdin", Namespace(buffer=io.BytesIO(b"\n".join(lines))))
    assert cli.run(Namespace(action="understand")) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(answers) == len(lines)
    assert answers[0]["topics"][0] == {"ref": "T2", "id": "no-sound", "score": answers[0]["topics"][0]["score"]}
    assert answers[0]["decision"] == "open"
    assert answers[1] == {"text": "", "topics": [], "decision": "offer"}
    assert answers[3]["topics"][0]["id"] == "no-sound"
    assert answers[5]["decision"] == "person"
    assert all(set(answer) == {"text", "topics", "decision"} for answer in answers)


def test_a_line_end_of_windows_is_not_part_of_the_text() -> None:
    assert [*cli._lines(io.BytesIO(b"a\r\nb\n\nc"))] == [b"a", b"b", b"", b"c"]

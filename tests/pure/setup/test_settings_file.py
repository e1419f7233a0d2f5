"""The file of settings: what a line says, and that a change touches nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camdesk.config import environment, settings_file

BY_HAND = """# ours
export CAMDESK_BUS = postgres
CAMDESK_DATABASE_URL=postgresql://a:p%40ss#word@db/x?sslmode=require

  # CAMDESK_URL=https://old.example
CAMDESK_URL=https://support.lens.ru
OUR_OWN='x y'
"""


def test_lines_are_read_as_they_stand() -> None:
    assert settings_file.read(BY_HAND) == {
        "CAMDESK_BUS": "postgres",
        "CAMDESK_DATABASE_URL": "postgresql://a:p%40ss#word@db/x?sslmode=require",
        "CAMDESK_URL": "https://support.lens.ru",
        "OUR_OWN": "x y",
    }


def test_a_change_keeps_what_it_does_not_know_where_it_is() -> None:
    after = settings_file.changed(BY_HAND, {"CAMDESK_URL": "https://new.lens.ru", "CAMDESK_BRAND": "Линза"})
    assert after == BY_HAND.replace("https://support.lens.ru", "https://new.lens.ru") + "CAMDESK_BRAND=Линза\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CAMDESK_URL=a\nCAMDESK_URL=b\n", "line 2: CAMDESK_URL stands here a second time"),
        ("\n\nCAMDESK_URL https://x\n", "line 3: NAME=value is needed"),
    ],
)
def test_a_line_that_makes_no_sense_is_named(text: str, said: str) -> None:
    with pytest.raises(settings_file.BadLine, match=said):
        settings_file.read(text)
    with pytest.raises(settings_file.BadLine, match=said):
        settings_file.changed(text, {})


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_every_value_of_one_line_comes_back(value: str) -> None:
    if len(value.splitlines()) > 1 or "\0" in value or value.strip() != value:
        return
    assert settings_file.read(settings_file.changed(BY_HAND, {"A": value}))["A"] == value


@pytest.mark.parametrize("value", ["a\nCAMDESK_DEMO=1", "a\r\nb", "a\0b", "a\u2028b"])
def test_a_value_brings_no_second_line(value: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        settings_file.changed("", {"CAMDESK_BRAND": value})


@pytest.fixture
def data(tmp_path, monkeypatch):
    for name in ("CAMDESK_SETTINGS", "CAMDESK_BRAND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CAMDESK_DATA", str(tmp_path))
    environment.read_anew()
    yield tmp_path
    monkeypatch.undo()
    environment.read_anew()


def test_the_environment_counts_before_the_file(data, monkeypatch) -> None:
    (data / "settings.env").write_text("CAMDESK_BRAND=Линза\n")
    assert environment.text("CAMDESK_BRAND", "camdesk") == "Линза"
    monkeypatch.setenv("CAMDESK_BRAND", "Другая")
    assert environment.text("CAMDESK_BRAND") == "Другая"
    monkeypatch.setenv("CAMDESK_BRAND", "")
    assert environment.text("CAMDESK_BRAND") == "", "said to be empty"


def test_a_file_elsewhere_may_name_the_data_folder(data, tmp_path_factory, monkeypatch) -> None:
    elsewhere = tmp_path_factory.mktemp("etc") / "camdesk.env"
    elsewhere.write_text(f"CAMDESK_DATA={data / 'inner'}\n")
    monkeypatch.setenv("CAMDESK_SETTINGS", str(elsewhere))
    assert environment.data_folder() == data, "the environment first"
    monkeypatch.delenv("CAMDESK_DATA")
    assert environment.data_folder() == data / "inner"
    assert environment.file() == elsewhere


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"CAMDESK_DATA=/elsewhere\n", "CAMDESK_DATA: this cannot stand in"),
        (b"CAMDESK_SETTINGS=/elsewhere\n", "CAMDESK_SETTINGS: this cannot stand in"),
        (b"nonsense\n", "settings.env, line 1: NAME=value is needed"),
        (b"CAMDESK_BRAND=\xff\xfe\n", "settings.env is no text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_meant_stops_in_one_sentence(data, content: bytes, said: str) -> None:
    (data / "settings.env").write_bytes(content)
    with pytest.raises(SystemExit, match=said) as stopped:
        environment.text("CAMDESK_BRAND")
    assert len(str(stopped.value).splitlines()) == 1

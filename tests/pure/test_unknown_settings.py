"""A misspelt setting is said with the nearest there is: it stops the start in the file that is camdesk's alone, and not
in the environment, where others write too."""

import os

import pytest

from camdesk.config import environment, settings_file
from tests.faults.doors import camdesk


@pytest.fixture
def said_in_file(tmp_path, monkeypatch):
    """Writes the file of settings that is read."""
    monkeypatch.setenv("CAMDESK_DATA", str(tmp_path))
    monkeypatch.delenv("CAMDESK_SETTINGS", raising=False)

    def say(text: str) -> None:
        (tmp_path / settings_file.NAME).write_text(text)
        environment.read_anew()

    yield say
    environment.read_anew()


@pytest.mark.parametrize(
    "name, meant",
    [
        ("CAMDESK_BRANT", "did you mean CAMDESK_BRAND?"),
        ("CAMDESK_SECOND_FACTR", "did you mean CAMDESK_SECOND_FACTOR?"),
        ("CAMDESK_HOST", "did you mean CAMDESK_HOSTS?"),
        ("CAMDESK_IMAP", "did you mean CAMDESK_IMAP_URL?"),
        ("CAMDESK_DATABASE", "did you mean CAMDESK_DATABASE_URL?"),
        ("camdesk_brand", "did you mean CAMDESK_BRAND?"),
        ("CAMDSEK_TIME_ZONE", "did you mean CAMDESK_TIME_ZONE?"),
        ("CAMDESK_XYZZY", "docs/settings.md has them all"),
    ],
)
def test_a_slip_in_the_file_stops_the_start_and_the_nearest_is_shown(said_in_file, name: str, meant: str) -> None:
    said_in_file(f"CAMDESK_MAX_FILES=7\n{name}=1\n")
    with pytest.raises(environment.BadSetting) as refused:
        environment.refuse_unknown()
    assert str(refused.value).startswith(f"camdesk: {name}: in ")
    assert meant in str(refused.value)


@pytest.mark.parametrize("name", ["CAMDESK_MAX_FILES", "CAMDESK_ALLOW_ROOT", "CAMDESK_VENV", "OUR_OWN", "PAGER_SECRET"])
def test_what_is_a_setting_or_somebody_elses_may_stand_there(said_in_file, name: str) -> None:
    said_in_file(f"{name}=1\n")
    environment.refuse_unknown()


def test_in_the_environment_it_is_said_and_stops_nothing(monkeypatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("CAMDESK")]:
        monkeypatch.delenv(name)
    for name in ("SIGN_UPS", "PORT_8000_TCP_ADDR", "MAX_FILES", "TESTS_WITHOUT"):
        monkeypatch.setenv(f"CAMDESK_{name}", "off")
    assert environment.unknown_outside() == [
        "CAMDESK_PORT_8000_TCP_ADDR in the environment: there is no such setting (docs/settings.md has them all)",
        "CAMDESK_SIGN_UPS in the environment: there is no such setting; did you mean CAMDESK_SIGN_UP?",
    ]


def test_commands_say_it_in_one_sentence(tmp_path) -> None:
    told = camdesk(tmp_path, "doctor", check=False, CAMDESK_SIGN_UPS="off")
    assert "warn  settings: CAMDESK_SIGN_UPS in the environment" in told.stdout
    assert "did you mean CAMDESK_SIGN_UP?" in told.stdout
    started = camdesk(tmp_path, "work", check=False, CAMDESK_SIGN_UPS="off")  # refuses: nothing is prepared
    assert "camdesk: CAMDESK_SIGN_UPS in the environment: " in started.stderr
    (tmp_path / settings_file.NAME).write_text("CAMDESK_SIGN_UPS=off\n")
    refused = camdesk(tmp_path, "serve", check=False)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "did you mean CAMDESK_SIGN_UP?" in refused.stderr

"""Root is refused by what serves, and by nothing else; it is allowed by name."""

import pytest

from camdesk.config import cli, process_rights


@pytest.mark.parametrize(
    ("uid", "names", "refused"),
    [
        (0, {}, True),
        (0, {"CAMDESK_ALLOW_ROOT": "0", "CAMDESK_DEMO": "1"}, True),
        (0, {"CAMDESK_ALLOW_ROOT": "1"}, False),
        (0, {"CAMDESK_DEMO": "1"}, False),
        (1000, {}, False),
    ],
)
def test_root_is_refused_unless_it_is_named(monkeypatch, uid, names, refused):
    monkeypatch.setattr("os.geteuid", lambda: uid)
    for name in ("CAMDESK_ALLOW_ROOT", "CAMDESK_DEMO"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    if not refused:
        process_rights.refuse_root()
        return
    with pytest.raises(SystemExit, match="CAMDESK_ALLOW_ROOT=1") as said:
        process_rights.refuse_root()
    assert "\n" not in str(said.value)


def test_what_serves_refuses_root_and_what_looks_after_the_data_does_not():
    assert {name for name, command in cli.COMMANDS.items() if command.serves} == {
        *("serve", "web", "live", "work"),
        "setup",  # it makes the data folder: root's, the service could not write it
    }

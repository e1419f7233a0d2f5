"""What of the data is somebody else's to read, or to write."""

import os

from camdesk.config import file_modes


def test_only_what_belongs_to_another_user_is_foreign(data_folder):
    (data_folder / "secret.key").touch()
    found = set(file_modes.foreign(owner=os.geteuid() + 1))
    assert found == {data_folder, data_folder / "secret.key", data_folder / "files", data_folder / "incoming"}
    assert list(file_modes.foreign(owner=os.geteuid())) == []


def test_kept_files_are_gone_over_when_the_data_folder_itself_was_open(data_folder):
    data_folder.chmod(0o700)
    (data_folder / "incoming").chmod(0o700)
    kept, incoming = data_folder / "files" / "aa" / "kept", data_folder / "files" / "incoming" / "half"
    for path in (kept, incoming):
        path.parent.mkdir()
        path.touch()
        path.chmod(0o644)
    file_modes.tighten()
    assert (kept.stat().st_mode & 0o077, incoming.stat().st_mode & 0o077) == (0o044, 0)
    data_folder.chmod(0o750)
    file_modes.tighten()
    assert kept.stat().st_mode & 0o077 == 0

"""A command on a data folder of its own, with the demo's town in it: nothing measured touches anybody's data."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def run_there(*words: str, database: str = "") -> int:
    """`camdesk WORDS` in a process of its own, on a new data folder that is removed afterwards; its exit code.
    `database`: the address of an empty one, in place of SQLite in that folder."""
    place = Path(tempfile.mkdtemp(prefix="camdesk-bench-"))
    known = {name: value for name, value in os.environ.items() if not name.startswith(("CAMDESK_", "DJANGO_"))}
    path = os.pathsep.join(map(os.path.abspath, sys.path))
    env = known | {"CAMDESK_DATA": str(place), "CAMDESK_DEMO": "1", "CAMDESK_LOG_LEVEL": "ERROR", "PYTHONPATH": path}
    if database:
        env["CAMDESK_DATABASE_URL"] = database
    try:
        return subprocess.run([sys.executable, "-m", "camdesk", *words], env=env, check=False).returncode
    finally:
        shutil.rmtree(place, ignore_errors=True)


def prepare() -> None:
    """Within `run_there`: the database, the playbook and the town."""
    from camdesk.config import data_folder, startup

    data_folder.prepare()
    startup.prepare(say=startup.quiet)

"""Settings of the tests: the product's own, after what must be said before they are read."""

import os
import shutil
import tempfile
from atexit import register

os.environ["CAMDESK_TESTING"] = "1"
os.environ.pop("CAMDESK_DEMO", None)
# A data folder of its own for each process of the tests: nothing meets anybody's real data.
os.environ["CAMDESK_DATA"] = tempfile.mkdtemp(prefix="camdesk-tests-")
register(shutil.rmtree, os.environ["CAMDESK_DATA"], ignore_errors=True)

from camdesk.config.settings import *  # noqa: E402, F403

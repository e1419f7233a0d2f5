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

if DATABASES["default"]["ENGINE"] == "camdesk.lib.sqlite":  # noqa: F405
    # A file, not memory: several threads of a test meet as they do in the product. One per worker of xdist.
    DATABASES["default"]["TEST"] = {"NAME": os.environ["CAMDESK_DATA"] + "/test.sqlite3"}  # noqa: F405

# Else each client of a test would list every static file anew, a tenth of what a test of pages takes.
WHITENOISE_AUTOREFRESH = True

from tests.compiled_pages import CompiledPages  # noqa: E402
from tests.loud_undefined import LoudUndefined  # noqa: E402

for engine in TEMPLATES:  # noqa: F405
    if engine.get("NAME") == "jinja2":
        engine["OPTIONS"]["undefined"] = LoudUndefined
        engine["OPTIONS"]["bytecode_cache"] = CompiledPages()

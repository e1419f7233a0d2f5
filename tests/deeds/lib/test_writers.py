"""The queue of writers: nobody waits without an end, and a database held from outside leaves threads to readers."""

import pytest
from django.db import connection

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite has one writer")

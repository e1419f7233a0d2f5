"""camdesk with the clocks of its front and its writers set to seconds, so that a test need not wait for minutes.

    python -m tests.faults.quick_clocks web --port 8001

The limits in bytes and numbers are the real ones.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "camdesk.config.settings")

from camdesk.config.cli import main
from camdesk.lib.sqlite import writers
from camdesk.server import bodies, bridge, protocol, readiness

HEAD, STALL, GRACE, WHOLE, LINGER, READER = 0.8, 1.0, 1.2, 2.0, 0.5, 1.5
PATIENCE, STUCK = 2.0, 0.3

if __name__ == "__main__":
    protocol.HEAD_SECONDS, protocol.READER_SECONDS = HEAD, READER
    bodies.STALL_SECONDS, bodies.GRACE_SECONDS, bodies.WHOLE_SECONDS = STALL, GRACE, WHOLE
    bridge.LINGER_SECONDS = LINGER
    writers.PATIENCE_SECONDS, writers.STUCK_SECONDS, readiness.LOCK_SECONDS = PATIENCE, STUCK, PATIENCE / 2
    sys.exit(main())

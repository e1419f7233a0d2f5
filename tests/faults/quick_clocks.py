"""camdesk with the clocks of its front set to a second or two, so that a test need not wait for minutes.

    python -m tests.faults.quick_clocks web --port 8001

The limits in bytes and numbers are the real ones.
"""

import sys

from camdesk.config.cli import main
from camdesk.server import bodies, bridge, protocol

HEAD, STALL, GRACE, WHOLE, LINGER, READER = 0.8, 1.0, 1.2, 2.0, 0.5, 1.5

if __name__ == "__main__":
    protocol.HEAD_SECONDS, protocol.READER_SECONDS = HEAD, READER
    bodies.STALL_SECONDS, bodies.GRACE_SECONDS, bodies.WHOLE_SECONDS = STALL, GRACE, WHOLE
    bridge.LINGER_SECONDS = LINGER
    sys.exit(main())

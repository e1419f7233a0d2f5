"""python -m camdesk …"""

import sys

from camdesk.config.cli import main

if __name__ == "__main__":
    sys.exit(main())

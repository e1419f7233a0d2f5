"""What stands beside the product and is there only when asked for: the demo and the measuring commands.

The product never imports them: it asks here by name, and a person who has not installed them reads one sentence.
"""

import importlib
import importlib.util
from types import ModuleType

# package → what a person calls it
EXTRAS = {"camdesk_demo": "the demo", "camdesk_bench": "camdesk bench"}


class NotInstalled(SystemExit):
    def __init__(self, package: str) -> None:
        super().__init__(
            f"camdesk: {EXTRAS[package]} is not installed here: start it from a checkout (bin/run, bin/camdesk), "
            f"or install its package with: pip install ./{package}"
        )


def load(module: str) -> ModuleType:
    """The module of an extra, e.g. "camdesk_demo.world". Raises NotInstalled."""
    package = module.partition(".")[0]
    if package in EXTRAS and importlib.util.find_spec(package) is None:
        raise NotInstalled(package)
    return importlib.import_module(module)

"""The one step of a build that pyproject.toml cannot say: the catalogues of the screens are compiled into the wheel,
for who runs it may write nothing there."""

import sys
from pathlib import Path

from setuptools import setup

sys.path.insert(0, str(Path(__file__).parent))

from camdesk.config.translations import compile_all

compile_all()
setup()

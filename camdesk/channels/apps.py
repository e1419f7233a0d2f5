from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "camdesk.channels"

    def ready(self) -> None:
        """Every folder here with a channel.py is a channel, and registers it."""
        for file in sorted(Path(self.path).glob("*/channel.py")):
            import_module(f"{self.name}.{file.parent.name}.channel")

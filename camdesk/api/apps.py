from importlib import import_module

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "camdesk.api"

    def ready(self) -> None:
        import_module(f"{self.name}.channel")

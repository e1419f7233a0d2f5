from django.apps import AppConfig

from camdesk.lib.internals import spoken_language


class UiConfig(AppConfig):
    name = "camdesk.ui"
    label = "ui"

    def ready(self) -> None:
        spoken_language.keep_here()

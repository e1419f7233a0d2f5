from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "camdesk.ui"
    label = "ui"

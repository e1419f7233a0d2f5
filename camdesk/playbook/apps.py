from django.apps import AppConfig


class PlaybookConfig(AppConfig):
    name = "camdesk.playbook"

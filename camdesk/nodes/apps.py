from django.apps import AppConfig


class NodesConfig(AppConfig):
    name = "camdesk.nodes"

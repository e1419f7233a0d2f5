from django.apps import AppConfig


class CamerasConfig(AppConfig):
    name = "camdesk.cameras"

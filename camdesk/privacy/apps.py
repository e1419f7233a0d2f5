from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "camdesk.privacy"

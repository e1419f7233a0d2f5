from django.apps import AppConfig


class BotConfig(AppConfig):
    name = "camdesk.bot"

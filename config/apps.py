from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds the commands that compose all apps: demo data, backup, restore."""

    name = "config"

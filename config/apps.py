from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds the commands that compose all apps: demo data, backup, restore."""

    name = "config"

    def ready(self) -> None:
        from config import celery  # noqa: F401  makes the queue the one every process publishes to

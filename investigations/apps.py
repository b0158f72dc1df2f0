from django.apps import AppConfig


class InvestigationsConfig(AppConfig):
    name = "investigations"

    def ready(self) -> None:
        from investigations import deadline_kinds  # noqa: F401  declares the clocks of investigations

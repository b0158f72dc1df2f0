from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        from cases import deadline_kinds, permissions  # noqa: F401  declares clocks, and what one may do

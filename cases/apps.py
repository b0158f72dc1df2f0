from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        from cases import tabs
        from cases.permissions import MEANINGS  # noqa: F401  declares what one may do

        tabs.declare()

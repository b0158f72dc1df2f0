from django.apps import AppConfig


class VictimsConfig(AppConfig):
    """Support of people affected: what the support side is asked, and what it answers."""

    name = "victims"

    def ready(self) -> None:
        # Not before: it needs the permissions of cases.
        from victims import tabs

        tabs.declare()

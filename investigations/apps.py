from django.apps import AppConfig


class InvestigationsConfig(AppConfig):
    """From assessment to sanction and appeal: three lives of a case, their clocks and their people."""

    name = "investigations"

    def ready(self) -> None:
        # Not before: these modules need the models.
        from investigations import audit_events, deadline_kinds, notifications, permissions, tabs, telling  # noqa: F401
        from investigations.selectors import team

        audit_events.declare()
        notifications.declare()
        telling.declare()
        team.declare()
        tabs.declare()

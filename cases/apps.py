from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        # Not before: these modules need the models.
        from cases import audit_events, deadline_kinds, glass_news, notifications, permissions, tabs  # noqa: F401
        from cases.actions import erasure, routing
        from core.encryption import erasure as keys_erased

        audit_events.declare()
        notifications.declare(routing.route)
        glass_news.declare()
        tabs.declare()
        keys_erased.also(erasure.empty_locks)

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        # Not before: these modules need the models.
        from cases import audit_events, deadline_kinds, glass_news, notifications, permissions, tabs  # noqa: F401
        from cases.actions import access, erasure, glass, routing
        from cases.selectors.hidden import hidden_events
        from core.audit.selectors import hide
        from core.encryption import erasure as keys_erased
        from core.people import lines

        audit_events.declare()
        notifications.declare(routing.route)
        glass_news.declare()
        lines.declare(access.follow)
        lines.declare(glass.follow)
        hide(hidden_events)
        tabs.declare()
        keys_erased.also(erasure.empty_locks)

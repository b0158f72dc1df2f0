from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The floor all apps stand on."""

    name = "core"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from core import checks, third_party  # noqa: F401  registers the system checks
        from core.audit import declarations as audit_events  # noqa: F401  the floor's own events
        from core.audit import menu as audit_menu  # noqa: F401  adds the page of the audit
        from core.deadlines import declarations as clock_events  # noqa: F401  declares the notices and events of clocks
        from core.deadlines import menu as clock_menu  # noqa: F401  adds the page of clocks and days off
        from core.encryption import checks as key_checks  # noqa: F401  registers them
        from core.people import declarations as people_events  # noqa: F401
        from core.people import menu, permissions  # noqa: F401  declares what one may do with people
        from core.tokens import declarations as token_events  # noqa: F401

        menu.declare()
        post_migrate.connect(third_party.grant, dispatch_uid="core.third_party.grant")

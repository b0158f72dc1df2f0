from django.apps import AppConfig


class VictimsConfig(AppConfig):
    """Support of people affected: what the support side is asked, and what it does by itself."""

    name = "victims"

    def ready(self) -> None:
        # Not before: these modules need the models.
        from cases.actions import consents
        from core.audit.selectors import hide
        from core.encryption import erasure as keys_erased
        from victims import audit_events, deadline_kinds, notifications, permissions, tabs  # noqa: F401
        from victims.actions import alarms, erasure, referrals
        from victims.selectors.hidden import hidden_events

        audit_events.declare()
        hide(hidden_events)
        consents.also(referrals.pull_back)
        keys_erased.also(erasure.follow)
        notifications.declare(alarms.ring)
        tabs.declare()

"""The floor's own events."""

from django.utils.translation import gettext_lazy as _

from core import audit

audit.declare("core.page_refused", _("{actor} asked for a page that needs the permission {needed} and was refused"))
audit.declare("core.act_refused", _("{actor} tried what they may not do, on the page {page}"))
audit.declare(
    "core.audit_read", _("{actor} looked at the audit of the organisation"), facts=("event", "user", "since", "until")
)
audit.declare(
    "core.audit_exported",
    _("{actor} exported {events} events of the audit log"),
    facts=("event", "user", "since", "until"),
)
audit.declare("core.restored", _("{actor} restored the database from a backup; {unsealed} events had no seal yet"))

"""The audit: declared events, written with the change they speak of, sealed later so that no one can alter them."""

from core.audit.events import Outcome, Undeclared, declare, name_fields, present, record, refused_later

__all__ = ["Outcome", "Undeclared", "declare", "name_fields", "present", "record", "refused_later"]

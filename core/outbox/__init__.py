"""News: one row written with the change, delivered after it."""

from core.outbox.actions import notify
from core.outbox.registry import declare

__all__ = ["declare", "notify"]

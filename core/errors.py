"""Errors the domain raises; each carries a message fit for the user."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """Something the user can understand and act on; `message` is shown to them as it stands."""

    status = 422
    default = _("This could not be done.")

    def __init__(self, message: object = None) -> None:
        self.message = message or self.default
        super().__init__(str(type(self).__name__))


class Refused(DomainError):
    """The person may see the thing, but may not do this with it."""

    status = 403
    default = _("You may not do this here.")


class ConcurrentEdit(DomainError):
    """Someone else changed the thing meanwhile; `changes` says what: word → (on the page, now)."""

    status = 409
    default = _("Someone else changed this while you were writing. Look at what changed, then send again.")

    def __init__(self, message: object = None, changes: dict[str, tuple[object, object]] | None = None) -> None:
        self.changes = changes or {}
        super().__init__(message)


class SecondFactorNeeded(DomainError):
    """The second factor is older than the act allows."""

    status = 401
    default = _("Please confirm it is you, then try again.")


class NotOpened(DomainError):
    """A sealed value does not open; `about` is its row and `fields` are the labels asked for, where they are known."""

    problem = ""  # which of the three, as a code for the audit
    about: Any = None
    fields: tuple[str, ...] = ()


class KeyUnavailable(NotOpened):
    """The key cannot be reached now; trying again later may work."""

    status = 503
    default = _("This cannot be opened right now. Please try again in a few minutes.")
    problem = "keyunavailable"


class KeyShredded(NotOpened):
    """The key was destroyed on purpose: the content is erased for ever."""

    status = 410
    default = _("This was erased.")
    problem = "erased"


class Tampered(NotOpened):
    """The stored bytes are not what was written there."""

    status = 500
    default = _("This cannot be shown: what is stored is not what was written. The operator has been told.")
    problem = "tampered"

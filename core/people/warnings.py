"""What the owner of an account is told when somebody else touches it: the same words in the inbox and by e-mail."""

from typing import Any

from django.utils.translation import gettext_lazy as _

WARNINGS = {
    "people.your_reset_asked": _(
        "Somebody asked that your way to sign in is made anew. If you did not want this, tell your administrator "
        "or data-protection officer at once."
    ),
    "people.your_reset_done": _(
        "Your way to sign in was made anew and every session ended. For 24 hours your account opens no names. "
        "If you did not want this, tell your administrator or data-protection officer at once."
    ),
}


def warning_of(kind: str) -> Any:
    """The words of that kind of notice."""
    return WARNINGS[kind]

"""Template tags of the public pages."""

import re
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.templatetags.ui import draw

register = template.Library()
PHONE = re.compile(r"[+\d][\d ()/-]{4,}\d")


@register.simple_tag
def help_kind(kind: str) -> str:
    """What a kind of help is called to somebody who may need it."""
    return {
        "medical": _("See a nurse or a doctor"),
        "psychosocial": _("Talk to someone who listens"),
        "safety": _("A safe place"),
        "police": _("Police, only if you want"),
    }.get(kind, _("Other help"))


@register.simple_tag
def help_line(contact: Any) -> SafeString:
    """How to reach a place: a number to press where there is one in it, else its words."""
    found = PHONE.search(contact.how)
    if found is None:
        return format_html("<p>{}{}</p>", draw("place", css="icon", from_file=False), " " + contact.how)
    number = found[0]
    before, after = contact.how[: found.start()].strip(), contact.how[found.end() :].strip(" .,;")
    return format_html(
        '<a class="call" href="tel:{}">{}<span dir="auto">{} <bdi class="digits">{}</bdi>'
        ' <span class="soft">{}</span></span></a>',
        re.sub(r"[^+\d]", "", number),
        draw("phone", css="icon", from_file=False),
        before or _("Call"),
        number,
        after,
    )


@register.simple_tag
def box_doors(urls: Any, pass_phrase: bool) -> list[dict[str, Any]]:
    """What one can do in the mailbox, for components/doors.html."""
    return [
        {
            "url": urls["help"],
            "icon": "heart",
            "text": _("Get help or support"),
            "detail": _("It does not depend on what we find."),
        },
        {
            "url": urls["allow"],
            "icon": "lock",
            "text": _("See and change what you allow"),
            "detail": _("Who may know what. You can change your mind at any time."),
        },
        {
            "url": urls["phrase"],
            "icon": "key",
            "text": _("Change your secret word") if pass_phrase else _("Add a secret word"),
            "detail": _("So that the number alone opens nothing."),
        },
        {
            "url": urls["close"],
            "icon": "none",
            "text": _("End this page for good"),
            "detail": _("Your number then opens nothing any more."),
        },
        {
            "url": urls["leave"],
            "icon": "leave",
            "text": _("Close this page for now"),
            "detail": _("You come back with your number."),
        },
    ]

"""Template tags of the components: icons, pills, states, moments, codes, problem lists; see docs/components.md."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from core import phrases
from core.forms import Problem
from core.forms import problems as problems_of
from core.language import OWN_NAMES

register = template.Library()

SPRITE = Path(__file__).resolve().parents[2] / "static" / "img" / "icons.svg"

#: Shape of each pill: word and colour come with it, so that any one of the three may be lost.
PILLS = {
    "late": "s-late",
    "now": "s-now",
    "soon": "s-soon",
    "later": "s-later",
    "rest": "s-wait",
    "done": "s-done",
    "past": "s-dash",
}
#: Shape of each resting state: beginning, under way, waiting, unread or pressing, over, taken back or none.
STATES = {"ring": "s-ring", "step": "s-step", "wait": "s-wait", "now": "s-now", "done": "s-done", "dash": "s-dash"}


@cache
def symbols() -> Mapping[str, tuple[str, str]]:
    """Every icon of the built sprite: name → (viewBox, drawing)."""
    found = re.findall(r'<symbol id="([\w-]+)" viewBox="([^"]+)">(.*?)</symbol>', SPRITE.read_text(), flags=re.S)
    return {name: (box, drawing) for name, box, drawing in found}


def draw(name: str, *, css: str, from_file: bool) -> SafeString:
    """One icon, hidden from screen readers; KeyError for a name without a drawing."""
    box, drawing = symbols()[name]
    if from_file:
        address = static("img/icons.svg")
        return format_html('<svg{} aria-hidden="true"><use href="{}#{}"/></svg>', _class(css), address, name)
    return format_html(
        '<svg{} viewBox="{}" aria-hidden="true">{}</svg>',
        _class(css),
        box,
        mark_safe(drawing),  # noqa: S308  (our own built file)
    )


def _class(css: str) -> SafeString:
    return format_html(' class="{}"', css) if css else mark_safe("")


@register.simple_tag(takes_context=True)
def icon(context: template.Context, name: str, turns: bool = False) -> SafeString:
    """An icon beside text; `turns=True` mirrors an arrow with the reading direction."""
    return draw(name, css="icon turns" if turns else "icon", from_file=bool(context.get("icons_from_file")))


@register.simple_tag(takes_context=True)
def pill(context: template.Context, kind: str, text: str) -> SafeString:
    """A clock or a priority: late, now, soon, later, rest (paused), done or past (no longer counts); else KeyError."""
    shape = draw(PILLS[kind], css="", from_file=bool(context.get("icons_from_file")))
    return format_html('<span class="pill {}">{}{}</span>', kind, shape, text)


@register.simple_tag(takes_context=True)
def state(context: template.Context, kind: str, text: str) -> SafeString:
    """Where something rests in its life: ring, step, wait, now, done or dash; KeyError for another kind."""
    shape = draw(STATES[kind], css="", from_file=bool(context.get("icons_from_file")))
    return format_html('<span class="state">{}<span>{}</span></span>', shape, text)


def _now(context: template.Context) -> datetime.datetime:
    """The moment the page was asked for: `now` of the context, or of its view."""
    return context.get("now") or getattr(context.get("view"), "now", None) or timezone.now()


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime.datetime | datetime.date, words: str = "") -> SafeString:
    """A moment in words with the exact one beside it; `words` replaces the words found."""
    if not words:
        if isinstance(at, datetime.datetime):
            words = phrases.moment(at, now=_now(context))
        else:
            words = phrases.day(at, today=timezone.localdate(_now(context)))
    return _time(at, words)


@register.simple_tag(takes_context=True)
def due(context: template.Context, at: datetime.datetime, working_days: int | None = None) -> SafeString:
    """When something is due, in words with the distance and the exact moment beside it.

    The distance is in working days of the page's organisation, unless its calendar has nothing to say.
    """
    calendar = context.get("working_calendar")
    days = working_days if isinstance(working_days, int) else None  # a row that says nothing gives an empty text
    if days is None and calendar:
        days = calendar.distance(at, now=_now(context))
    return _time(at, phrases.due(at, now=_now(context), working_days=days))


def _time(at: datetime.datetime | datetime.date, words: str) -> SafeString:
    local = timezone.localtime(at) if isinstance(at, datetime.datetime) else at
    exact = phrases.exact(at)
    heard = "" if exact == words else format_html('<span class="hear"> ({})</span>', exact)
    return format_html('<time datetime="{}" title="{}">{}{}</time>', local.isoformat(), exact, words, heard)


@register.simple_tag
def code(digits: str) -> SafeString:
    """A receipt code: groups of four for the eye, digit by digit for the ear."""
    groups = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    seen = mark_safe("".join(format_html("<span>{}</span>", group) for group in groups))  # noqa: S308  (escaped above)
    heard = ", ".join(" ".join(group) for group in groups)
    return format_html('<p class="code" aria-hidden="true">{}</p><p class="hear">{}</p>', seen, heard)


@register.simple_tag
def option_attributes(attributes: Mapping[str, Any]) -> str:
    """Attributes of one radio or checkbox in a group; what belongs to the group as a whole is left out."""
    left_out = ("class", "aria-invalid", "aria-describedby")
    return flatatt({name: value for name, value in attributes.items() if name not in left_out and value is not False})


@register.filter
def is_single_box(field: forms.BoundField) -> bool:
    """Whether the field is one box to tick, which carries its label behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.simple_tag
def language_tag() -> str:
    """The active language as an HTML `lang`: "ar", "zh-Hans"."""
    code = get_language() or settings.LANGUAGE_CODE
    start, _dash, rest = code.partition("-")
    return f"{start}-{rest.title() if len(rest) == 4 else rest.upper()}" if rest else start


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[dict[str, Any]]:
    """Every language the page can be read in, each in its own letters: code, tag, name, direction, address, current.

    `language_codes` in the context narrows the list; `language_address` (with "{code}" in it) replaces `?lang={code}`.
    """
    codes = context.get("language_codes") or settings.STAFF_LANGUAGES
    address = context.get("language_address") or "?lang={code}"
    active = (get_language() or settings.LANGUAGE_CODE).lower()
    links = []
    for code in codes:
        information = get_language_info(code)
        links.append(
            {
                "code": code,
                "tag": "zh-Hans" if code == "zh-hans" else code,
                "name": OWN_NAMES.get(code, information["name_local"]),
                "direction": "rtl" if information["bidi"] else "ltr",
                "address": address.replace("{code}", code),
                "current": active == code or active.split("-")[0] == code,
            }
        )
    return links


@register.simple_tag(takes_context=True)
def leave_address(context: template.Context) -> str:
    """Where "Leave now" leads: `leave_url` of the context, else the exit of the public form, else an empty page."""
    if given := context.get("leave_url"):
        return str(given)
    organisation = context.get("organisation")
    slug = getattr(organisation, "slug", None)
    for arguments in ([slug], []) if slug else ([],):
        try:
            return reverse("public:leave", args=arguments)
        except NoReverseMatch:
            continue
    return "about:blank"


@register.filter
def problems(form: forms.BaseForm | None) -> list[Problem]:
    """What a form asks to be corrected; nothing while it is not bound."""
    return problems_of(form) if form is not None and form.is_bound else []


@register.filter
def differences(error: Any) -> list[dict[str, Any]]:
    """The changes a ConcurrentEdit carries (what the page showed, what is there now), as rows of versions.html."""
    return [{"label": label, "theirs": theirs, "yours": yours} for label, (yours, theirs) in error.changes.items()]


@register.simple_tag
def problem_title(count: int) -> str:
    """The heading of a problem list, which says how much there is to do and not that something is wrong."""
    return _("One thing before we go on") if count == 1 else _("A few things before we go on")

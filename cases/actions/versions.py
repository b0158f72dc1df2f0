"""Two people at one case: whoever comes second is shown what the first one changed, and overwrites nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case
from core.errors import ConcurrentEdit

#: What a page shows of a case and somebody else may change meanwhile; each with its word.
COLUMNS: tuple[tuple[str, Any], ...] = (
    ("state", gettext_lazy("State")),
    ("stream", gettext_lazy("Kind")),
    ("category", gettext_lazy("Category")),
    ("priority", gettext_lazy("Priority")),
    ("owner", gettext_lazy("Owner")),
    ("manager", gettext_lazy("Manager")),
    ("safety", gettext_lazy("Safety checked")),
)


@dataclass(frozen=True)
class Seen:
    """What somebody acts on: the version of the case their page showed, and its words."""

    version: int
    words: Mapping[str, str] = field(default_factory=dict)


def snapshot(case: Case) -> dict[str, str]:
    """What a page shows of the case, in words, to be sent back with its form."""
    found = {
        "state": case.get_state_display(),
        "stream": case.get_stream_display(),
        "category": case.get_category_display() if case.category else "",
        "priority": case.get_priority_display(),
        "owner": case.owner.name if case.owner else "",
        "manager": case.manager.name if case.manager else "",
        "safety": _("Yes") if case.safety_checked_at else _("No"),
    }
    return {name: str(words) for name, words in found.items()}


def ensure_unchanged(case: Case, seen: Seen | None) -> Case:
    """Lock the case and give it as it stands now; ConcurrentEdit says what changed since it was seen, in words.

    Without `seen` (a job, or another app's action) nothing is compared.
    """
    fresh = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if seen is None or seen.version == fresh.version:
        return fresh
    now_there = snapshot(fresh)
    raise ConcurrentEdit(
        changes={
            str(label): (seen.words[name], now_there[name])
            for name, label in COLUMNS
            if name in seen.words and seen.words[name] != now_there[name]
        }
    )

"""What the pages of the support side have in common."""

from datetime import date, datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form
from core.organisations import Membership
from core.views import ActionView, Page
from victims import clinical_rules
from victims.choices import FileState
from victims.forms.files import ChosenForm
from victims.selectors.files import access_file, assistance

SHAPES = {
    FileState.NEW: "ring",
    FileState.ASSESSMENT: "step",
    FileState.PLAN_REVIEW: "wait",
    FileState.ACTIVE: "step",
    FileState.CLOSING: "wait",
    FileState.CLOSED: "done",
}
RISKS = {"high": "now", "medium": "soon", "low": "later"}


class SupportPage(Page):
    """A page of the support side; the rail leads to its other places."""

    abstract = True

    def address(self, name: str, *rest: str) -> str:
        return reverse(name, args=[self.request.organisation.slug, *rest])

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.request.organisation.time_zone)

    def moment(self, day: date | None, at: time | None = None) -> datetime | None:
        """A day and an hour of the organisation, as a moment."""
        return datetime.combine(day, at or time.min, self.zone()) if day else None


class FormPage(SupportPage, ActionView):
    """A page with one form and one action."""

    abstract = True
    template_name = "victims/form.html"
    title: ClassVar[Any] = ""
    lead: ClassVar[Any] = ""
    button: ClassVar[Any] = ""

    def context(self) -> dict[str, Any]:
        return {"title": self.title, "lead": self.lead, "button": self.button, "back": self.back()}

    def back(self) -> str:
        """Where one goes without doing it, and afterwards unless the page says otherwise."""
        return self.address("support_desk")

    def success_url(self) -> str:
        return self.back()


class InFile(Page):
    """A page inside one file: its reference stands in the address, and 404 is the answer to whoever may not open it."""

    abstract = True

    def load(self) -> None:
        self.file = access_file(self.request.actor, self.kwargs["file"], self.now)

    def file_url(self) -> str:
        return reverse("support_file", args=[self.request.organisation.slug, self.file.reference])

    def head(self) -> dict[str, Any]:
        """What the rail of every page of the file shows."""
        return {"file": self.file, "shape": SHAPES[FileState(self.file.state)]}


class FileForm(InFile, FormPage):
    """A form inside one file."""

    abstract = True

    def back(self) -> str:
        return self.file_url()

    def context(self) -> dict[str, Any]:
        return {**FormPage.context(self), **self.head()}


class FileButton(InFile, ActionView):
    """A button of the page of a file."""

    abstract = True
    own_page = False
    form_class: ClassVar[type[Form]] = ChosenForm
    done_message = gettext_lazy("Noted.")

    def success_url(self) -> str:
        return self.file_url()


def windows_of(call: Any, now: Any) -> list[dict[str, Any]]:
    """The kinds of care of a call in words: what it is, until when, and how sure that is."""
    names, found = clinical_rules.NAMES, []
    for window in sorted(call.windows.all(), key=lambda each: (each.closes_at, each.kind)):
        if window.outcome:
            pill, word = "done", window.get_outcome_display()
        elif now < window.closes_at:
            near = (window.closes_at - now).total_seconds() < 24 * 3600
            pill, word = ("now", _("Now")) if near else ("soon", _("Open"))
        elif now < window.may_work_until:
            pill, word = "now", _("May still work")
        else:
            pill, word = "past", _("Time is over")
        found.append({"row": window, "name": names[window.kind], "pill": pill, "word": word})
    return found


def colleagues(now: Any, *, leave_out: Any = None) -> list[tuple[str, str]]:
    """People of the support side who are at work, by reference and name."""
    there = [user for user in assistance(now) if user != leave_out]
    rows = Membership.objects.select_related("user").filter(user_id__in=there).order_by("user__name")
    return [(member.reference, member.user.name) for member in rows]

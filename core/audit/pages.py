"""The audit of the whole organisation, for whoever watches over it; reading it is an event itself."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, phrases
from core.access import ensure_fresh_second_factor
from core.audit import export, keys, selectors
from core.audit.forms import FilterForm
from core.errors import DomainError
from core.people.permissions import Perm
from core.tenancy import scope
from core.ui import Cell, Column, Table
from core.views import Page

#: More events than this in one package are too many for a page; a narrower period holds fewer.
MOST = 20_000


class Events(Page):
    """Every act and every reading, newest first, narrowed by what the address says."""

    needs = Perm.AUDIT
    template_name = "core/audit.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form = FilterForm(request.GET or None)
        asked = form.asked()
        number = request.GET.get("page", "1")
        found = selectors.events_page(
            reader=request.actor, page=int(number) if number.isdecimal() and len(number) < 7 else 1, **asked
        )
        self.record("core.audit_read", asked)
        query = request.GET.copy()
        query.pop("page", None)
        return self.render(
            {
                "form": form,
                "table": self.table(found.entries) if found.entries else None,
                "newer_url": self.page(query, found.number - 1) if found.number > 1 else "",
                "older_url": self.page(query, found.number + 1) if found.more else "",
                "export_url": f"{reverse('audit_export', args=[request.organisation.slug])}?{query.urlencode()}",
            }
        )

    def page(self, query: Any, number: int) -> str:
        """The address of another page with the same filters."""
        wanted = query.copy()
        wanted["page"] = str(number)
        return f"?{wanted.urlencode()}"

    def record(self, name: str, asked: dict[str, Any], **facts: Any) -> None:
        """That somebody looked, and at what."""
        shown = {"event": asked["action"], "user": asked["actor"], "since": asked["since"], "until": asked["until"]}
        kept = {key: value for key, value in shown.items() if value}
        audit.record(name, by=self.request.actor, facts={**kept, **facts})

    def table(self, entries: list[selectors.Entry]) -> Table:
        """The moment, the sentence, the reference; of what no member of staff did, the day alone."""
        rows = []
        for entry in entries:
            named = entry.event.actor is not None
            when = phrases.exact(entry.at) if named else phrases.day(timezone.localdate(entry.at))
            done = entry.event.outcome == audit.Outcome.DONE
            rows.append(
                [
                    Cell(when),
                    Cell(entry.sentence, small="" if done else entry.outcome),
                    Cell(entry.event.reference or "–", reference=bool(entry.event.reference)),
                ]
            )
        heads = [Column(_("When"), one_line=True), Column(_("What happened")), Column(_("Reference"))]
        return Table.of(_("Events, newest first"), heads, rows, dense=True)


class Export(Events):
    """The events the page shows as a signed package that anybody can check without us.

    What reporters did is left out for everybody: the order of events would tell when they came.
    """

    needs = Perm.AUDIT

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        ensure_fresh_second_factor(request.actor, self.now)
        asked = FilterForm(request.GET or None).asked()
        found = selectors.events(reader=request.actor, **asked).exclude(actor_kind="reporter").order_by("id")
        events = list(found.values_list("pk", flat=True)[: MOST + 1])
        if len(events) > MOST:
            raise DomainError(_("These are too many events for one package. Choose a shorter period."))
        packed, count = export.zipped(scope().organisation, events, key=keys.public_key())
        if not count:
            raise DomainError(_("None of these events has its seal yet. Try again in a minute."))
        self.record("core.audit_exported", asked, events=count)
        answer = HttpResponse(packed, content_type="application/zip")
        answer["Content-Disposition"] = 'attachment; filename="audit.zip"'
        return answer

"""Pages of an organisation's clocks: how long things may take, and its days off."""

import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from core import deadlines, phrases
from core.deadlines import forms, terms
from core.deadlines.models import OwnDay
from core.deadlines.permissions import Perm
from core.deadlines.registry import ABOVE, HEAD_OF_OFFICE, MANAGER, OWNER, Rung, declared, defaults
from core.deadlines.steps import terms_of
from core.ui import Cell, Column, Table
from core.views import ActionView, Page


class Clocks(Page):
    """Every kind of clock with its terms, and the days off."""

    needs = Perm.CLOCKS
    template_name = "core/clocks.html"

    def context(self) -> dict[str, Any]:
        slug = self.request.organisation.slug
        heads = (_("What"), _("Time given"), _("Who hears when it is late"), _("Terms"))
        columns = [Column(head, one_line=number in (1, 3)) for number, head in enumerate(heads)]
        return {"table": Table.of(_("Clocks"), columns, [self.row(each, slug) for each in terms.all_terms()])} | {
            "days": [
                {
                    "title": phrases.day(own.day),
                    "detail": own.name,
                    "remove": reverse("clocks_day_on", args=[slug, own.day.isoformat()]),
                }
                for own in OwnDay.objects.order_by("day")
            ],
            "form": forms.DayOffForm(),
        }

    def row(self, each: terms.OwnTerms, slug: str) -> list[Cell]:
        own = each.terms
        rungs = " · ".join(self.rung(rung) for rung in own.ladder if rung.to != OWNER)
        return [
            Cell(each.title, url=reverse("clock_terms", args=[slug, own.key])),
            Cell(phrases.amount(own.amount, own.unit)),
            Cell(rungs or "–"),
            Cell(_("As given") if each.as_given else _("Your own")),
        ]

    def rung(self, rung: Rung) -> str:
        who = {MANAGER: _("manager"), ABOVE: _("the person above"), HEAD_OF_OFFICE: _("head of office")}[rung.to]
        late = phrases.amount(rung.late, rung.unit) if rung.late else _("at once")
        return f"{who}: {late}"


class ClockTerms(ActionView):
    """The terms of one kind."""

    needs = Perm.CLOCKS
    form_class = forms.TermsForm
    template_name = "core/clock_terms.html"
    done_message = _l("Saved. Clocks that run keep the time they were given.")

    def load(self) -> None:
        if self.kwargs["kind"] not in declared():
            raise Http404

    def initial(self) -> dict[str, Any]:
        return forms.initial(terms_of(self.kwargs["kind"]))

    def context(self) -> dict[str, Any]:
        key = self.kwargs["kind"]
        return {
            "title": declared()[key].title,
            "source": defaults()[key].source if key in defaults() else "",
        }

    def act(self, data: dict[str, Any]) -> Any:
        late = {rung: data[rung] for rung in (MANAGER, ABOVE, HEAD_OF_OFFICE)}
        values = {name: data[name] for name in ("amount", "unit", "roll", "warn")}
        return terms.change(self.kwargs["kind"], **values, late=late, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return reverse("clocks", args=[self.request.organisation.slug])


class DayOff(ActionView):
    """Add a day off."""

    needs = Perm.CLOCKS
    form_class = forms.DayOffForm
    template_name = "core/clocks.html"
    own_page = False
    done_message = _l("Saved. Clocks that run were reckoned anew.")

    def context(self) -> dict[str, Any]:
        page = Clocks()
        page.request = self.request
        return page.context()

    def act(self, data: dict[str, Any]) -> Any:
        return deadlines.add_own_day(data["day"], name=data["name"], by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return reverse("clocks", args=[self.request.organisation.slug])


class DayOn(ActionView):
    """Take a day off back."""

    needs = Perm.CLOCKS
    own_page = False
    done_message = _l("Saved. Clocks that run were reckoned anew.")

    def act(self, data: dict[str, Any]) -> Any:
        try:
            day = datetime.date.fromisoformat(self.kwargs["day"])
        except ValueError as error:
            raise Http404 from error
        return deadlines.remove_own_day(day, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return reverse("clocks", args=[self.request.organisation.slug])

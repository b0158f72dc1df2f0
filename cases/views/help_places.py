"""The places to get help now that the form shows: the list, one entry, checked again, taken away."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from cases.actions import help_places
from cases.forms.help_places import KINDS, HelpPlaceForm
from cases.permissions import Perm
from cases.selectors import help_places as places
from core import phrases
from core.people.forms import countries
from core.ui import Cell, Column, Table
from core.views import ActionView, Page


class HelpPlaces(Page):
    """All entries, those that have to be checked again first."""

    needs = Perm.HELP
    template_name = "cases/help_places.html"

    def context(self) -> dict[str, Any]:
        names, today = dict(countries()), self.now.date()
        rows, every = [], list(places.every())
        for place in every:
            url = reverse("help_place", args=[self.request.organisation.slug, place.reference])
            until = phrases.day(place.expires_on, today=today)
            rows.append(
                [
                    Cell(place.name, small=KINDS[place.kind], url=url, words=True),
                    Cell(names[place.country] if place.country else _("Every country")),
                    Cell(place.how, small=place.hours, words=True),
                    Cell(_("Not shown: check it again"), pill="now")
                    if place.expires_on <= today
                    else Cell(_("Until %(day)s") % {"day": until}),
                ]
            )
        columns = [Column(_("Place")), Column(_("Country")), Column(_("How to reach it")), Column(_("Shown"))]
        gone = sum(place.expires_on <= today for place in every)
        table = Table.of(_("Help now"), columns, rows) if rows else None
        return {"table": table, "gone": gone, "form_url": reverse("public:help", args=[self.request.organisation.slug])}


class HelpPlacePage(ActionView):
    """An entry."""

    abstract = True
    form_class = HelpPlaceForm
    template_name = "cases/help_place.html"

    def success_url(self) -> str:
        return reverse("help_places", args=[self.request.organisation.slug])


class AddHelpPlace(HelpPlacePage):
    needs = Perm.HELP
    done_message = _l("It is on the form now.")

    def initial(self) -> dict[str, Any]:
        return {"country": self.request.organisation.country}

    def act(self, data: dict[str, Any]) -> Any:
        return help_places.write(None, data, by=self.request.actor, now=self.now)


class ChangeHelpPlace(HelpPlacePage):
    needs = Perm.HELP
    done_message = _l("Saved. The form shows it for another half year.")

    def load(self) -> None:
        self.place = places.access_place(self.kwargs["place"])

    def context(self) -> dict[str, Any]:
        return {"place": self.place}

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.place, name) for name in HelpPlaceForm.base_fields}

    def act(self, data: dict[str, Any]) -> Any:
        return help_places.write(self.place, data, by=self.request.actor, now=self.now)


class RemoveHelpPlace(ActionView):
    """Take an entry off the form."""

    needs = Perm.HELP
    own_page = False
    done_message = _l("Taken away.")

    def load(self) -> None:
        self.place = places.access_place(self.kwargs["place"])

    def act(self, data: dict[str, Any]) -> Any:
        return help_places.take_away(self.place, by=self.request.actor)

    def success_url(self) -> str:
        return reverse("help_places", args=[self.request.organisation.slug])

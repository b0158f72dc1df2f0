"""Pages of the organisation itself: its settings and its offices."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from core.organisations import Office
from core.people import forms, house, selectors
from core.people.permissions import Perm
from core.ui import Cell, Table
from core.views import ActionView, Page


class Settings(ActionView):
    """Name, languages, calendar."""

    needs = Perm.SETTINGS
    form_class = forms.SettingsForm
    template_name = "core/people/settings.html"
    done_message = _l("Saved.")

    def initial(self) -> dict[str, Any]:
        found = self.request.organisation
        return {name: getattr(found, name) for name in house.OPEN}

    def act(self, data: dict[str, Any]) -> Any:
        return house.change_settings(**data, by=self.request.actor, now=self.now)


class Offices(Page):
    """The tree of offices."""

    needs = Perm.SETTINGS
    template_name = "core/people/offices.html"

    def context(self) -> dict[str, Any]:
        slug = self.request.organisation.slug
        names = dict(forms.countries())
        rows = [
            [
                Cell(f"{'– ' * depth}{office.name}", url=reverse("office", args=[slug, office.reference])),
                Cell(names.get(office.country, "–")),
                Cell(_("Headquarters") if office.headquarters else "–"),
            ]
            for depth, office in selectors.tree()
        ]
        return {"table": Table.of(_("Offices"), [_("Office"), _("Country"), _("Standing")], rows)}


class OfficeAct(ActionView):
    """Something done about an office."""

    abstract = True
    form_class = forms.OfficeForm
    template_name = "confirm.html"
    title: Any = ""

    def context(self) -> dict[str, Any]:
        return {"title": self.title, "confirm_text": _("Save"), "cancel_url": self.success_url()}

    def success_url(self) -> str:
        return reverse("offices", args=[self.request.organisation.slug])


class AddOffice(OfficeAct):
    needs = Perm.SETTINGS
    title = _l("Add an office")
    done_message = _l("The office is there.")

    def initial(self) -> dict[str, Any]:
        top = Office.objects.filter(headquarters=True).first()
        return {"parent": top.reference if top else ""}

    def act(self, data: dict[str, Any]) -> Any:
        return house.add_office(**data, by=self.request.actor, now=self.now)


class ChangeOffice(OfficeAct):
    needs = Perm.SETTINGS
    title = _l("Change an office")
    done_message = _l("Saved.")

    def initial(self) -> dict[str, Any]:
        office = selectors.access_office(self.kwargs["office"])
        parent = office.parent.reference if office.parent else ""
        return {"name": office.name, "country": office.country, "parent": parent}

    def act(self, data: dict[str, Any]) -> Any:
        office = selectors.access_office(self.kwargs["office"])
        return house.change_office(office, **data, by=self.request.actor, now=self.now)

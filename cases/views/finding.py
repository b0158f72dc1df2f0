"""Finding somebody by name. What is typed travels in the body of a post and stands in no address."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from cases.actions import finding
from cases.permissions import Perm
from core.access import ensure_fresh_second_factor
from core.forms import Form
from core.ui import Cell, Column, Table
from core.views import ActionView


class FindForm(Form):
    text = forms.CharField(
        label=_l("Name, e-mail address or telephone number"),
        help_text=_l("Part of a name is enough, in any script. It need not be spelt right."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FindSomebody(ActionView):
    """The form, and below it where somebody may be meant: cases and codes, never the name that was found."""

    needs = Perm.SUBJECT_IDENTITY
    form_class = FindForm
    template_name = "cases/find.html"

    def load(self) -> None:
        # Before anything is typed: asked for afterwards, it would be lost.
        ensure_fresh_second_factor(self.request.actor, self.now)

    def act(self, data: dict[str, Any]) -> Any:
        return finding.somebody(data["text"], by=self.request.actor, now=self.now)

    def done(self) -> HttpResponse:
        """The same page with what was found; no address leads to it."""
        found = self.result
        return self.render({"form": self.form(), "found": found, "table": self.table(found) if found.hits else None})

    def table(self, found: finding.Found) -> Table:
        slug = self.request.organisation.slug
        rows = [
            [
                Cell(
                    hit.participant.case.reference, url=reverse("case", args=[slug, hit.participant.case.reference]),
                    reference=True, at=hit.participant.case.received_at,
                ),
                Cell(hit.participant.code, small=hit.participant.get_part_display()),
                Cell(hit.participant.case.get_state_display()),
                Cell(_("The same"), pill="now") if hit.same else Cell(_("Alike"), pill="later"),
            ]
            for hit in found.hits[:100]
        ]  # fmt: skip
        columns = [Column(_("Case")), Column(_("Person")), Column(_("State")), Column(_("Name"))]
        return Table.of(_("Who may be meant"), columns, rows)

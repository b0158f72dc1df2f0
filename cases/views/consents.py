"""The consent ledger of the people in one case: every yes, with its words, and how it is recorded or taken back."""

from typing import Any, ClassVar

from django.forms import Form
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import consents
from cases.choices import Part
from cases.forms.consents import ConsentForm, EndConsentForm
from cases.models import Consent, Participant
from cases.permissions import Perm
from cases.selectors import people_of
from cases.views.in_case import ActInCase
from core import phrases
from core.views import ActionView


class Ledger(ActionView):
    """What each of some people agreed to, and a form for one more yes; `people()` says whose."""

    abstract = True
    form_class: ClassVar[type[Form]] = ConsentForm
    done_message = gettext_lazy("Recorded.")

    def people(self) -> list[Participant]:
        raise NotImplementedError

    def end_url(self) -> str:
        """Where a yes is taken back."""
        raise NotImplementedError

    def form_arguments(self) -> dict[str, Any]:
        return {"people": self.people(), "organisation": self.request.organisation}

    def context(self) -> dict[str, Any]:
        people = {each.person_id: each for each in self.people()}
        rows = Consent.objects.filter(person_id__in=people).select_related("recorded_by").order_by("-given_at", "id")
        ledger = [self.line(people[row.person_id], row) for row in rows]
        return {**super().context(), "ledger": ledger, "end_url": self.end_url()}

    def line(self, who: Participant, row: Consent) -> dict[str, Any]:
        how = [row.get_method_display(), phrases.language_name(row.language)]
        if row.recorded_by:
            how.append(_("written down by %(name)s") % {"name": row.recorded_by.name})
        return {"row": row, "code": who.code, "how": ", ".join(str(word) for word in how if word)}

    def act(self, data: dict[str, Any]) -> Any:
        return consents.give(**data, by=self.request.actor, now=self.now)


class Ending(Ledger):
    """Somebody takes a yes back."""

    abstract = True
    own_page = False
    form_class = EndConsentForm
    done_message = gettext_lazy("Taken back from now on.")

    def form_arguments(self) -> dict[str, Any]:
        return {"people": self.people()}

    def act(self, data: dict[str, Any]) -> Any:
        return consents.withdraw(**data, by=self.request.actor, now=self.now)


class InOneCase(Ledger, ActInCase):
    """The ledger of everybody in one case who can agree to anything: not whom it is about."""

    abstract = True
    here = "consents"
    then = "case_consents"

    def people(self) -> list[Participant]:
        found = people_of(self.case).exclude(part=Part.SUBJECT)
        return list({each.person_id: each for each in found}.values())

    def end_url(self) -> str:
        return self.url("case_consent_end")


class ConsentsPage(InOneCase):
    needs = Perm.CONSENT_RECORD
    template_name = "cases/case_consents.html"


class EndConsent(Ending, InOneCase):
    needs = Perm.CONSENT_RECORD
    template_name = ""

"""The directory of providers, consents to a referral, referrals, and which services are missing."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from cases.actions import consents
from cases.choices import Purpose
from core import phrases
from core.people.forms import countries
from core.ui import Cell, Column, Table
from victims.actions import referrals
from victims.choices import ReferralState, Service
from victims.forms.referrals import AppointmentForm, ConsentForm, MissingForm, ProviderForm, ReferForm
from victims.models import Referral
from victims.permissions import Perm
from victims.selectors import work
from victims.views.base import FileButton, FileForm, FormPage, SupportPage


class Providers(SupportPage):
    """The directory, with what has to be checked again first in words."""

    needs = Perm.PROVIDERS
    template_name = "victims/providers.html"

    def context(self) -> dict[str, Any]:
        names, services = dict(countries()), dict(Service.choices)
        today = self.now.date()
        rows = [
            [
                Cell(
                    provider.name,
                    small=provider.area,
                    url=self.address("support_provider", provider.reference),
                    words=True,
                ),
                Cell(names.get(provider.country, "–")),
                Cell(", ".join(str(services[each]) for each in provider.services if each in services)),
                Cell(provider.hours or "–", small=provider.languages, words=True),
                Cell(_("Check it again"), pill="soon")
                if provider.expires_on <= today
                else Cell(phrases.day(provider.checked_on, today=today)),
            ]
            for provider in work.providers()
        ]
        columns = [
            Column(_("Provider")),
            Column(_("Country")),
            Column(_("Helps with")),
            Column(_("Hours")),
            Column(_("Checked"), one_line=True),
        ]
        return {"table": Table.of(_("Providers"), columns, rows) if rows else None}


class ProviderPage(FormPage):
    """An entry of the directory."""

    abstract = True
    form_class = ProviderForm
    lead = _l("Saving it says that you asked and it is right today. After half a year it has to be checked again.")
    button = _l("Save, it is right today")

    def back(self) -> str:
        return self.address("support_providers")


class AddProvider(ProviderPage):
    needs = Perm.PROVIDERS
    title = _l("Add a provider")
    done_message = _l("It is in the directory.")

    def act(self, data: dict[str, Any]) -> Any:
        return referrals.write_provider(None, **data, by=self.request.actor, now=self.now)


class ChangeProvider(ProviderPage):
    needs = Perm.PROVIDERS
    done_message = _l("Saved.")

    def load(self) -> None:
        self.row = work.access_provider(self.kwargs["provider"])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "title": self.row.name}

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in ProviderForm.base_fields}

    def act(self, data: dict[str, Any]) -> Any:
        return referrals.write_provider(self.row, **data, by=self.request.actor, now=self.now)


class WithProvider(FileForm):
    """A form of one file that names a provider of its country."""

    abstract = True

    def offered(self) -> list[Any]:
        return work.usable(self.file.country, self.now.date())

    def form_arguments(self) -> dict[str, Any]:
        pairs = [(each.reference, f"{each.name}, {each.area}" if each.area else each.name) for each in self.offered()]
        return {"providers": pairs}


class Consents(WithProvider):
    """To whom the person agreed to be referred; given and taken back here."""

    needs = Perm.WORK
    form_class = ConsentForm
    template_name = "victims/consents.html"
    title = _l("What the person agreed to")
    lead = _l(
        "One yes for one provider. They can take it back at any moment: then whatever is under way is pulled back."
    )
    button = _l("They said yes")
    done_message = _l("The consent is on record.")

    def context(self) -> dict[str, Any]:
        held = work.agreed(self.file)
        return {
            **super().context(),
            "words": consents.WORDS[Purpose.REFERRAL],
            "agreed": [each for each in work.providers() if each.reference in held],
        }

    def initial(self) -> dict[str, Any]:
        return {"language": self.file.person.language, "provider": self.request.GET.get("provider", "")}

    def act(self, data: dict[str, Any]) -> Any:
        provider = work.access_provider(data["provider"])
        return referrals.agree(
            self.file, provider, method=data["method"], language=data["language"], by=self.request.actor, now=self.now
        )

    def success_url(self) -> str:
        return self.address("support_refer", self.file.reference)


class TakeBack(FileButton):
    """The person takes one consent back."""

    needs = Perm.WORK

    def act(self, data: dict[str, Any]) -> Any:
        provider = work.access_provider(self.kwargs["provider"])
        return referrals.take_back(self.file, provider, by=self.request.actor, now=self.now)

    def said(self) -> str:
        if self.result:
            return _("Taken back. What was under way was pulled back, and nothing more is shared.")
        return _("Taken back. Nothing more is shared.")


class Refer(WithProvider):
    """Refer the person to a provider they agreed to."""

    needs = Perm.WORK
    form_class = ReferForm
    template_name = "victims/refer.html"
    title = _l("Refer the person")
    lead = _l("Only to providers the person agreed to, and with the least they need to know.")
    button = _l("Refer")
    done_message = _l("The person is referred. You are reminded if nobody answers.")

    def offered(self) -> list[Any]:
        held = work.agreed(self.file)
        return [each for each in super().offered() if each.reference in held]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "none_agreed": not self.offered(), "missing": MissingForm()}

    def act(self, data: dict[str, Any]) -> Any:
        provider = work.access_provider(data.pop("provider"))
        return referrals.refer(self.file, provider, **data, by=self.request.actor, now=self.now)


class NoneOffers(FileButton):
    """Nobody there gives the service."""

    needs = Perm.WORK
    form_class = MissingForm
    done_message = _l("Noted: it is counted among the services that are missing.")

    def act(self, data: dict[str, Any]) -> Any:
        return referrals.missing(self.file, service=data["service"], by=self.request.actor, now=self.now)


class MoveReferral(FileButton):
    """What became of a referral."""

    needs = Perm.WORK

    def act(self, data: dict[str, Any]) -> Any:
        referral = work.row_of(Referral, self.file, self.kwargs["row"])
        return referrals.move(referral, data["state"], by=self.request.actor, now=self.now)


class Accepted(FileForm):
    """The provider accepted; when the person is expected, if that is known."""

    needs = Perm.WORK
    form_class = AppointmentForm
    title = _l("The provider accepted")
    button = _l("Note it")
    done_message = _l("Noted.")

    def load(self) -> None:
        super().load()
        self.row = work.row_of(Referral, self.file, self.kwargs["row"])
        if self.row.state != ReferralState.SENT:
            raise Http404

    def act(self, data: dict[str, Any]) -> Any:
        at = self.moment(data["day"], data["at"])
        return referrals.move(self.row, "accept", appointment_at=at, by=self.request.actor, now=self.now)


class Missing(SupportPage):
    """Which services are missing where, as counts; a small number is not shown."""

    needs = Perm.GAPS
    template_name = "victims/missing.html"

    def context(self) -> dict[str, Any]:
        names = dict(countries())
        rows = [
            [
                Cell(names.get(gap.country, _("Not known"))),
                Cell(gap.service),
                Cell(str(gap.times) if gap.times is not None else _("fewer than %(number)d") % {"number": work.FEWEST}),
            ]
            for gap in work.gaps(self.request.actor)
        ]
        columns = [Column(_("Country")), Column(_("Service")), Column(_("People without it"), number=True)]
        return {"table": Table.of(_("Services that are missing"), columns, rows) if rows else None}

"""Log a complaint: one screen that can be filled in any order while somebody speaks."""

from datetime import date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import TextChoices
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases import choices
from cases.actions.intake import Told
from cases.actions.logging import Written
from cases.choices import ForWhom, Mode, Personnel, Purpose, YesNoUnknown
from core.forms import Form, PartialDate, PartialDateField
from core.organisations import Office, Organisation

ASKED = [("yes", _("Yes")), ("no", _("No")), ("not_asked", _("Not asked"))]
INLINE = {"class": "inline"}

#: Whom somebody works for, as far as they know, and what that means for the kind of personnel (§2.4).
WORKS_FOR: tuple[tuple[str, Any, str], ...] = (
    ("", _("Not known"), ""),
    ("own", _("This organisation"), ""),
    ("partner", _("A partner organisation"), Personnel.PARTNER_STAFF),
    ("supplier", _("A supplier"), Personnel.VENDOR),
    ("guard", _("A guard company"), Personnel.SECURITY_GUARD),
    ("other_agency", _("Another agency"), ""),
    ("none", _("No link to aid work"), Personnel.NOT_AID_WORK),
)


def not_known_first(kind: type[TextChoices]) -> list[tuple[str, Any]]:
    """The choices with "not known" on top: what nobody touched must never say anything."""
    return sorted(kind.choices, key=lambda pair: pair[0] != "unknown")


def yes_no(label: Any, *, required: bool = False, **rest: Any) -> forms.ChoiceField:
    """Yes, no, not known: beside each other."""
    widget = forms.RadioSelect(attrs=INLINE)
    return forms.ChoiceField(label=label, choices=YesNoUnknown.choices, widget=widget, required=required, **rest)


def asked(label: Any, **rest: Any) -> forms.ChoiceField:
    """Yes, no, not asked."""
    return forms.ChoiceField(
        label=label, choices=ASKED, widget=forms.RadioSelect(attrs=INLINE), required=False, initial="not_asked", **rest
    )


def line(label: Any, length: int = 300, **rest: Any) -> forms.CharField:
    """One line of text that may stay empty."""
    return forms.CharField(label=label, max_length=length, required=False, **rest)


class LogForm(Form):
    """Everything may stay empty but the safety question and a few words; `now` and the organisation give the dates."""

    _errors: ErrorDict | None  # Django's own: empty means that nothing is corrected yet

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    safe_now = yes_no(
        _("Is the person safe now?"), required=True,
        error_messages={"required": _("Say whether the person is safe now. “Not known” is an answer, too.")},
    )  # fmt: skip
    last_time = forms.ChoiceField(
        label=_("When did it last happen?"), choices=choices.LastTime.choices, required=False,
        widget=forms.RadioSelect(attrs=INLINE),
    )  # fmt: skip
    account = forms.CharField(
        label=_("In their words"),
        help_text=_(
            "Write what was said, in the language it was said in. Leave gaps. "
            "Do not ask for more than the person offers."
        ),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
        error_messages={"required": _("Write a few words of what was said. One line is enough.")},
    )
    place = line(_("Where"), help_text=_("A place or a kind of place"))
    happened = PartialDateField(label=_("When"), help_text=_("A month or a year is enough"), required=False)
    office = forms.ChoiceField(label=_("Office concerned"), required=False)
    for_whom = forms.ChoiceField(
        label=_("Who tells you?"),
        choices=[(ForWhom.SELF, _("The person affected")), (ForWhom.OTHER, _("Somebody else, for them"))],
        widget=forms.RadioSelect(attrs=INLINE),
        initial=ForWhom.SELF,
        required=False,
    )
    affected_knows = yes_no(_("If somebody else: does the person affected know?"))
    affected_wants = yes_no(_("If somebody else: do they want it?"))
    sex = forms.ChoiceField(label=_("The person affected"), choices=not_known_first(choices.Sex), required=False)
    age_band = forms.ChoiceField(
        label=_("Age"), help_text=_("Your estimate is enough"), choices=not_known_first(choices.AgeBand), required=False
    )
    about_whom = line(
        _("The person it is about"), help_text=_("A role or a description. A name only if they offer one.")
    )
    subject_name = line(_("Their name, if it was said"), 120)
    works_for = forms.ChoiceField(
        label=_("Works for"),
        help_text=_("As far as they know"),
        choices=[(key, label) for key, label, _personnel in WORKS_FOR],
        required=False,
    )
    must_not_know = line(
        _("Is there anyone, or an office, that must not know of this?"),
        500,
        help_text=_("They will not find it, whatever their role."),
    )
    wishes_words = line(_("What do they hope happens?"), 1000, help_text=_("In their words. Promise nothing."))
    safe_way = line(_("A safe way and time to reach them"), help_text=_("And what may be said to whoever answers"))
    keep_name = asked(_("May we keep their name?"), help_text=_("It is sealed. Each opening is recorded."))
    name = line(_("Their name"), 120, help_text=_("Only with their yes. A code is used everywhere else."))
    share_name = asked(_("May investigators know the name?"))
    want_support = asked(_("May victim support get in touch?"))
    language = forms.ChoiceField(label=_("Language"), required=False)
    interpreter_needed = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    channel = forms.ChoiceField(
        label=_("Channel"),
        help_text=_("Where you heard it"),
        choices=choices.Channel.choices,
        initial=choices.Channel.FOCAL_POINT,
    )
    told_on = PartialDateField(label=_("Told to you"), help_text=_("The day of this conversation"), required=False)
    aware_on = PartialDateField(
        label=_("The organisation became aware"),
        help_text=_("Earlier, if a colleague already knew. Clocks start here."),
        required=False,
    )
    receipt = forms.BooleanField(
        label=_("They want a number to come back with"),
        help_text=_("Shown once, for them alone. At its first use it is replaced by one you do not know."),
        required=False,
    )

    def __init__(self, *args: Any, organisation: Organisation, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation, self.now = organisation, now
        self.zone = ZoneInfo(organisation.time_zone)
        today = now.astimezone(self.zone).date()
        for name in ("happened", "told_on", "aware_on"):
            field = self.fields[name]
            if isinstance(field, PartialDateField):
                field.not_after = today
        names = {code: str(label) for code, label in settings.LANGUAGES}
        languages = [(code, names.get(code, code)) for code in organisation.languages]
        self.offices = {office.reference: office for office in Office.objects.order_by("name")}
        offices = [(reference, office.name) for reference, office in self.offices.items()]
        self._choose("language", [*languages, ("und", _("Another language"))])
        self._choose("office", [("", _("Not known")), *offices])
        for name in ("account", "must_not_know", "channel", "last_time", "for_whom", "subject_name", "receipt"):
            self.fields[name].whole = True  # type: ignore[attr-defined]
        self.fields["account"].label_hidden = True  # type: ignore[attr-defined]

    def _choose(self, name: str, pairs: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = pairs

    def clean(self) -> dict[str, Any]:
        """What was filled in; `written` holds it as the domain wants it, once nothing is missing."""
        data = super().clean() or {}
        for name in ("told_on", "aware_on"):
            value = data.get(name)
            if value is not None and value.day is None:
                self.add_error(name, _("Give the whole day here: clocks are reckoned from it."))
        told, aware = self._day(data.get("told_on")), self._day(data.get("aware_on"))
        if told and aware and aware > told:
            self.add_error("aware_on", _("The organisation cannot have become aware later than you were told."))
        if data.get("name") and data.get("keep_name") != "yes":
            self.add_error("name", _("Ask whether we may keep the name, or leave this empty."))
        if not self.errors:
            data["written"] = self.written(data)
        return data

    @staticmethod
    def _day(value: PartialDate | None) -> date | None:
        return value.earliest() if value is not None and value.day is not None else None

    def _moment(self, value: PartialDate | None, otherwise: datetime) -> datetime:
        """Noon of that day in the organisation's time zone; today means now."""
        day = self._day(value)
        if day is None or day == self.now.astimezone(self.zone).date():
            return otherwise
        return min(datetime.combine(day, time(12), self.zone), self.now)

    def answers(self) -> dict[str, Any]:
        """What was filled in, as it came, for the draft."""
        sent = cast(QueryDict, self.data)
        return {key: sent.getlist(key) for key in sent if key not in ("csrfmiddlewaretoken", "act")}

    def written(self, data: dict[str, Any]) -> Written:
        """The valid form as the domain wants it."""
        named = data["keep_name"] == "yes"
        shares = named and data["share_name"] == "yes"
        consents = [Purpose.SUPPORT] if data["want_support"] == "yes" else []
        mode = Mode.NAMED if shares else Mode.CONFIDENTIAL if named or data["safe_way"] else Mode.ANONYMOUS
        works_for = {key: (str(label), personnel) for key, label, personnel in WORKS_FOR}[data["works_for"]]
        happened, received = data["happened"], self._moment(data["told_on"], self.now)
        other = data["for_whom"] == ForWhom.OTHER
        told = Told(
            account=data["account"],
            language=data["language"] or "und",
            mode=mode,
            for_whom=data["for_whom"] or ForWhom.SELF,
            child=YesNoUnknown.YES if data["age_band"] in choices.CHILD_BANDS else YesNoUnknown.UNKNOWN,
            last_time=data["last_time"],
            affected_knows=data["affected_knows"] if other else "",
            affected_wants=data["affected_wants"] if other else "",
            subject_name=data["subject_name"],
            subject_work=data["about_whom"],
            must_not_know=data["must_not_know"],
            wishes_words=data["wishes_words"],
            name=data["name"] if named else "",
            safe_way=data["safe_way"],
            consents=tuple(consents),
        )
        return Written(
            told=told,
            safe_now=data["safe_now"],
            channel=data["channel"],
            received_at=received,
            aware_at=self._moment(data["aware_on"], received),
            office=self.offices[data["office"]].pk if data["office"] else None,
            place=data["place"],
            incident_from=happened.earliest() if happened else None,
            incident_until=happened.latest() if happened else None,
            sex=data["sex"],
            age_band=data["age_band"],
            interpreter_needed=data["interpreter_needed"],
            personnel=works_for[1],
            employer=works_for[0] if data["works_for"] else "",
            receipt=data["receipt"],
        )


def as_left(data: QueryDict, **rest: Any) -> LogForm:
    """The form with what a draft holds, and no corrections yet: nobody has sent it."""
    form = LogForm(data, **rest)
    form._errors = ErrorDict()
    return form


def query(answers: dict[str, Any]) -> QueryDict:
    """What `LogForm.answers` gave, as a form takes it."""
    found = QueryDict(mutable=True)
    for key, values in answers.items():
        found.setlist(key, list(values))
    return found

"""Fictional cases in every state over two years, in the proportions of domain reference §10."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cases import choices
from cases.choices import CaseState as S
from cases.choices import GrantLevel, Part
from cases.models import (
    Allegation,
    AllegationSubject,
    AllegationVictim,
    Case,
    CaseDuty,
    CaseGrant,
    Exclusion,
    HelpContact,
    Identity,
    IntakeRoute,
    Note,
    Participant,
    Person,
    Report,
    SupportRequest,
)
from cases.selectors import open_case_permission_id
from core.demo import House
from core.encryption import keys
from core.organisations import REFERENCE_ALPHABET

NEWEST = 12
EVERYBODY = ",".join(Part.values)

ACCOUNTS = {
    "en": (
        "Fictional account. The man with the list at the distribution point said the name stays on it for a favour. "
        "It was said twice, in front of the store.",
        "Fictional account. A driver offered a ride and money, and asked for what the person did not want to give.",
        "Fictional account. Messages at night from someone at work, again and again, with pictures nobody asked for.",
        "Fictional account. A neighbour is worried about a girl who is seen with a worker of the partner organisation.",
        "Fictional account. A job was promised if the person came alone in the evening.",
    ),
    "ar": (
        "رواية خيالية للعرض. قال لي من يكتب الأسماء إن اسمي يبقى في القائمة إن كنت لطيفة معه. حدث ذلك مرتين.",
        "رواية خيالية للعرض. وعدني رجل بعمل إن جئت وحدي مساءً.",
    ),
    "fr": (
        "Récit fictif pour la démonstration. Un chauffeur a proposé de l’argent et demandé autre chose en échange.",
    ),
}
FICTIONAL_NAMES = ("Person One Test", "Person Two Test", "Person Three Test", "Person Four Test", "Person Five Test")
SE = ("se_transactional", "se_aid_condition", "se_relationship", "se_solicitation", "se_images_online")
SA = ("sa_assault", "sa_rape", "sa_child", "sa_attempt_threat")
SH = ("sh_verbal", "sh_touch", "sh_images_messages", "sh_quid_pro_quo", "opc_abuse_authority")
OPEN_STATES = (
    (S.RECEIVED, 10), (S.TRIAGE, 12), (S.INFO_ONLY, 12), (S.REFERRED_OUT, 6), (S.MONITORED_EXTERNAL, 5),
    (S.IN_ASSESSMENT, 22), (S.IN_INVESTIGATION, 25), (S.IN_DECISION, 8),
)  # fmt: skip
#: 30 % substantiated, 35 % not, 15 % closed otherwise, 20 % open (§10, fixture mix).
ENDS = (
    ("substantiated", 30), ("unsubstantiated", 35), ("insufficient_information", 4), ("no_case", 4),
    ("perpetrator_unidentified", 3), ("victim_withdrew", 1), ("jurisdiction_elsewhere", 1), ("out_of_scope", 1),
    ("duplicate", 1), ("", 20),
)  # fmt: skip


@dataclass
class Rows:
    """Objects made, by table, in the order they are written."""

    cases: list[Case] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    allegations: list[Allegation] = field(default_factory=list)
    victims: list[AllegationVictim] = field(default_factory=list)
    subjects: list[AllegationSubject] = field(default_factory=list)
    duties: list[CaseDuty] = field(default_factory=list)
    grants: list[CaseGrant] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    support: list[SupportRequest] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def save(self) -> None:
        """Write everything, parents first."""
        for rows in (
            self.cases, self.reports, self.people, self.duties, self.grants, self.participants, self.identities,
            self.allegations, self.victims, self.subjects, self.exclusions, self.support, self.notes,
        ):  # fmt: skip
            if rows:
                table: Any = type(rows[0])
                table.objects.bulk_create(rows, batch_size=500)


def drawn(rng: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([value for value, _weight in weighted], [weight for _value, weight in weighted])[0]


def seed(house: House, *, count: int, rng: random.Random, now: datetime) -> list[Case]:
    """`count` cases of one organisation, in its scope; returns them, the newest last."""
    rows = Rows()
    moments = sorted(
        now - timedelta(days=730 * rng.random() ** 1.3, minutes=rng.randrange(600)) for _each in range(count)
    )
    # What came in these days still waits for somebody.
    for place in range(1, min(NEWEST, count) + 1):
        moments[-place] = now - timedelta(hours=6 * place, minutes=rng.randrange(300))
    for number, received in enumerate(moments):
        _case(rows, house, rng, received, now, newest=number >= count - NEWEST)
    keys.create_many([case.pk for case in rows.cases])
    keys.create_many([person.pk for person in rows.people])
    _seal(rows, rng)
    rows.save()
    return rows.cases


def settings_of(house: House, now: datetime) -> None:
    """Intake routes and help contacts of one organisation, in its scope."""
    users = house.users
    if "Rosa" in users:
        IntakeRoute.objects.create(user=users["Rosa"], step=1)
        IntakeRoute.objects.create(user=users["Ines"], step=2)
        IntakeRoute.objects.create(user=users["Kofi"], office=house.offices["Hill"], step=1)
        IntakeRoute.objects.create(user=users["Hana"], step=1, oversight=True)
    elif "Sofia" in users:
        IntakeRoute.objects.create(user=users["Sofia"], step=1)
    else:
        IntakeRoute.objects.create(user=next(iter(users.values())), step=1)
    today = now.date()
    dates = {"checked_on": today - timedelta(days=20), "expires_on": today + timedelta(days=400)}
    HelpContact.objects.bulk_create(
        [
            HelpContact(
                country=house.organisation.country,
                kind="medical",
                name="Lakeside health post (fictional)",
                how="Go in at any hour, ask for the nurse. Phone 000 000 001.",
                hours="Day and night",
                cost="Free",
                good_for_children=True,
                good_for_men=True,
                **dates,
            ),
            HelpContact(
                country=house.organisation.country,
                kind="psychosocial",
                name="Listening line (fictional)",
                how="Phone 000 000 002. You do not need to give a name.",
                hours="08:00 to 20:00",
                cost="Free",
                good_for_children=True,
                good_for_men=True,
                good_for_lgbtiq=True,
                **dates,
            ),
            HelpContact(
                country=house.organisation.country,
                kind="safety",
                name="Safe house (fictional)",
                how="Phone 000 000 003, someone comes to meet you.",
                hours="Day and night",
                cost="Free",
                good_for_children=True,
                **dates,
            ),
        ]
    )


def _reference(rng: random.Random) -> str:
    letters = "".join(rng.choice(REFERENCE_ALPHABET) for _position in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _code(rng: random.Random) -> str:
    return "".join(rng.choice(REFERENCE_ALPHABET) for _position in range(8))


def _kind(rng: random.Random) -> tuple[str, str]:
    """Stream and type in the fixture mix: 60 % SE, 25 % SA, 10 % SH and other, 5 % unknown (§10)."""
    draw = rng.random()
    if draw < 0.60:
        return "sea", rng.choice(SE)
    if draw < 0.85:
        return "sea", rng.choice(SA)
    if draw < 0.95:
        return "sh", rng.choice(SH)
    return "unknown", "unknown"


def _state(rng: random.Random, received: datetime, now: datetime, *, newest: bool) -> tuple[str, str]:
    age = (now - received).days
    if newest:
        return rng.choice((S.RECEIVED, S.RECEIVED, S.TRIAGE)), ""
    end = drawn(rng, ENDS)
    if end and age > 30:
        return S.CLOSED, end
    state = drawn(rng, OPEN_STATES)
    return (S.IN_INVESTIGATION if age > 60 and state in (S.RECEIVED, S.TRIAGE) else state), ""


def _case(rows: Rows, house: House, rng: random.Random, received: datetime, now: datetime, *, newest: bool) -> None:
    users = house.users
    stream, kind = _kind(rng)
    state, end = _state(rng, received, now, newest=newest)
    triaged = None if state in (S.RECEIVED, S.TRIAGE) else received + timedelta(hours=rng.randint(4, 70))
    closed = min(received + timedelta(days=rng.randint(20, 190)), now - timedelta(days=1)) if end else None
    office = rng.choice(list(house.offices.values()))
    reasons = ["child"] if kind == "sa_child" else []
    reasons += [reason for reason in ("ongoing_contact", "not_safe", "several_victims") if rng.random() < 0.15]
    priority = "urgent" if "child" in reasons or "not_safe" in reasons else "high" if reasons else "normal"
    early = state in (S.RECEIVED, S.TRIAGE)
    intake = users.get("Rosa") or users.get("Sofia") or next(iter(users.values()))
    manager = users.get("Hana") or intake
    investigator = users.get("Idris") or users.get("Tomas") or manager
    case = Case(
        reference=_reference(rng),
        state=state,
        stream="unknown" if early else stream,
        category=None if early else (1 if stream == "sea" else 2),
        priority="normal" if early else priority,
        priority_reasons=[] if early else reasons,
        office=office,
        manager=None if early else manager,
        owner=intake if early else investigator,
        received_at=received,
        aware_at=received - timedelta(hours=rng.choice((0, 0, 3, 20))),
        changed_at=closed or triaged or received,
        triaged_at=triaged,
        safety_checked_at=triaged,
        routed_at=received + timedelta(minutes=1),
        closed_at=closed,
        close_reason=end,
        many_at_once=False,
    )
    if state == S.RECEIVED:
        case.owner = None
    rows.cases.append(case)
    rows.grants.append(_grant(case, intake, GrantLevel.TRIAGE, received))
    if not early:
        if manager != intake:
            rows.grants.append(_grant(case, manager, GrantLevel.MANAGE, triaged or received))
        if investigator not in (manager, intake):
            since = triaged or received
            rows.duties.append(CaseDuty(case=case, user=investigator, duty=GrantLevel.INVESTIGATE, since=since))
            rows.grants.append(_grant(case, investigator, GrantLevel.INVESTIGATE, since))
    language = rng.choices(("en", "ar", "fr"), (5, 4, 1))[0]
    mode = rng.choices(choices.Mode.values, (5, 3, 2))[0]
    channel = "web_form" if mode == "anonymous" or rng.random() < 0.5 else rng.choice(choices.Channel.values)
    old = rng.random() < 0.40  # 40 % of incidents lie more than a year before the report (§10)
    happened = (received - timedelta(days=rng.randint(370, 1200) if old else rng.randint(0, 300))).date()
    report = Report(
        case=case,
        channel=channel,
        mode=mode,
        for_whom=rng.choice(("self", "other")),
        language=language,
        received_at=received,
        aware_at=case.aware_at,
        last_time="longer" if old else rng.choice(choices.LastTime.values),
        incident_from=happened,
        incident_until=happened,
        child="yes" if kind == "sa_child" else "unknown",
        safe_now="no" if "not_safe" in reasons else rng.choice(("yes", "unknown")),
        wishes=rng.sample(choices.WishFor.values, 2),
        logged_by=None if channel == "web_form" else (users.get("Amina") or intake),
    )
    rows.reports.append(report)
    _people(rows, case, report, rng, received, kind, early=early, kofi=users.get("Kofi"))
    if rng.random() < 0.5:
        rows.support.append(
            SupportRequest(
                case=case,
                source="form" if channel == "web_form" else "triage",
                urgent="not_safe" in reasons,
                asked_at=received + timedelta(minutes=5),
                asked_by=None if channel == "web_form" else intake,
                needs=[],
            )
        )
        case.support_asked_at = rows.support[-1].asked_at
        helper = users.get("Noor") or users.get("Nadia")
        if helper is not None and received < now - timedelta(days=4):  # older ones were answered long ago
            asked = rows.support[-1]
            asked.state, asked.taken_by = "answered", helper
            asked.taken_at, asked.answered_at = received + timedelta(hours=3), received + timedelta(days=1)
    if not early and rng.random() < 0.4:
        rows.notes.append(Note(case=case, written_at=(triaged or received) + timedelta(days=1), written_by=manager))


def _grant(case: Case, user: Any, level: str, since: datetime) -> CaseGrant:
    return CaseGrant(
        content_object=case,
        user=user,
        permission_id=open_case_permission_id(),
        level=level,
        identities=EVERYBODY,
        starts_at=since,
    )


def _people(
    rows: Rows,
    case: Case,
    report: Report,
    rng: random.Random,
    received: datetime,
    kind: str,
    *,
    early: bool,
    kofi: Any,
) -> None:
    # Victims 60 % women, 25 % girls, 10 % not known, 5 % men and boys (§10).
    sex, age = rng.choices(
        (("woman", "25-59"), ("woman", "15-17"), ("unknown", "unknown"), ("man", "18-24")), (60, 25, 10, 5)
    )[0]
    if kind == "sa_child":
        sex, age = "woman", "12-14"
    victim = Person(code=_code(rng), sex=sex, age_band=age, language=report.language, created_at=received)
    subject = Person(code=_code(rng), sex="man", age_band="unknown", created_at=received)
    if kofi is not None and rng.random() < 0.02:
        subject.staff_user = kofi
        rows.exclusions.append(Exclusion(case=case, user=kofi, why="part", since=received))
    rows.people += [victim, subject]
    affected = Participant(
        case=case,
        person=victim,
        part=Part.VICTIM,
        standing="personnel" if kind in SH else "community",
        identified="yes" if report.mode != "anonymous" else "no",
        created_at=received,
    )
    # 55 % of the people named work for partners (§10).
    works_as = (
        "partner_staff" if rng.random() < 0.55 else rng.choice(("staff_national", "individual_contractor", "unv"))
    )
    named = Participant(
        case=case, person=subject, part=Part.SUBJECT, personnel=works_as, identified="yes", created_at=received
    )
    reporter = victim
    if report.for_whom == "other":
        reporter = Person(code=_code(rng), language=report.language, created_at=received)
        rows.people.append(reporter)
    told = Participant(case=case, person=reporter, part=Part.REPORTER, created_at=received)
    rows.participants += [affected, named, told]
    if report.mode != "anonymous":
        rows.identities.append(Identity(person=victim, changed_at=received))
    rows.identities.append(Identity(person=subject, changed_at=received))
    if not early:
        allegation = Allegation(case=case, kind=kind, created_at=case.triaged_at or received, created_by=case.manager)
        rows.allegations.append(allegation)
        rows.victims.append(AllegationVictim(allegation=allegation, participant=affected))
        rows.subjects.append(AllegationSubject(allegation=allegation, participant=named))


def _seal(rows: Rows, rng: random.Random) -> None:
    """Seal what the rows hold in words, all of it fictional."""
    for report in rows.reports:
        report.seal(account=rng.choice(ACCOUNTS[report.language]), place="Fictional place")
    for number, identity in enumerate(rows.identities):
        identity.seal(name=FICTIONAL_NAMES[number % len(FICTIONAL_NAMES)], contact="000 000 000")
    for note in rows.notes:
        note.seal(body="Fictional note. Spoke with the focal point; nothing that names anyone.")
    for case in rows.cases:
        if case.state not in (S.RECEIVED, S.TRIAGE):
            case.seal(decision_reason="Fictional reason: could amount to misconduct, within the mandate.")

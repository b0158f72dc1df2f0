"""From the first page to the receipt, as one transaction that is whole or not at all."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.actions import drafts
from cases.choices import Part
from cases.models import Case, Consent, Identity, Mailbox, Participant, Report, SupportRequest
from cases.public import steps
from core.deadlines.models import Deadline
from core.organisations import Organisation
from core.tenancy import organisation
from tests.factories import EVERYBODY, Cast, give_grant
from tests.public.conftest import STORY, Visitor, number_in

Send = Callable[..., tuple[Visitor, str]]


def known_names(cast: Cast, case: Case) -> list[str | None]:
    """The names in a case as its intake officer sees them, with a grant that lets her ask for each."""
    with cast.as_user(cast.rosa):
        give_grant(case, cast.rosa, identities=EVERYBODY)
        return [identity.unsealed("name") for identity in Identity.objects.order_by("id")]


def test_a_report_with_one_line_gets_a_number_of_twenty_digits(sent: Send, cast: Cast) -> None:
    _visitor, code = sent()
    assert len(code) == 20
    with cast.inside():
        report = Report.objects.get()
        assert report.case.state == "received"
        assert (report.channel, report.mode, report.logged_by) == ("web_form", "anonymous", None)
        assert report.unsealed("account") == STORY
        assert Mailbox.objects.get().report == report


def test_every_page_can_be_skipped_but_a_report_needs_an_account(visitor: Visitor, cast: Cast) -> None:
    visitor.begin()
    for step in steps.STEPS:
        if step.form is not None and step.applies({}):
            assert visitor.answer(step.key, skip="1").status_code == 303
    answer = visitor.post("p/end/")
    assert answer.status_code == 422
    assert "Even one line is enough" in answer.content.decode()
    with cast.inside():
        assert not Report.objects.exists()


def test_a_reporter_who_changes_to_anonymous_leaves_no_name_behind(visitor: Visitor, cast: Cast) -> None:
    visitor.tell(
        account={"account": STORY},
        mode={"mode": "confidential"},
        contact={"name": "Noor Test", "contact": "PRIVATE-CONTACT", "safe_way": ""},
    )
    visitor.answer("mode", mode="anonymous")
    visitor.send()
    with cast.inside():
        case = Case.objects.get()
    assert known_names(cast, case) == []


def test_a_name_given_is_sealed_under_the_persons_own_key_and_in_no_other_row(sent: Send, cast: Cast) -> None:
    sent(
        who={"subject_name": "Kofi Test", "subject_work": "driver", "subject_place": "Lake"},
        mode={"mode": "confidential"},
        contact={"name": "Amina Test", "contact": "", "safe_way": ""},
    )
    with cast.inside():
        case = Case.objects.get()
        subject = Participant.objects.get(part=Part.SUBJECT)
        assert subject.unsealed("description") == "driver"
        assert Report.objects.get().unsealed("about_whom") == "driver"
        assert Report.objects.get().unsealed("place") == "Lake"
    assert known_names(cast, case) == ["Amina Test", "Kofi Test"]


@pytest.mark.parametrize(
    ("knows", "wants", "waits"),
    [("no", "yes", True), ("unknown", "", True), ("yes", "no", True), ("yes", "yes", False)],
)
def test_nobody_contacts_the_person_affected_unless_they_know_and_want_it(
    sent: Send, cast: Cast, knows: str, wants: str, waits: bool
) -> None:
    sent(whom={"for_whom": "other"}, knows={"affected_knows": knows}, wants={"affected_wants": wants})
    with cast.inside():
        assert Report.objects.get().contact_waits is waits
        assert Participant.objects.filter(part=Part.VICTIM).count() == 1


def test_a_report_for_oneself_has_one_person_in_two_parts(sent: Send, cast: Cast) -> None:
    sent(whom={"for_whom": "self"}, age={"child": "yes"})
    with cast.inside():
        parts = Participant.objects.select_related("person")
        assert {part.part for part in parts} == {"reporter", "victim"}
        assert len({part.person_id for part in parts}) == 1
        assert parts[0].person.age_band == "child"
        assert not Report.objects.get().contact_waits


def test_a_wish_for_support_reaches_the_support_side_and_is_urgent_in_the_first_days(sent: Send, cast: Cast) -> None:
    sent(when={"last_time": "three_days"}, wishes={"wishes": ["support"], "wishes_words": ""})
    with cast.inside():
        asked = SupportRequest.objects.get()
        assert (asked.source, asked.urgent, asked.asked_by) == ("form", True, None)
        assert Case.objects.get().support_asked_at is not None


def test_each_yes_is_a_row_with_its_wording_and_named_is_a_yes_to_using_the_name(sent: Send, cast: Cast) -> None:
    sent(mode={"mode": "named"}, consents={"consents": ["support", "statistics"]})
    with cast.inside():
        rows = Consent.objects.order_by("purpose")
        assert [row.purpose for row in rows] == ["investigation", "record", "statistics", "support"]
        assert {(row.wording, row.method, row.language) for row in rows} == {("form-1", "form", "en")}


def test_a_purpose_that_was_not_offered_cannot_be_smuggled_in(sent: Send, cast: Cast) -> None:
    visitor = Visitor().tell(account={"account": STORY}, mode={"mode": "anonymous"})
    assert visitor.answer("consents", consents=["investigation"]).status_code == 422
    visitor.send()
    with cast.inside():
        assert list(Consent.objects.values_list("purpose", flat=True)) == ["record"]


def test_sending_twice_shows_the_same_number_and_makes_one_report(visitor: Visitor, cast: Cast) -> None:
    visitor.tell(account={"account": STORY})
    page = visitor.form_token("p/end/")
    numbers = []
    for _attempt in range(3):
        assert visitor.client.post(visitor.base + "p/end/", {"page": page}).status_code == 303
        numbers.append(visitor.number())
    assert len(set(numbers)) == 1
    with cast.inside():
        assert Report.objects.count() == 1


def test_after_sending_no_page_gives_the_answers_back(visitor: Visitor, cast: Cast) -> None:
    visitor.tell(account={"account": STORY}).send()
    for step in range(1, steps.REVIEW):
        answer = visitor.get(f"p/{step}/")
        assert (answer.status_code, answer["Location"]) == (303, "/report/north/note/")
    assert STORY not in visitor.get("note/").content.decode()


def test_the_database_itself_refuses_a_second_report_of_one_draft(sent: Send, cast: Cast) -> None:
    sent()
    with cast.inside():
        first = Report.objects.get()
        with pytest.raises(IntegrityError, match="report_sent_once"), transaction.atomic():
            Report(
                case_id=first.case_id, channel="web_form", mode="anonymous", language="en", origin=first.origin,
                received_at=first.received_at, aware_at=first.aware_at,
            ).save(force_insert=True)  # fmt: skip


def test_the_number_is_the_same_before_and_after_sending(visitor: Visitor) -> None:
    visitor.tell(account={"account": STORY})
    assert visitor.post("p/end/", later="1").status_code == 303
    before = number_in(visitor.get("later/").content.decode())
    assert visitor.send() == before


def test_typing_the_number_back_may_be_skipped_and_changes_nothing(sent: Send, cast: Cast) -> None:
    visitor, code = sent()
    with cast.inside():
        before = Mailbox.objects.values().get()
    assert visitor.post("note/", again="1234 5678").status_code == 422
    other = visitor.post("note/", again="0" * 20)
    assert other.status_code == 422
    assert "another number" in other.content.decode()
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert "You have it" in visitor.post("note/", again=f" {arabic[:7]}-{arabic[7:]} ").content.decode()
    answer = visitor.post("note/", kept="1")
    assert answer.status_code == 200
    assert answer.cookies["page"]["max-age"] == 0
    with cast.inside():
        assert Mailbox.objects.values().get() == before


def test_paper_and_file_hold_the_digits_and_nothing_else(sent: Send, cast: Cast) -> None:
    visitor, code = sent()
    file = visitor.get("note/notes.txt")
    assert file.content.decode().split() == [code[start : start + 4] for start in range(0, 20, 4)]
    assert file["Content-Disposition"] == 'attachment; filename="notes.txt"'
    sheet = visitor.get("note/sheet/").content.decode()
    assert "<title>1</title>" in sheet


def test_nothing_of_the_draft_is_left_after_sending_but_its_number(sent: Send, cast: Cast) -> None:
    visitor, code = sent()
    with organisation(cast.north.id, role="intake"):
        draft = drafts.find(visitor.client.cookies["page"].value, now=timezone.now())
    assert draft is not None
    assert draft.sent_at is not None
    assert draft.code == code
    assert set(draft.answers) <= {"answer_by"}


def test_the_receipt_says_by_which_day_of_the_organisation_the_answer_comes(sent: Send, cast: Cast) -> None:
    Organisation.objects.filter(slug="north").update(time_zone="Pacific/Honolulu")
    visitor, _code = sent()
    with cast.inside():
        due = Deadline.objects.get(kind="intake.acknowledge").due_at
    day = due.astimezone(ZoneInfo("Pacific/Honolulu")).date()
    assert f'datetime="{day.isoformat()}"' in visitor.get("note/").content.decode()

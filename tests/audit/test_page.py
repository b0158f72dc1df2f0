"""The audit of the whole organisation on a page: for whoever watches, and silent about what they must not know."""

import io
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.actions import notes, routing
from cases.models import Case
from core import audit
from core.actors import REPORTER, SYSTEM
from core.audit import verify
from core.audit.tables import AuditCheckpoint, AuditEvent
from core.organisations import User
from core.permissions import Role
from core.tenancy import organisation
from tests.audit.conftest import seal
from tests.factories import (
    EVERYBODY,
    NOW,
    Cast,
    exclude,
    give_grant,
    make_case,
    make_cast,
    make_membership,
    make_report,
    make_user,
    signed_in,
)

PAGE = "/o/north/audit/"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def aldo(cast: Cast) -> User:
    """An auditor at headquarters."""
    aldo = make_user("Aldo")
    with cast.inside():
        cast.members["aldo"] = make_membership(aldo, cast.hq, Role.AUDITOR)
    return aldo


def happened(cast: Cast, by: User | None, reference: str, name: str = "test.read") -> None:
    with organisation(cast.north.pk, user=by.pk if by else None):
        audit.record(name, by=cast.actor(by) if by else SYSTEM, reference=reference)


def body(user: User, query: str = "") -> str:
    answer = signed_in(user).get(PAGE + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_the_auditor_and_the_data_protection_officer_have_it_in_their_menu_and_nobody_else(
    cast: Cast, aldo: User
) -> None:
    for user in (aldo, cast.dan):
        assert f'href="{PAGE}"' in signed_in(user).get("/o/north/").content.decode()
        assert signed_in(user).get(PAGE).status_code == 200
    for user in (cast.ada, cast.hana, cast.rosa, cast.omar, cast.sofia):
        for tail in ("", "package/"):
            assert signed_in(user).get(PAGE + tail).status_code == 404
    assert f'href="{PAGE}"' not in signed_in(cast.ada).get("/o/north/").content.decode()


@pytest.mark.django_db
def test_it_is_narrowed_by_event_person_outcome_and_days(cast: Cast) -> None:
    happened(cast, cast.rosa, "AAAA-2222")
    happened(cast, cast.hana, "AAAA-3333")
    with cast.inside():
        audit.record("core.page_refused", by=SYSTEM, reference="AAAA-4444", outcome="refused")
    everything = body(cast.dan)
    assert all(reference in everything for reference in ("AAAA-2222", "AAAA-3333", "AAAA-4444"))
    mine = body(cast.dan, f"?person={cast.members['rosa'].reference}")
    assert "AAAA-2222" in mine
    assert "AAAA-3333" not in mine
    assert "AAAA-4444" not in body(cast.dan, "?event=test.read")
    assert "AAAA-2222" not in body(cast.dan, "?outcome=refused")
    today = (NOW + timedelta(hours=3)).date()  # in Nairobi
    assert "AAAA-2222" in body(cast.dan, f"?since={today}&until={today}")
    assert "AAAA-2222" not in body(cast.dan, f"?until={today - timedelta(days=1)}")
    assert signed_in(cast.dan).get(PAGE + "?event=nobody.knows&person=x&since=never&page=-1").status_code == 200


@pytest.mark.django_db
def test_long_logs_come_in_pages_and_in_the_same_few_queries(cast: Cast) -> None:
    for number in range(60):
        happened(cast, cast.rosa, f"AAAA-{2222 + number}")
    client, counts = signed_in(cast.dan), []
    for page in ("1", "2"):
        with CaptureQueriesContext(connection) as made:
            text = client.get(f"{PAGE}?event=test.read&page={page}").content.decode()
        counts.append(len(made))
        assert ("AAAA-2222" in text) is (page == "2")
        assert ('rel="next"' in text) is (page == "1")
    assert counts[1] <= counts[0] <= 20  # the first writes down that the session is in use


@pytest.mark.django_db
def test_looking_is_an_event_itself_that_says_at_what(cast: Cast) -> None:
    body(cast.dan, f"?event=test.read&person={cast.members['rosa'].reference}")
    with cast.inside():
        event = AuditEvent.objects.get(action="core.audit_read")
    assert event.actor == cast.dan.pk
    assert event.facts == {"event": "test.read", "user": {"id": str(cast.rosa.pk)}}
    assert "Dan Test looked at the audit" in body(cast.dan)


@pytest.mark.django_db
def test_of_what_a_reporter_did_the_day_is_told_and_no_hour(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False), organisation(cast.north.pk, role="intake"):
        audit.record("test.read", by=REPORTER, reference="AAAA-2222")
    with cast.inside():
        at = AuditEvent.objects.timed().get(action="test.read").at + timedelta(hours=3)
    text = body(cast.dan, "?event=test.read")
    assert "AAAA-2222" in text
    assert f"{at:%H:%M}" not in text.partition("<tbody")[2].partition("</tbody>")[0]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["dan", "aldo"])
def test_whoever_is_shut_out_of_a_case_sees_an_audit_without_it(cast: Cast, aldo: User, name: str) -> None:
    user = {"dan": cast.dan, "aldo": aldo}[name]
    happened(cast, cast.rosa, "AAAA-2222")
    point = transaction.savepoint()
    without = seen(user)
    transaction.savepoint_rollback(point)
    case = busy_case(cast, user)
    assert case.reference not in seen(user)
    assert seen(user) == without
    assert case.reference in seen(aldo if name == "dan" else cast.dan)


def seen(user: User) -> str:
    """The rows of the page, without the reader's own looking at it."""
    rows = body(user).partition("<tbody")[2].partition("</tbody>")[0].split("<tr")
    return "".join(row for row in rows if "looked at the audit" not in row)


def busy_case(cast: Cast, user: User) -> Case:
    """A case the user is shut out of, with everything that is written and read in its first hours."""
    with cast.inside():
        case = make_case(cast.lake, state="received", routed_at=None)
        make_report(case, account="Fictional.", must_not_know=user.name)
        make_report(case, account="Fictional again.", about_whom=user.name)
        routing.route(case.pk, now=NOW)
        exclude_once(case, user)
        give_grant(case, cast.hana, identities=EVERYBODY)
    hana = signed_in(cast.hana)
    for tail in ("", "told/", "messages/", "notes/", "triage/", "team/"):
        assert hana.get(f"/o/north/cases/{case.reference}/{tail}").status_code == 200
    with cast.as_user(cast.hana):
        notes.add(case, "Fictional note.", by=cast.actor(cast.hana), now=NOW)
    hana.get(f"/o/north/cases/{case.reference}/notes/")
    return case


def exclude_once(case: Case, user: User) -> None:
    if not case.exclusions.filter(user=user).exists():
        exclude(case, user)


@pytest.mark.django_db(transaction=True)
def test_the_package_is_checked_by_its_own_script_and_a_change_in_it_is_found(
    cast: Cast, state: Path, tmp_path: Path
) -> None:
    happened(cast, cast.rosa, "AAAA-2222")
    happened(cast, cast.hana, "AAAA-3333")
    with organisation(cast.south.pk):
        audit.record("test.read", by=SYSTEM, reference="BBBB-2222")
    with organisation(cast.north.pk, role="intake"):
        audit.record("test.read", by=REPORTER, reference="AAAA-5555")
    seal()
    happened(cast, cast.rosa, "AAAA-4444")  # no seal yet
    answer = signed_in(cast.dan).get(f"{PAGE}package/?event=test.read")
    assert answer["Content-Type"] == "application/zip"
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)  # noqa: S202  our own
    folder = tmp_path / "audit"
    held = (folder / "events.jsonl").read_text()
    assert "AAAA-2222" in held
    assert not any(other in held for other in ("AAAA-4444", "AAAA-5555", "BBBB-2222", "Rosa", str(cast.rosa.pk)))
    command = [sys.executable, "-I", str(folder / "verify.py"), str(folder)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own script
    assert (checked.returncode, "2 events checked" in checked.stdout) == (0, True), checked.stderr
    (folder / "events.jsonl").write_text(held.replace("AAAA-3333", "AAAA-3334"))
    changed = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own script
    assert changed.returncode == 1
    assert "is not the one that was sealed there" in changed.stdout
    with cast.inside():
        event = AuditEvent.objects.get(action="core.audit_exported")
        assert (event.actor, event.facts["events"]) == (cast.dan.pk, 2)


@pytest.mark.django_db(transaction=True)
def test_the_leaves_of_all_organisations_are_the_same_in_sql_and_in_the_script(cast: Cast, state: Path) -> None:
    happened(cast, cast.rosa, "AAAA-2222")
    seal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry FROM audit_entries()")
        entries = [bytes(entry) for (entry,) in cursor.fetchall()]
    with cast.inside():
        notes = list(AuditCheckpoint.objects.values_list("note", flat=True))
    assert {verify.leaf_hash(verify.read_note(note).body.encode()) for note in notes} <= set(entries)


@pytest.mark.django_db
def test_a_package_asks_for_the_second_step_again(cast: Cast, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    answer = signed_in(cast.dan).get(f"{PAGE}package/")
    assert answer.status_code == 302
    assert "/account/" in answer["Location"]


@pytest.mark.django_db
def test_what_has_no_seal_yet_is_in_no_package(cast: Cast) -> None:
    happened(cast, cast.rosa, "AAAA-2222")
    assert signed_in(cast.dan).get(f"{PAGE}package/").status_code == 422

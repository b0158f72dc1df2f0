"""Every component draws what its data says, escaped, in either direction."""

from __future__ import annotations

import datetime
import gzip
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import HttpResponse, StreamingHttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from config.gallery.urls import PAGES
from core import phrases, ui
from core.calendars import WorkCalendar
from core.headers import CompressedPages
from tests.factories import Cast

UTC = datetime.UTC
NOW = datetime.datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
EVIL = '<script>alert("x")</script>'
COMPONENTS = Path(__file__).resolve().parents[2] / "templates" / "components"


def draw(text: str, **context: Any) -> str:
    return Template("{% load ui %}" + text).render(Context({"now": NOW, **context}))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.django_db
def test_every_page_of_the_gallery_draws_and_nothing_runs_inline(name: str, language: str) -> None:
    answer = Client().get(f"/gallery/{name}/", {"lang": language})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in html
    assert not re.search(r"\sstyle=|\son\w+=|<style", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert len(re.findall(r"<h1\b", html)) == 1
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_a_page_travels_compressed_if_the_browser_can_read_that() -> None:
    page = Client().get("/gallery/staff/list/", headers={"accept-encoding": "gzip, br"})
    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) * 5 < len(gzip.decompress(page.content))
    assert "Content-Encoding" not in Client().get("/gallery/staff/list/")


def test_files_and_streams_are_not_compressed() -> None:
    ask = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    for answer in (
        HttpResponse(b"0" * 5000, content_type="application/octet-stream"),
        HttpResponse(b"0" * 5000, content_type="audio/ogg"),
        StreamingHttpResponse(iter([b"0" * 5000]), content_type="text/plain"),
    ):
        assert "Content-Encoding" not in CompressedPages(lambda request, answer=answer: answer)(ask)


def test_every_component_is_in_the_gallery() -> None:
    used = ""
    for path in (COMPONENTS.parent).rglob("*.html"):
        used += path.read_text()
    for path in COMPONENTS.glob("*.html"):
        assert f"components/{path.name}" in used, f"{path.name} is used nowhere"


def test_the_gallery_does_not_exist_in_production() -> None:
    source = (COMPONENTS.parents[1] / "config" / "urls.py").read_text()
    assert re.search(r"if not settings\.PRODUCTION:\s+urlpatterns\.insert\(0, path\(\"gallery/\"", source)


@pytest.mark.parametrize("kind", ["late", "now", "soon", "later", "rest", "done", "past"])
def test_a_pill_has_word_shape_and_colour(kind: str) -> None:
    html = draw("{% pill kind words %}", kind=kind, words=EVIL)
    assert f'class="pill {kind}"' in html
    assert html.count("<svg") == 1
    assert 'aria-hidden="true"' in html
    assert "<script" not in html


def test_two_kinds_of_pill_never_share_a_shape() -> None:
    kinds = ("late", "now", "soon", "later", "rest", "done", "past")
    shapes = [draw("{% pill kind '' %}", kind=kind).split("<svg")[1] for kind in kinds]
    assert len(set(shapes)) == len(shapes)


def test_an_icon_that_does_not_exist_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        draw("{% icon 'no-such-icon' %}")


def test_staff_pages_point_at_one_cached_file_of_icons_and_public_pages_draw_their_own() -> None:
    assert "#lock" in draw("{% icon 'lock' %}", icons_from_file=True)
    assert "<use" not in draw("{% icon 'lock' %}")


def test_a_code_is_seen_in_fours_and_heard_digit_by_digit() -> None:
    html = draw("{% code digits %}", digits="48210937620518843067")
    assert re.findall(r"<span>(\d+)</span>", html) == ["4821", "0937", "6205", "1884", "3067"]
    assert 'aria-hidden="true"' in html
    assert "4 8 2 1, 0 9 3 7, 6 2 0 5, 1 8 8 4, 3 0 6 7" in html


# --- moments in words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "working_days", "words"),
    [
        (NOW + datetime.timedelta(hours=2, minutes=30), None, "today at 16:30, in 2 hours"),
        (NOW + datetime.timedelta(seconds=20), None, "today at 14:00, in 1 minute"),
        (NOW - datetime.timedelta(hours=3), None, "was due today at 11:00, 3 hours ago"),
        (NOW + datetime.timedelta(days=1), None, "tomorrow, on Friday 20 November"),
        (NOW - datetime.timedelta(days=1), None, "was due yesterday, Wednesday 18 November, at 14:00"),
        (NOW + datetime.timedelta(days=5), 3, "in 3 working days, on Tuesday 24 November"),
        (NOW + datetime.timedelta(days=5), None, "in 5 days, on Tuesday 24 November"),
        (NOW - datetime.timedelta(days=16), 12, "12 working days ago, on Tuesday 3 November"),
        (NOW + datetime.timedelta(days=104), None, "in 104 days, on Wednesday 3 March 2027"),
    ],
)
def test_what_is_due_is_said_as_a_person_would(at: datetime.datetime, working_days: int | None, words: str) -> None:
    with timezone.override(UTC), translation.override("en"):
        assert phrases.due(at, now=NOW, working_days=working_days) == words


def test_today_is_the_day_of_the_reader_s_time_zone() -> None:
    late_evening = datetime.datetime(2026, 11, 19, 22, 30, tzinfo=UTC)
    with timezone.override(datetime.timezone(datetime.timedelta(hours=3))), translation.override("en"):
        assert phrases.moment(late_evening, now=late_evening) == "today at 01:30"
        assert phrases.exact(late_evening) == "Friday 20 November 2026, 01:30"


@given(st.integers(-400 * 24 * 60, 400 * 24 * 60), st.sampled_from(["en", "ar", "fr", "es", "ru", "zh-hans", "sw"]))
def test_every_moment_has_words_in_every_language(minutes: int, language: str) -> None:
    at = NOW + datetime.timedelta(minutes=minutes)
    with timezone.override(UTC), translation.override(language):
        assert phrases.due(at, now=NOW)
        assert phrases.moment(at, now=NOW)
        assert str(at.year) in phrases.exact(at)


def test_the_exact_moment_stands_beside_the_words() -> None:
    with timezone.override(UTC), translation.override("en"):
        html = draw("{% due at %}", at=NOW + datetime.timedelta(hours=2))
    assert 'datetime="2026-11-19T16:00:00+00:00"' in html
    assert 'title="Thursday 19 November 2026, 16:00"' in html
    assert '<span class="hear"> (Thursday 19 November 2026, 16:00)</span>' in html


def test_a_row_that_does_not_count_its_days_is_counted_by_the_calendar_of_the_page() -> None:
    rows = [{"title": "a", "pill": "later", "pill_text": "Later", "due_at": NOW + datetime.timedelta(days=8)}]
    with timezone.override(UTC), translation.override("en"):
        assert "in 8 days, on" in render_to_string("components/rows.html", {"rows": rows, "now": NOW})
        calendar = WorkCalendar(ZoneInfo("UTC"), frozenset({5, 6}), frozenset())
        html = render_to_string("components/rows.html", {"rows": rows, "now": NOW, "working_calendar": calendar})
        assert "in 6 working days, on" in html


# --- tables and pagers ------------------------------------------------------------------------------------------------


def test_a_table_keeps_its_meaning_when_it_becomes_cards() -> None:
    table = ui.Table.of(EVIL, ["Reference", ui.Column("Next", number=True)], [(EVIL, 7), ("b", 8)], choose="case")
    html = render_to_string("components/table.html", {"table": table})
    assert "<script" not in html
    for role, count in (("table", 1), ("rowgroup", 2), ("row", 3), ("columnheader", 3), ("rowheader", 2), ("cell", 4)):
        assert html.count(f'role="{role}"') == count, role
    assert html.count('data-label="Next"') == 2
    assert html.count('data-label="Reference"') == 2


def test_a_row_with_a_cell_too_few_is_an_error() -> None:
    table = ui.Table.of("t", ["a", "b"], [("only one",)])
    with pytest.raises(ValueError, match="shorter"):
        render_to_string("components/table.html", {"table": table})


@given(st.integers(1, 200), st.integers(0, 5000))
def test_a_pager_names_every_page_once_and_where_it_stands(number: int, total: int) -> None:
    pager = ui.Pager(number, 25, total)
    if number > pager.pages:
        return
    shown = [page.number for page in pager.numbers if not page.gap]
    assert shown == sorted(set(shown))
    assert {1, number, pager.pages} <= set(shown)
    assert [page.number for page in pager.numbers if page.current] == [number]
    assert 0 <= pager.first <= pager.last <= total
    assert bool(pager.previous_url) is (number > 1)
    assert bool(pager.next_url) is (number < pager.pages)


def test_a_pager_keeps_the_filters_of_the_address() -> None:
    pager = ui.Pager(2, 10, 95, query={"office": "lake", "page": 2})
    assert pager.next_url == "?office=lake&page=3"


# --- menu -------------------------------------------------------------------------------------------------------------


class Request:
    """A request as the registry looks at it."""

    def __init__(self, path: str, actor: Any = None) -> None:
        self.path, self.path_info, self.actor = path, path, actor


@pytest.fixture
def area(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(ui, "_areas", {})
    ui.add("test", ui.Entry("b", "Second", lambda request: "/x/b/", order=2))
    ui.add("test", ui.Entry("a", "First", lambda request: "/x/", order=1, count=lambda request: 3))
    ui.add("test", ui.Entry("c", "Hidden", lambda request: "/x/c/", order=3, shown=lambda request: False))
    return "test"


def test_a_menu_stands_in_order_and_knows_where_one_is(area: str) -> None:
    places = ui.places(area, Request("/x/b/7/"))
    assert [place.key for place in places] == ["a", "b"]
    assert [place.current for place in places] == [False, True]
    assert places[0].count == 3


def test_an_entry_that_needs_a_permission_is_not_shown_to_nobody(area: str) -> None:
    ui.add(area, ui.Entry("d", "Secret", lambda request: "/x/d/", needs="cases.see"))
    assert "d" not in [place.key for place in ui.places(area, Request("/x/"))]


def test_two_entries_never_share_a_key(area: str) -> None:
    with pytest.raises(ValueError, match="already"):
        ui.add(area, ui.Entry("a", "Another", lambda request: "/y/"))


# --- people and errors ------------------------------------------------------------------------------------------------


def test_a_person_is_a_code_and_the_name_takes_a_reason() -> None:
    person = {"code": "V-8H2P", "part": "Person affected", "reveal_url": "/reveal/"}
    html = render_to_string("components/person.html", {"person": person, "purposes": [("call", "To call")]})
    assert 'method="post"' in html
    assert 'action="/reveal/"' in html
    assert 'name="purpose"' in html
    assert "Reveal the name" in html
    without = render_to_string("components/person.html", {"person": {"code": "V-2C6N", "part": "x"}, "purposes": []})
    assert "<form" not in without


def test_a_message_keeps_its_lines_and_runs_nothing() -> None:
    html = render_to_string(
        "components/talk.html", {"talk": [{"who": "You", "text": EVIL + "\nnext", "at": NOW}], "now": NOW}
    )
    assert "<script" not in html
    assert 'class="lines" dir="auto"' in html


@pytest.mark.parametrize("path", ["/nothing/", "/report/no-such/", "/o/no-such/cases/", "/account/nothing/"])
@pytest.mark.django_db
def test_a_page_that_is_not_there_says_nothing_about_why(path: str) -> None:
    answer = Client().get(path, follow=False)
    html = answer.content.decode()
    assert answer.status_code in (302, 404)
    if answer.status_code == 404:
        assert "There is nothing at this address" in html
        assert path not in html
        assert "Traceback" not in html


@pytest.mark.django_db
def test_no_page_of_the_account_leads_to_a_reset_by_oneself(client: Client, cast: Cast) -> None:
    cast.amina.set_password("a long and fictional password")
    cast.amina.save()
    client.force_login(cast.amina, backend="allauth.account.auth_backends.AuthenticationBackend")
    for path in ("/account/login/", "/account/password/change/", "/account/reauthenticate/", "/account/2fa/"):
        page = client.get(path, follow=True)
        assert page.status_code == 200
        assert "password/reset" not in page.content.decode(), path


def test_the_page_for_a_fault_needs_neither_request_nor_context() -> None:
    html = render_to_string("500.html")
    assert "Something on our side went wrong" in html
    assert 'class="leave"' in html


def test_a_public_page_of_a_fault_has_a_neutral_title() -> None:
    for name in ("400", "403", "403_csrf", "404", "429", "500", "503"):
        html = render_to_string(f"{name}.html")
        assert "<title>Page · Contact</title>" in html
        assert "Amparo" not in html


def test_every_static_file_can_be_served_under_a_name_that_changes_with_it(tmp_path: Path) -> None:
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        assert re.fullmatch(r"/static/css/public\.[0-9a-f]{12}\.css", staticfiles_storage.url("css/public.css"))
    assert list(tmp_path.glob("css/public.*.css.br"))
    assert list(tmp_path.glob("img/icons.*.svg.br"))

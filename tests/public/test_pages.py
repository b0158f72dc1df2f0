"""Every page up to the receipt: light, neutral, complete in both languages, and nothing private in an address."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings
from django.utils import translation

from cases.public import steps
from cases.public.site import Site
from core import language
from core.organisations import Organisation
from tests.factories import Cast
from tests.public.conftest import STORY, Visitor

KILOBYTES = 25
REQUESTS = 4


def pages(visitor: Visitor) -> Iterator[tuple[str, Any]]:
    """Each page of a journey in which as much as possible is asked and told, with its path."""
    for path in ("", "help/", "about/", "number/"):
        yield path, visitor.get(path)
    visitor.begin()
    given = {
        "whom": {"for_whom": "other"}, "knows": {"affected_knows": "no"}, "age": {"child": "yes"},
        "account": {"account": STORY}, "when": {"last_time": "today_or_yesterday"}, "mode": {"mode": "named"},
        "contact": {"name": "PRIVATE-NAME", "contact": "", "safe_way": "PRIVATE-WAY"},
    }  # fmt: skip
    for number, step in enumerate(steps.STEPS, start=1):
        yield f"p/{number}/", visitor.get(f"p/{number}/")
        visitor.answer(step.key, **given.get(step.key, {}))
    yield "p/end/", visitor.get("p/end/")
    visitor.post("p/end/", later="1")
    yield "later/", visitor.get("later/")
    visitor.post("p/end/")
    for path in ("note/", "note/sheet/"):
        yield path, visitor.get(path)


def parts_of(page: str) -> list[str]:
    """Addresses the browser fetches to draw this page, without those inside it."""
    found = re.findall(r'<(?:link|script|img)\b[^>]*\b(?:href|src)="([^"]+)"', page)
    return [address for address in found if not address.startswith("data:")]


def test_a_first_visit_to_any_page_is_light(visitor: Visitor, cast: Cast) -> None:
    heavy = {}
    count = 0
    for path, answer in pages(visitor):
        assert answer.status_code == 200, path
        weight = len(gzip.compress(answer.content, 6))
        parts = parts_of(answer.content.decode())
        for part in parts:
            file = settings.BASE_DIR / part.lstrip("/").split("?")[0]
            weight += len(gzip.compress(file.read_bytes(), 6))
        if weight > KILOBYTES * 1024 or 1 + len(parts) > REQUESTS:
            heavy[path] = (weight, len(parts))
        count += 1
    assert count == 4 + len(steps.STEPS) + 4
    assert not heavy


def test_titles_addresses_and_headers_say_nothing_of_what_was_told(visitor: Visitor, cast: Cast) -> None:
    for path, answer in pages(visitor):
        page = answer.content.decode()
        title = re.search(r"<title>(.*?)</title>", page)
        assert title
        assert title[1] in ("Page · Contact", "Page · Messages", "1"), path
        assert "PRIVATE-" not in str(answer.headers)
        assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', page) if "PRIVATE" in link]
        assert "http" not in " ".join(parts_of(page)), path


@pytest.mark.parametrize(("code", "shown"), [("ar", "ar"), ("ru", "ru"), ("zh-hans", "zh-Hans")])
def test_every_page_is_complete_in_the_languages_of_other_scripts(
    code: str, shown: str, visitor: Visitor, cast: Cast
) -> None:
    Organisation.objects.filter(slug="north").update(languages=["en", code])
    visitor.client.defaults["HTTP_ACCEPT_LANGUAGE"] = code
    own_words = {"North Relief (fictional)", "English", "notes.txt", "HIV", "Shift", STORY}
    for path, answer in pages(visitor):
        page = answer.content.decode()
        assert f'<html lang="{shown}" dir="{"rtl" if code == "ar" else "ltr"}"' in page, path
        text = re.sub(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]+>|&[a-z#0-9]+;", "\n", page, flags=re.S)
        for word in own_words:
            text = text.replace(word, "")
        left = {found.strip() for found in re.findall(r"[A-Za-z][A-Za-z ,’']{2,}", text)}
        assert not {word for word in left if "PRIVATE" not in word and word not in ("NAME", "WAY")}, path


def test_the_language_travels_in_the_address_and_survives_every_form(visitor: Visitor, cast: Cast) -> None:
    visitor.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    answer = visitor.client.post(visitor.base + "?lang=ar")
    assert answer["Location"] == "/report/north/check/?lang=ar"
    assert visitor.client.get(answer["Location"])["Location"] == "/report/north/p/1/?lang=ar"
    page = visitor.get("p/1/?lang=ar").content.decode()
    assert 'action="/report/north/p/1/?lang=ar"' in page
    assert 'href="/report/north/leave/?lang=ar"' in page


def test_only_languages_the_organisation_chose_are_offered(cast: Cast) -> None:
    Organisation.objects.filter(slug="north").update(languages=["ar", "fr", "en"])
    visitor = Visitor()
    page = visitor.get("?lang=es").content.decode()
    assert "?lang=ar" in page
    assert "?lang=fr" in page
    assert "?lang=es" not in page
    assert '<html lang="es"' not in page


@pytest.mark.parametrize("code", ["fr", "es", "ar", "ru", "zh-hans"])
def test_the_form_speaks_each_of_the_six_languages_without_a_word_of_english(code: str, cast: Cast) -> None:
    Organisation.objects.filter(slug="north").update(languages=["en", "fr", "es", "ar", "ru", "zh-hans"])
    page = Visitor().get(f"?lang={code}").content.decode()
    assert f'<html lang="{"zh-Hans" if code == "zh-hans" else code}"' in page
    assert "Leave now" not in page
    assert "Begin" not in page


def test_outside_the_demo_a_language_nobody_has_read_is_not_offered(cast: Cast, settings: Any) -> None:
    settings.DEMO = False
    Organisation.objects.filter(slug="north").update(languages=["ar", "en", "fr"])
    page = Visitor().get("?lang=ar").content.decode()
    assert '<html lang="en"' in page
    assert "?lang=ar" not in page


def test_outside_the_demo_a_language_a_person_has_read_is_offered(settings: Any, tmp_path: Path) -> None:
    settings.DEMO = False
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "X-Reviewed-By": "Someone Test"}
    (folder / "django.mo").write_bytes(catalogue.to_binary())
    settings.LOCALE_PATHS = [tmp_path]
    language._headers.cache_clear()
    try:
        assert language.offered(["en", "fr", "ru"]) == ["en", "ru"]
        assert [code for code, name in language.form_choices() if "not yet reviewed" not in str(name)] == ["en", "ru"]
    finally:
        language._headers.cache_clear()


def test_a_form_under_a_neutral_path_never_names_the_other_one(cast: Cast) -> None:
    Organisation.objects.filter(slug="north").update(neutral_path="garden")
    visitor = Visitor()
    client = visitor.client
    answer = client.post("/garden/")
    assert answer["Location"] == "/garden/check/"
    for path in ("/garden/", "/garden/help/", "/garden/p/1/", "/garden/p/6/", "/garden/nothing/"):
        page = client.get(path).content.decode()
        assert "/report/" not in page, path


def test_a_neutral_host_serves_the_form_and_nothing_else(cast: Cast) -> None:
    settings.ALLOWED_HOSTS.append("page.example")
    Organisation.objects.filter(slug="north").update(neutral_host="page.example")
    client = Visitor().client
    try:
        assert "Begin" in client.get("/", headers={"host": "page.example"}).content.decode()
        assert client.post("/", headers={"host": "page.example"})["Location"] == "/check/"
        assert client.get("/account/login/", headers={"host": "page.example"}).status_code == 404
        assert client.get("/o/north/", headers={"host": "page.example"}).status_code in (302, 404)
        assert client.get("/calendar/", headers={"host": "page.example"}).status_code == 200
    finally:
        settings.ALLOWED_HOSTS.remove("page.example")


def test_a_site_without_a_published_language_falls_back_to_english() -> None:
    class Asked:
        public_base = "/report/north/"
        organisation = Organisation(languages=["pt"])
        GET: dict[str, str] = {"lang": "pt"}

    with translation.override("fr"):
        site = Site(Asked())
    assert (site.languages, site.language, site.chosen) == (["en"], "en", "")

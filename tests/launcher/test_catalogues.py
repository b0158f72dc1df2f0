"""Sentences are found in templates and code, kept when they stay, and their faults are named."""

from pathlib import Path

import polib
import pytest

from config.catalogues import Sentence, catalogue, faults, main, needed, sentences


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "templates" / "public").mkdir(parents=True)
    (tmp_path / "core").mkdir()
    (tmp_path / "templates" / "public" / "page.html").write_text(
        "{% load i18n %}\n<p>It's {% translate 'Leave now' %}\n"
        "   {% blocktranslate count n=n %}One report{% plural %}{{ n }} reports{% endblocktranslate %}</p>\n"
        ' <b title="{% translate "Open" context "a door" %}">{# {% translate "not this" %} #}</b>'
    )
    (tmp_path / "core" / "words.py").write_text('a = _("Sent")\nb = gettext("Due on %(day)s") % {"day": 1}\n')
    return tmp_path


def test_every_kind_of_sentence_is_found_with_its_file(checkout):
    assert sentences(checkout) == {
        Sentence(None, "Leave now", None): ["templates/public/page.html"],
        Sentence(None, "One report", "%(n)s reports"): ["templates/public/page.html"],
        Sentence("a door", "Open", None): ["templates/public/page.html"],
        Sentence(None, "Sent", None): ["core/words.py"],
        Sentence(None, "Due on %(day)s", None): ["core/words.py"],
    }


@pytest.fixture
def translated(checkout) -> polib.POFile:
    held = catalogue("ar", sentences(checkout), None)
    words = {"Leave now": "غادر الآن", "Open": "فتح", "Sent": "أُرسل", "Due on %(day)s": "يحين في %(day)s"}
    for entry in held:
        if entry.msgid_plural:
            entry.msgstr_plural = {number: "%(n)s بلاغات" for number in range(6)}
        else:
            entry.msgstr = words[entry.msgid]
    return held


def test_a_complete_catalogue_has_no_fault(checkout, translated):
    assert faults("ar", translated, sentences(checkout)) == []


def test_what_was_translated_is_kept_when_the_sources_move(checkout, translated):
    (checkout / "core" / "words.py").write_text('a = _("Sent")\nc = _("New")\n')
    fresh = catalogue("ar", sentences(checkout), translated)
    assert fresh.find("Sent").msgstr == "أُرسل"
    assert fresh.find("New").msgstr == ""
    assert fresh.find("Due on %(day)s") is None


def test_a_sentence_that_is_missing_from_the_catalogue_is_a_fault(checkout, translated):
    translated.remove(translated.find("Sent"))
    assert any("differ from the sources" in line for line in faults("ar", translated, sentences(checkout)))


def test_an_untranslated_sentence_is_a_fault_and_it_is_said_when_a_reporter_can_meet_it(checkout, translated):
    translated.find("Sent").msgstr = ""
    assert faults("ar", translated, sentences(checkout)) == ["ar: untranslated: 'Sent'"]
    translated.find("Leave now").msgstr = ""
    assert "ar: a reporter can meet this untranslated: 'Leave now'" in faults("ar", translated, sentences(checkout))


def test_a_language_of_the_form_alone_holds_what_a_reporter_can_meet_and_no_more(checkout):
    every = sentences(checkout)
    assert needed("fr", every) == every
    assert {sentence.text for sentence in needed("es", every)} == {"Leave now", "One report", "Open"}


def test_who_read_a_catalogue_stays_in_its_header_when_the_sources_move(checkout, translated):
    assert translated.metadata["X-Reviewed-By"] == ""
    translated.metadata["X-Reviewed-By"] = "Someone Test, 2026-11-20"
    fresh = catalogue("ar", sentences(checkout), translated)
    assert fresh.metadata["X-Reviewed-By"] == "Someone Test, 2026-11-20"


def test_every_catalogue_we_ship_is_complete_current_and_keeps_its_placeholders(capsys):
    assert main(["--check"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("text", ["يحين", "يحين في %(date)s"])
def test_a_placeholder_that_is_lost_or_invented_is_a_fault(checkout, translated, text):
    translated.find("Due on %(day)s").msgstr = text
    assert [line.split(":")[1] for line in faults("ar", translated, sentences(checkout))] == [" placeholders differ"]


def test_a_translation_marked_as_doubtful_is_a_fault(checkout, translated):
    translated.find("Sent").flags.append("fuzzy")
    assert any("doubtful" in line for line in faults("ar", translated, sentences(checkout)))

"""The command for outside judges: lines in, lines out, and a line that is wrong stops no other."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

CHECKOUT = Path(__file__).resolve().parents[2]
LINE = {
    "id": "a", "zone": "Africa/Nairobi", "weekend": ["sat", "sun"], "holidays": ["2026-11-23"],
    "start": "2026-11-20T09:00:00Z", "amount": 3, "unit": "working_days", "roll": False,
    "pauses": [["2026-11-25T09:00:00Z", "2026-11-25T10:00:00Z"]],
}  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "in.jsonl", tmp_path / "out.jsonl"


def reckon(files: tuple[Path, Path], *lines: object) -> list[dict[str, object]]:
    source, target = files
    source.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    call_command("reckon_deadlines", source, target)
    return [json.loads(line) for line in target.read_text().splitlines()]


def test_each_line_is_answered_in_order_with_its_id(files: tuple[Path, Path]) -> None:
    answers = reckon(
        files,
        LINE,
        {**LINE, "id": 7, "unit": "hours", "amount": 48},
        {**LINE, "id": "كود", "unit": "calendar_days", "amount": 1, "roll": True},
        {**LINE, "id": "fraction", "unit": "hours", "start": "2026-11-20T09:00:00.25Z", "amount": 1},
    )
    assert answers == [
        {"id": "a", "due_at": "2026-11-27T20:59:59Z"},
        {"id": 7, "due_at": "2026-11-22T09:00:00Z"},
        {"id": "كود", "due_at": "2026-11-24T20:59:59Z"},
        {"id": "fraction", "due_at": "2026-11-20T10:00:00.250000Z"},
    ]


def test_empty_lines_are_passed_over(files: tuple[Path, Path]) -> None:
    assert len(reckon(files, LINE, "", LINE, "  ")) == 2


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("{", "line 2: "),
        ("[]", "line 2: not an object"),
        ({"id": "x"}, "line 2: start is missing"),
        ({**LINE, "unit": "weeks"}, "line 2: unit must be one of"),
        ({**LINE, "unit": ["hours"]}, "line 2: unit must be one of"),
        ({**LINE, "zone": "Nowhere/Land"}, "line 2: there is no time zone called"),
        ({**LINE, "zone": 3}, "line 2: there is no time zone called"),
        ({**LINE, "amount": 1.5}, "line 2: amount must be a whole number"),
        ({**LINE, "amount": "3"}, "line 2: amount must be a whole number"),
        ({**LINE, "start": "yesterday"}, "line 2: start must be a moment"),
        ({**LINE, "start": "2026-11-20T09:00:00"}, "line 2: start must name its offset"),
        ({**LINE, "holidays": ["25.12.2026"]}, "line 2: holidays must be dates"),
        ({**LINE, "holidays": "2026-12-25"}, "line 2: holidays must be a list"),
        ({**LINE, "weekend": ["caturday"]}, "line 2: 'caturday' is not one of"),
        ({**LINE, "weekend": [["sat"]]}, "line 2: ['sat'] is not one of"),
        ({**LINE, "pauses": [["2026-11-25T09:00:00Z"]]}, "line 2: each pause must be a list of two moments"),
        ({**LINE, "pauses": [["2026-11-25T09:00:00Z", 5]]}, "line 2: the end of a pause must be a moment"),
        ({**LINE, "roll": "no"}, "line 2: roll must be true or false"),
    ],
    ids=str,
)
def test_a_line_that_cannot_be_reckoned_is_named_and_stops_no_other(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], wrong: object, says: str
) -> None:
    files[1].write_text("what was there before")
    before, refused, after = reckon(files, LINE, wrong, {**LINE, "id": "b"})
    assert (before["id"], after) == ("a", {"id": "b", "due_at": "2026-11-27T20:59:59Z"})
    assert refused["id"] == (wrong.get("id") if isinstance(wrong, dict) else None)
    assert str(refused["error"]).startswith(says)
    assert "due_at" not in refused
    assert capsys.readouterr().err.startswith(f"1 of 3 lines could not be reckoned. First: {says}")
    assert sorted(path.name for path in files[0].parent.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_an_id_of_whatever_signs_comes_back_on_one_line(files: tuple[Path, Path]) -> None:
    ids = ["a\u2028b", "\x85", "\ud800", "كود"]
    assert [answer["id"] for answer in reckon(files, *({**LINE, "id": each} for each in ids))] == ids


def test_bytes_that_are_no_text_spoil_their_own_line_alone(files: tuple[Path, Path]) -> None:
    good = json.dumps(LINE).encode()
    files[0].write_bytes(b"\xef\xbb\xbf" + good + b"\r\n\xff\xfe{}\n" + good)
    call_command("reckon_deadlines", *files)
    answers = [json.loads(line) for line in files[1].read_text().splitlines()]
    assert [list(answer) for answer in answers] == [["id", "due_at"], ["id", "error"], ["id", "due_at"]]


def test_a_pause_without_an_end_matters_only_where_it_comes_before_the_due_moment(files: tuple[Path, Path]) -> None:
    late, early = [["2026-12-24T09:00:00Z", None]], [["2026-11-21T09:00:00Z", None]]
    answers = reckon(files, {**LINE, "pauses": late}, {**LINE, "pauses": early})
    assert answers[0] == {"id": "a", "due_at": "2026-11-26T20:59:59Z"}
    assert answers[1] == {"id": "a", "error": "line 2: the due moment lies beyond the calendar"}


def test_a_file_that_is_not_there_is_named(files: tuple[Path, Path]) -> None:
    with pytest.raises(CommandError, match=r"in\.jsonl"):
        call_command("reckon_deadlines", *files)


def test_as_a_process_of_its_own_it_says_in_one_sentence_what_was_wrong(
    files: tuple[Path, Path], test_environment: dict[str, str]
) -> None:
    files[0].write_text("nonsense\n")
    argv = [sys.executable, "manage.py", "reckon_deadlines", *map(str, files)]
    ended = subprocess.run(argv, cwd=CHECKOUT, env=test_environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0
    assert ended.stderr.startswith("1 of 1 lines could not be reckoned. First: line 1: ")
    assert ended.stderr.count("\n") == 1
    assert json.loads(files[1].read_text())["id"] is None

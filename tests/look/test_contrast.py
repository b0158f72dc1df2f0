"""Every pair of colours in use can be read: WCAG 2.2, 4.5 for text, 3 for borders and shapes, in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "assets" / "css" / "tokens.css").read_text()
TEXT = [
    *(("ink", ground) for ground in ("ground", "surface", "sunk", "action-tint", "soon-tint", "now-tint")),
    *(("ink-soft", ground) for ground in ("ground", "surface", "sunk", "action-tint")),
    *(("action", ground) for ground in ("ground", "surface", "sunk", "action-tint", "soon-tint")),
    *(("action-strong", ground) for ground in ("ground", "surface", "action-tint")),
    ("on-action", "action"),
    ("on-action", "action-strong"),
    *(("soon", ground) for ground in ("ground", "surface", "soon-tint")),
    *(("now", ground) for ground in ("surface", "now-tint")),
    ("on-now", "now"),
    ("on-leave", "leave"),
]
SHAPES = [
    *(("edge", ground) for ground in ("ground", "surface", "sunk")),
    *(("action", ground) for ground in ("ground", "surface", "action-tint", "sunk")),
    *(("soon-edge", ground) for ground in ("ground", "surface", "soon-tint")),
    *(("now-edge", ground) for ground in ("surface", "now-tint", "sunk")),
    *(("focus", ground) for ground in ("ground", "surface", "action-tint")),
]


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", block))


def themes() -> dict[str, dict[str, str]]:
    light = TOKENS[: TOKENS.index("@media")]
    dark = TOKENS[TOKENS.index("prefers-color-scheme: dark") : TOKENS.index("prefers-contrast")]
    return {"light": colours(light), "dark": colours(light) | colours(dark)}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"), [(*pair, 4.5) for pair in TEXT] + [(*pair, 3.0) for pair in SHAPES]
)
def test_a_pair_of_colours_can_be_told_apart(theme: str, front: str, back: str, least: float) -> None:
    found = themes()[theme]
    assert ratio(found[front], found[back]) >= least, f"{ratio(found[front], found[back]):.2f}"


def test_the_reckoning_itself_knows_black_from_white() -> None:
    assert ratio("#000", "#fff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_brick_never_reaches_a_reporter() -> None:
    """The survivor's side has no red: corrections there are amber."""
    public = (Path(__file__).resolve().parents[2] / "assets" / "css" / "public_parts.css").read_text()
    frame = (Path(__file__).resolve().parents[2] / "assets" / "css" / "public_frame.css").read_text()
    assert "--now" not in public + frame
    parts = (Path(__file__).resolve().parents[2] / "assets" / "css" / "parts.css").read_text()
    assert re.search(r"\.public \.problem \{[^}]*--tone: var\(--soon\)", parts)


def test_dark_replaces_every_colour_of_light() -> None:
    light = colours(TOKENS[: TOKENS.index("@media")])
    dark = colours(TOKENS[TOKENS.index("prefers-color-scheme: dark") : TOKENS.index("prefers-contrast")])
    assert set(light) == set(dark)

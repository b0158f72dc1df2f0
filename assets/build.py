"""Join and shrink the style sheets and scripts: `python assets/build.py` writes static/, `--check` only compares.

No tool beyond Python is needed, so whoever changes a colour can build. Comments and needless white space go;
nothing is renamed or reordered.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "static"

SHEETS: dict[str, tuple[str, ...]] = {
    "css/public.css": ("tokens", "ground", "public_frame", "parts", "extra", "public_parts", "forced", "paper"),
    "css/staff.css": (
        "tokens",
        "ground",
        "public_frame",
        "parts",
        "extra",
        "public_parts",
        "staff",
        "staff_more",
        "pictures",
        "narrow_staff",
        "forced",
        "paper",
        "paper_staff",
    ),
}
SCRIPTS = ("public", "staff")


def shrink_css(text: str) -> str:
    """The same rules, one a line, without comments and white space that carries no meaning; strings are left alone."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    pieces = re.split(r'("[^"]*")', text)
    for at in range(0, len(pieces), 2):
        piece = re.sub(r"\s+", " ", pieces[at])
        piece = re.sub(r"\s*([{};,>])\s*", r"\1", piece)
        piece = re.sub(r":\s+", ":", piece)
        pieces[at] = piece.replace(";}", "}").replace("}", "}\n")
    return "".join(pieces).strip() + "\n"


def shrink_js(text: str) -> str:
    """The same script without whole-line comments, indentation and empty lines."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def sprite() -> str:
    """One file with every icon as a symbol; a page refers to `icons.svg#name`."""
    symbols = []
    for path in sorted((HERE / "icons").glob("*.svg")):
        drawing = re.fullmatch(r'<svg viewBox="([^"]+)">(.*)</svg>\s*', path.read_text(), flags=re.S)
        if drawing is None:
            raise ValueError(f"{path.name} is not of the form <svg viewBox=…>…</svg>")
        symbols.append(f'<symbol id="{path.stem}" viewBox="{drawing[1]}">{drawing[2].strip()}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def built() -> dict[str, str]:
    """Every built file: path below static/ and content."""
    files = {
        name: shrink_css("\n".join((HERE / "css" / f"{part}.css").read_text() for part in parts))
        for name, parts in SHEETS.items()
    }
    files |= {f"js/{name}.js": shrink_js((HERE / "js" / f"{name}.js").read_text()) for name in SCRIPTS}
    files["img/icons.svg"] = sprite()
    return files


def main(arguments: list[str]) -> int:
    stale = []
    for name, content in built().items():
        path = STATIC / name
        if path.exists() and path.read_text() == content:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    if stale:
        print(("not current: " if "--check" in arguments else "built: ") + ", ".join(stale))
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

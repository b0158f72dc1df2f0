"""The root key on paper: five sheets, any three of which give it back, none of which says anything alone."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.conf import settings
from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from config.backups.tools import BackupError
from config.launcher.places import private, write_private
from core.encryption import roots
from core.errors import KeyUnavailable

SHEETS, NEEDED = 5, 3
_TEXT = """\
Amparo: recovery sheet {number} of {sheets}

Root key {fingerprint}, written on {day}.

Any {needed} of these {sheets} sheets together give the root key back; one or two say nothing about it.
Give each to another person, who keeps it sealed, away from the backups and from the other sheets.
To use them: manage.py recover_root SHEET SHEET SHEET, or type their words when it asks.

{words}
"""


def root_file() -> Path:
    """The file the root key is in; BackupError when another provider holds it, which then has its own recovery."""
    provider = roots.provider()
    if not isinstance(provider, roots.FileRoot):
        raise BackupError("The root key is not in a file here: use the recovery of the service that holds it.")
    return provider.path


def write(folder: Path, *, on: date) -> list[Path]:
    """Writes the five sheets into `folder` (0600 each); refuses to replace one."""
    path = root_file()
    try:
        key, fingerprint = roots.read_key_file(path), roots.provider().describe()["fingerprint"]
    except KeyUnavailable:
        raise BackupError(f"The root key {path} cannot be read.") from None
    private(folder)
    words = generate_mnemonics(1, [(NEEDED, SHEETS)], key)[0]
    targets = [folder / f"recovery-sheet-{number}.txt" for number in range(1, SHEETS + 1)]
    if any(target.exists() for target in targets):
        raise BackupError(f"There are recovery sheets in {folder} already.")
    for number, (target, sheet) in enumerate(zip(targets, words, strict=True), 1):
        text = _TEXT.format(
            number=number, sheets=SHEETS, needed=NEEDED, fingerprint=fingerprint, day=on.isoformat(), words=_rows(sheet)
        )
        write_private(target, text)
    return targets


def words_of(text: str) -> str:
    """The words of a sheet, from the whole sheet or from what somebody typed."""
    numbered = [line.split(maxsplit=1)[1] for line in text.splitlines() if line.strip()[:1].isdigit()]
    return " ".join((" ".join(numbered) if numbered else text).lower().split())


def recover(texts: Iterable[str]) -> Path:
    """Writes the root key that three sheets give; the key that was there is set aside, never overwritten."""
    try:
        key = combine_mnemonics([words_of(text) for text in texts])
    except MnemonicError as error:
        raise BackupError(f"These sheets do not fit together: {error}") from None
    path = root_file()
    if path.exists():
        if roots.read_key_file(path) == key:
            return path
        aside = path.with_name(f"{path.name}.replaced")
        if aside.exists():
            raise BackupError(f"{aside} is in the way: move it to a safe place first.")
        path.rename(aside)
    private(Path(settings.KEYS_DIR))
    write_private(path, key.hex() + "\n")
    return path


def _rows(sheet: str) -> str:
    words = sheet.split()
    return "\n".join(f"{at + 1:>2}  {' '.join(words[at : at + 3])}" for at in range(0, len(words), 3))

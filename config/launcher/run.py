"""`make run`: servers, tables, demo, then web, worker, sealer and beat, until told to end."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg2
from django.core.exceptions import ImproperlyConfigured

from config.databases import with_files
from config.launcher import keys, places, services
from config.launcher.errors import LauncherError
from config.launcher.postgres import Cluster
from config.launcher.processes import die_with_parent, spawn, wait_for
from config.launcher.roles import LOGINS, passwords_of
from config.launcher.supervise import Service, Supervisor
from config.launcher.valkey import Broker

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def variable(role: str) -> str:
    """The environment variable that holds the address a role signs in with."""
    return "DATABASE_URL" if role == "app" else f"DATABASE_URL_{role.upper()}"


def own_servers(environment: Mapping[str, str]) -> dict[str, str] | None:
    """The addresses of the operator's servers, or None for the embedded ones; half of them is refused by name."""
    names = [*(variable(role) for role in LOGINS), "REDIS_URL"]
    try:
        found = with_files(environment)
    except ImproperlyConfigured as error:
        raise LauncherError(str(error)) from None
    given = {name: found[name] for name in names if found.get(name)}
    told = next((name for name in (*given, "DATABASE_ADMIN_URL") if found.get(name)), None)
    if told is None:
        return None
    missing = next((name for name in names if name not in given), None)
    if missing:
        raise LauncherError(
            f"{missing} is not set although {told} is: give the addresses of all your servers "
            f"({', '.join(names)}), or none of them to use the embedded ones."
        )
    passwords_of({role: given[variable(role)] for role in LOGINS})
    return given


def port_of(environment: Mapping[str, str]) -> int:
    """PORT, or 8000; refused when it is no port or somebody listens there."""
    text = environment.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LauncherError(f"PORT={text} is not a port: give a number from 1 to 65535, for example PORT=8123.")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", int(text)))
        except PermissionError:
            raise LauncherError(f"Port {text} needs more rights than this user has: try PORT=8123 make run.") from None
        except OSError:
            other = 8123 if int(text) != 8123 else 8124
            raise LauncherError(
                f"Port {text} is already in use by another program: stop that program, or choose another port, "
                f"for example PORT={other} make run."
            ) from None
    return int(text)


class Run:
    """One run of one checkout; `state` is its `.amparo` folder."""

    def __init__(self, environment: Mapping[str, str], *, state: Path, checkout: Path = CHECKOUT) -> None:
        self.environment, self.state, self.checkout = dict(environment), state, checkout
        self.supervisor = Supervisor(state / "children.json", say=say)

    def run(self) -> int:
        """Blocks until a signal; the exit status of the run."""
        addresses = own_servers(self.environment)
        if addresses is None and self.environment.get("AMPARO_ENV") == "production":
            raise LauncherError(
                "AMPARO_ENV is production and the embedded servers are not made for that: set DATABASE_URL, "
                "DATABASE_URL_<ROLE> and REDIS_URL to servers of your own."
            )
        places.private(self.state)
        if self.environment.get("MAKELEVEL"):
            die_with_parent(signal.SIGTERM)  # a killed make would leave a run nobody can see
        with self._alone():
            self.supervisor.listen()
            (self.state / "run.json").unlink(missing_ok=True)
            self.supervisor.end_earlier()
            port = port_of(self.environment)
            try:
                return self._run(addresses, port)
            finally:
                (self.state / "run.json").unlink(missing_ok=True)
                self.supervisor.end()

    def _run(self, addresses: dict[str, str] | None, port: int) -> int:
        keys.make_keys(Path(self.environment.get("AMPARO_KEYS") or self.state / "keys"))
        words = keys.passwords(self.state)
        if addresses is None:
            addresses = self._embedded(words)
        else:
            say("Using the database and the broker of DATABASE_URL and REDIS_URL.")
        address = f"http://127.0.0.1:{port}"
        env = {
            **self.environment,
            "AMPARO_STATE": str(self.state),
            "AMPARO_ADDRESS": self.environment.get("AMPARO_ADDRESS") or address,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONUNBUFFERED": "1",
        }
        if not self._prepared(env):
            return 0 if self.supervisor.ending.is_set() else 1
        web, *helpers = services.product(self.checkout, self.state, port=port, env=env)
        # The helpers start once a report can be taken: on a small machine they would only slow that down.
        self.supervisor.add(web)
        self.supervisor.look_after(until=lambda: ready(address) or web.falls > 2)
        if self.supervisor.ending.is_set():
            return 0
        if web.falls > 2:
            raise LauncherError(
                f"The web process does not start; its own words are in {services.log_file(self.state, 'web')}."
            )
        for helper in helpers:
            self.supervisor.add(helper)
        self._announce(address, addresses)
        watch = _Watch(self.state / "run.json", addresses["DATABASE_URL"])
        self.supervisor.look_after(until=watch)
        say("Ending …")
        return 0

    def _embedded(self, words: dict[str, str]) -> dict[str, str]:
        place = places.permanent(self.state)
        cluster = Cluster(
            place.data / "postgres",
            place.sockets,
            account=place.account,
            passwords=words,
            log=services.log_file(self.state, "postgres"),
        )
        broker = Broker(
            place.data / "valkey",
            place.sockets,
            account=place.account,
            password=words["broker"],
            log=services.log_file(self.state, "valkey"),
        )
        say("Using the embedded database and broker; they are not made for production.")
        self.supervisor.add(services.database(cluster))
        self.supervisor.add(services.broker(broker))
        addresses = {variable(role): url for role, url in cluster.urls().items()} | {"REDIS_URL": broker.url}
        places.write_private(self.state / "environment.json", json.dumps(addresses, indent=1) + "\n")
        return addresses

    def _prepared(self, env: dict[str, str]) -> bool:
        log = services.log_file(self.state, "prepare")
        log.unlink(missing_ok=True)
        argv = [sys.executable, "-m", "config.launcher.prepare"]
        quiet = {"AMPARO_LOG_LEVEL": "WARNING", **env}
        service = Service("The preparation", lambda: spawn(argv, env=quiet, log=log, cwd=self.checkout))
        process = service.start()
        shown = 0
        try:
            while process.poll() is None and not self.supervisor.ending.is_set():
                self.supervisor.ending.wait(0.1)
                shown = _show(log, shown)
        finally:
            if process.poll() is None:
                process.terminate()
                wait_for(lambda: process.poll() is not None, seconds=10)
                process.kill()
            _show(log, shown)
        return process.wait() == 0

    def _announce(self, address: str, addresses: dict[str, str]) -> None:
        say(f"Amparo is running at {address}/")
        found = json.loads((self.state / "demo.json").read_text())
        if found is None:
            say("Stop it with Ctrl-C.")
            return
        form = address + found["form"]
        say(f"The form for reports is at {form}")
        if found["users"]:
            say(f"Fictional people who can sign in, all with the password {found['users'][0]['password']}")
        for user in found["users"]:
            say(f"  {user['organisation']:<10} {user['role']:<26} {user['email']}")
        say("Stop it with Ctrl-C.")
        content = {
            "address": address,
            "form": form,
            "users": found["users"],
            "databases": {role: addresses[variable(role)] for role in LOGINS},
            "redis": addresses["REDIS_URL"],
        }
        places.write_private(self.state / "run.json", json.dumps(content, indent=1, ensure_ascii=False) + "\n")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Holds the lock of this checkout; a run that is just ending is waited for."""
        with (self.state / "lock").open("a") as file:
            os.chmod(file.fileno(), 0o600)
            if not wait_for(lambda: _lock(file), seconds=1, every=0.1) and not (
                # No run.json: the other run is just ending, for example because the make above it was killed.
                not (self.state / "run.json").exists() and wait_for(lambda: _lock(file), seconds=20, every=0.2)
            ):
                raise LauncherError(
                    f"Amparo is already running from this folder (process {_word(self.state / 'lock')}): "
                    "stop it first with Ctrl-C there."
                )
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


class _Watch:
    """Takes run.json away as soon as the database holds anything but the demo; asked once a minute."""

    def __init__(self, file: Path, url: str) -> None:
        self.file, self.url, self.turn = file, url, 0

    def __call__(self) -> bool:
        self.turn += 1
        if self.turn % 300 == 0 and self.file.exists():
            with (
                contextlib.suppress(psycopg2.Error),
                contextlib.closing(psycopg2.connect(self.url)) as link,
                link.cursor() as cursor,
            ):
                cursor.execute("SELECT EXISTS (SELECT FROM organisation WHERE NOT demo)")
                if cursor.fetchone() != (False,):
                    self.file.unlink(missing_ok=True)
        return False


def ready(address: str) -> bool:
    """The web process says that it can take a report."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def say(sentence: str) -> None:
    print(sentence, flush=True)


def _show(log: Path, shown: int) -> int:
    if not log.exists():
        return shown
    text = log.read_text(errors="replace")
    sys.stdout.write(text[shown:])
    sys.stdout.flush()
    return len(text)


def _word(file: Path) -> str:
    with contextlib.suppress(OSError):
        return file.read_text() or "unknown"
    return "unknown"


def _lock(file: Any) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

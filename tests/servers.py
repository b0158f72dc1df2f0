"""The servers the whole suite runs on: started before Django reads its settings, gone when the run ends."""

import atexit
import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.launcher import keys, places
from config.launcher.postgres import Cluster
from config.launcher.valkey import Broker

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Servers:
    cluster: Cluster
    broker: Broker
    state: Path


def start() -> Servers:
    """Starts a throw-away PostgreSQL and Valkey and points this process and its children at them."""
    ends = contextlib.ExitStack()
    atexit.register(ends.close)
    place = ends.enter_context(places.throw_away())
    state = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="amparo-state-")))
    keys.make_keys(state / "keys")
    (state / "static").mkdir()  # the server of static files wants a folder, even an empty one
    cluster = Cluster(place.data / "postgres", place.sockets, account=place.account, throw_away=True)
    ends.callback(cluster.stop)
    cluster.start()
    broker = Broker(place.data / "valkey", place.sockets, account=place.account, throw_away=True)
    ends.callback(broker.stop)
    broker.start()
    for name in list(os.environ):
        # Nothing of the machine the suite runs on may decide what it runs against.
        if (
            name.startswith(("AMPARO_", "DATABASE_", "REDIS_", "DJANGO_SETTINGS", "PG"))
            and name != "AMPARO_POSTGRES_BIN"
        ):
            del os.environ[name]
    os.environ.update(environment(cluster, broker, state))
    return Servers(cluster, broker, state)


def environment(cluster: Cluster, broker: Broker, state: Path, *, database: str = "amparo") -> dict[str, str]:
    """What a process needs to run against these servers."""
    found = {"AMPARO_ENV": "test", "AMPARO_STATE": str(state), "REDIS_URL": broker.url}
    for role, url in cluster.urls(database).items():
        found["DATABASE_URL" if role == "app" else f"DATABASE_URL_{role.upper()}"] = url
    found["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return found

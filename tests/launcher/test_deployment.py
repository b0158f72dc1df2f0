"""docker-compose.yml, Dockerfile and .env.example say what the code understands, and give no process too much."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.launcher import secret_files
from config.launcher.errors import LauncherError
from tests.servers import CHECKOUT

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if str(service["image"]).startswith("${AMPARO_IMAGE")}
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text()
CODE = "".join(
    path.read_text()
    for path in [*(CHECKOUT / "config").glob("*.py"), CHECKOUT / "config/management/commands/create_roles.py"]
)
DATABASE_ROLES = ("migrator", "worker", "sealer", "auditor", "intake", "backup")


def known(variable: str) -> bool:
    """Whether the settings read it, by its name or as NAME_FILE."""
    name = variable.removesuffix("_FILE") if not variable.startswith(("AMPARO_ROOT", "AMPARO_STATUS")) else variable
    return f'"{name}"' in CODE or name in {f"DATABASE_URL_{role.upper()}" for role in DATABASE_ROLES}


def secrets_of(service: dict[str, Any]) -> set[str]:
    return set(service.get("secrets", []))


def test_the_file_follows_the_compose_specification():
    tool = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [tool, "--builtin-schema", "vendor.compose-spec", CHECKOUT / "docker-compose.yml"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_variable_of_a_service_is_one_the_settings_read(name):
    assert [variable for variable in OURS[name]["environment"] if not known(variable)] == []


def test_every_variable_of_the_example_is_used_by_the_compose_file_and_read_by_the_settings():
    lines = (CHECKOUT / ".env.example").read_text().splitlines()
    named = {line.split("=")[0] for line in lines if line and not line.startswith("#")}
    used = set(re.findall(r"\$\{(\w+)", (CHECKOUT / "docker-compose.yml").read_text()))
    assert named <= used
    assert used - named == {"AMPARO_IMAGE", "AMPARO_BACKUP_DATA", "AMPARO_BACKUP_KEYS"}
    assert [variable for variable in named if not known(variable)] == []


def test_the_example_holds_no_secret():
    assert not re.search(r"(?im)^\w*(password|secret|key|token)\w*=.+", (CHECKOUT / ".env.example").read_text())


def test_every_secret_is_declared_used_and_made_by_the_command(tmp_path):
    secret_files.write(tmp_path / "secrets")
    declared = set(COMPOSE["secrets"])
    assert {path.name for path in (tmp_path / "secrets").iterdir()} == declared
    assert set().union(*(secrets_of(service) for service in SERVICES.values())) == declared
    assert {Path(entry["file"]).name for entry in COMPOSE["secrets"].values()} == declared
    for service in SERVICES.values():
        for path in re.findall(r"/run/secrets/([\w.]+)", str(service)):
            if path not in ("root.key",):  # named once for all; who has none of it never opens a field
                assert path in secrets_of(service), path


def test_secrets_are_never_made_over_others(tmp_path):
    secret_files.write(tmp_path / "secrets")
    with pytest.raises(LauncherError, match="is not empty"):
        secret_files.write(tmp_path / "secrets")


def test_each_process_gets_the_sign_in_of_its_own_role_alone():
    held = {name: {secret for secret in secrets_of(service) if "database" in secret} for name, service in OURS.items()}
    assert held["web"] == {"database_url"}
    assert held["worker"] == held["beat"] == {"database_url_worker"}
    assert held["sealer"] == {"database_url_sealer"}
    assert held["backup"] == {"database_url_backup"}
    assert [name for name in held if "database_admin_url" in held[name]] == ["setup"]
    roles = {name: service["environment"]["AMPARO_ROLE"] for name, service in OURS.items()}
    assert roles == {
        "setup": "migrator", "web": "app", "worker": "worker", "beat": "worker", "sealer": "sealer", "backup": "backup",
    }  # fmt: skip


def test_who_signs_the_audit_opens_no_field_and_who_opens_fields_signs_nothing():
    for name, service in OURS.items():
        if name != "backup":
            assert not {"audit.key", "root.key"} <= secrets_of(service), name
    assert "audit.key" in secrets_of(OURS["sealer"])
    assert "root.key" not in secrets_of(OURS["sealer"]) | secrets_of(OURS["beat"]) | secrets_of(OURS["setup"])


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_process_of_ours_is_without_rights_on_the_machine(name):
    service = OURS[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_whatever_keeps_running_has_a_health_check():
    lasting = {name for name, service in SERVICES.items() if service["restart"] != "no"}
    assert {"database", "broker", "web", "worker", "beat", "sealer"} == lasting
    assert [name for name in lasting if "test" not in SERVICES[name].get("healthcheck", {})] == []


def test_only_the_web_process_is_reached_and_only_from_this_machine():
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:8000:8000"]
    }


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_starts_with_exactly_its_own_secrets(name, tmp_path):
    secret_files.write(tmp_path / "all")
    (tmp_path / "own").mkdir()
    for secret in secrets_of(OURS[name]):
        shutil.copy(tmp_path / "all" / secret, tmp_path / "own" / secret)
    env = {"PATH": os.environ["PATH"], "AMPARO_STATE": str(tmp_path / "state"), "AMPARO_STATIC": str(tmp_path)}
    for variable, value in OURS[name]["environment"].items():
        text = str(value).replace("/run/secrets", str(tmp_path / "own"))
        text = re.sub(r"\$\{\w+:\?[^}]*\}", "https://reports.example.org", text)
        env[variable] = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup(); from django.conf import settings; print(settings.ROLE)"],
        env=env | {"DJANGO_SETTINGS_MODULE": "config.settings"}, cwd=CHECKOUT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == OURS[name]["environment"]["AMPARO_ROLE"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_names_something_that_exists(name):
    command = OURS[name].get("command") or ["gunicorn"]
    for found in re.findall(r"manage\.py (\w+)", " ".join(command)):
        places = ["core/management/commands", "config/management/commands"]
        assert any((CHECKOUT / place / f"{found}.py").exists() for place in places), found
    test = OURS[name]["healthcheck"].get("test", [])
    if "status" in test:
        assert (CHECKOUT / "core/management/commands/status.py").exists()
    if "config.launcher.ask" in test:
        assert (CHECKOUT / "config/launcher/ask.py").exists()


def test_the_image_runs_without_rights_and_installs_by_hash():
    users = re.findall(r"(?m)^USER (\S+)", DOCKERFILE)
    assert users == ["10001:10001"]
    assert DOCKERFILE.index("USER ") > DOCKERFILE.index("COPY . .")
    assert "--require-hashes" in DOCKERFILE
    assert "HEALTHCHECK" in DOCKERFILE
    assert {"secrets", ".env", ".amparo"} <= set((CHECKOUT / ".dockerignore").read_text().split())


def test_the_image_holds_what_the_suite_was_run_with_and_nothing_of_its_tools():
    def pinned(file: str) -> dict[str, str]:
        return dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", (CHECKOUT / file).read_text()))

    whole, image = pinned("requirements.lock"), pinned("requirements-production.lock")
    assert image
    assert image.items() <= whole.items()
    assert {"pytest", "mypy", "playwright", "ruff"}.isdisjoint(image)
    assert {"django", "gunicorn", "celery", "psycopg2-binary"} <= set(image)


@pytest.mark.parametrize(("demo", "code"), [("true", 1), ("false", 0), (None, 0)])
def test_in_production_nobody_gets_past_the_second_factor_by_way_of_the_demo(tmp_path, demo, code):
    """Whether the settings load at all, and what they say."""
    keep = {key: value for key, value in os.environ.items() if not key.startswith(("AMPARO_", "DATABASE_", "REDIS_"))}
    names = ("DATABASE_URL", *(f"DATABASE_URL_{role.upper()}" for role in DATABASE_ROLES))
    urls = dict.fromkeys(names, "postgresql://a:b@h/d")
    env = {
        **keep, **urls, "REDIS_URL": "redis://h/0", "AMPARO_ENV": "production", "AMPARO_SECRET_KEY": "x" * 60,
        "AMPARO_STATE": str(tmp_path), "AMPARO_ADDRESS": "https://h.example", "AMPARO_HOSTS": "h.example",
        **({"AMPARO_DEMO": demo} if demo else {}),
    }  # fmt: skip
    script = "from config import settings; print(settings.DEMO)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env, cwd=CHECKOUT)
    assert done.returncode == code, done.stderr
    assert ("AMPARO_DEMO cannot be on" in done.stderr) is bool(code)
    assert done.stdout.strip() == ("" if code else "False")
    assert not any("AMPARO_DEMO" in service["environment"] for service in OURS.values())

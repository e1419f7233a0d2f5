"""Headers of every page, for everybody: nothing from elsewhere runs, frames or keeps it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.pages.everything import Everything, addresses, build_everything
from tests.world import BACKEND

pytestmark = pytest.mark.looks

ROOT = Path(__file__).parent.parent.parent
# The mark-up of a letter as its reader sees it: styles of its own, in a sandbox, in a frame of ours.
LETTER = "desk:letter_html"
FRAMES = {LETTER, "desk:letter_in_html", "desk:message_letter"}  # pages of the desk show them, shut in a sandbox
# A stranger's address that is loaded by itself: not a link, which only the reader follows.
LOADED = re.compile(r"""<(?:script|img|iframe|source|video|audio|embed|object)[^>]+?(?:src|data)=["']?(?:https?:)?//""")
STYLES = re.compile(r"""<link[^>]+href=["']?(?:https?:)?//""")


@pytest.fixture
def everything(world, now, data_folder) -> Everything:
    return build_everything(world, now)


@pytest.mark.parametrize("who", ["anonymous", "anna", "boris", "ada"])
def test_every_answer_carries_its_headers(everything, who):
    client = Client()
    if who != "anonymous":
        client.force_login(getattr(everything.world, who).user, backend=BACKEND)
    for name, arguments in addresses():
        answer = client.get(everything.address(name, arguments))
        policy = answer["Content-Security-Policy"]
        assert "unsafe-eval" not in policy, name
        assert "'unsafe-inline'" not in policy or (name == LETTER and policy.startswith("sandbox;")), name
        assert "default-src 'none'" in policy, name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["X-Frame-Options"] == ("SAMEORIGIN" if name in FRAMES and who == "ada" else "DENY"), name
        assert answer["Referrer-Policy"] in ("same-origin", "no-referrer"), name
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name
        kept = answer["Cache-Control"]
        assert "no-store" in kept or "no-cache" in kept, (name, kept)
        text = "" if answer.streaming else answer.content.decode(errors="replace")
        assert not LOADED.search(text), name
        assert not STYLES.search(text), name


def test_no_template_loads_anything_from_another_host():
    for path in ROOT.glob("camdesk/**/jinja2/**/*.html"):
        text = path.read_text()
        assert not LOADED.search(text), path
        assert not STYLES.search(text), path
        assert not re.search(r"<[^>]+\son[a-z]+=", text), path


def test_no_script_or_style_of_ours_names_another_host():
    for path in [*ROOT.glob("camdesk/**/static/**/*.js"), *ROOT.glob("camdesk/**/static/**/*.css")]:
        named = set(re.findall(r"https?://([\w.-]+)", path.read_text()))
        assert named <= {"www.w3.org"} or "vendor" in path.parts or path.name.startswith("htmx"), (path, named)


def test_django_finds_nothing_wrong_with_an_installation_behind_https(tmp_path):
    said = {"CAMDESK_URL": "https://support.example.org", "CAMDESK_DATA": str(tmp_path)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAMDESK_")}
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={**kept, **said, "DJANGO_SETTINGS_MODULE": "camdesk.config.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    wanted = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]
    code = f"from camdesk.config import settings; print(*[getattr(settings, name) for name in {wanted}])"
    told = subprocess.run(
        [sys.executable, "-c", code], env={**kept, **said}, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["__Host-session", "__Host-csrf", "True", "True"]


def test_every_deed_asks_for_its_token_against_forgery(everything):
    """A form posted from another site, with the cookies of whoever is signed in: 403 and nothing changes."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(everything.world.ada.user, backend=BACKEND)
    for name, arguments in addresses():
        if name.startswith(("api-v1:", "hooks:")):
            continue  # no cookie opens these
        answer = client.post(everything.address(name, arguments), {"text": "взлом"})
        assert answer.status_code in (403, 405), (name, answer.status_code)

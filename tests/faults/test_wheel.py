"""What `pip install` brings is whole: built from the sources, set up and served without a checkout beside it."""

import shutil
import site
import subprocess
import sys
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from tests import trained
from tests.engines import free_port, wait_until
from tests.faults.doors import ROOT, environment

pytestmark = [pytest.mark.fault, pytest.mark.long]
BUILT_FROM = ("camdesk", "playbook", "pyproject.toml", "setup.py", "README.md", "LICENSE")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.mo")
SHIPPED = "camdesk/playbook/shipped"


def built(place: Path) -> Path:
    """A wheel of a copy: building writes beside its sources."""
    source = place / "source"
    source.mkdir()
    for name in BUILT_FROM:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=LEFT_OUT, symlinks=True)
        else:
            shutil.copy(path, source / name)
    pip = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode == 0
    words = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps"] if pip else ["uv", "build", "-q", "--wheel"]
    out = ["-w" if pip else "-o", str(place / "wheel")]
    done = subprocess.run([*words, str(source), *out], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = (place / "wheel").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return built(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """An environment with the wheel, and with what it needs from that of the tests."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, with_pip=False, symlinks=True)
    [packages] = place.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (packages / "of_the_tests.pth").write_text("\n".join(site.getsitepackages()))
    script = place / "bin" / "camdesk"
    script.write_text(
        f"#!{place / 'bin' / 'python'}\nimport sys\nfrom {entry(packages)} import main\nsys.exit(main())\n"
    )
    script.chmod(0o755)
    return place


def entry(packages: Path) -> str:
    """The module that the wheel's own `camdesk` would call."""
    [table] = packages.glob("camdesk-*.dist-info/entry_points.txt")
    [line] = [line for line in table.read_text().splitlines() if line.startswith("camdesk =")]
    module, _colon, function = line.partition("=")[2].strip().partition(":")
    assert function == "main"
    return module


def camdesk(installed: Path, data: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    known = {**environment(data, **env), "PYTHONPATH": ""}
    program = str(installed / "bin" / "camdesk")
    return subprocess.run([program, *words], env=known, cwd=data, capture_output=True, text=True, timeout=300)


def files_of(place: Path) -> set[str]:
    names = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    return {name for name in names if "__pycache__" not in name}


def test_it_holds_every_file_of_the_product_and_the_playbook(wheel) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {f"camdesk/{name}" for name in files_of(ROOT / "camdesk") if not name.startswith("playbook/shipped/")}
    wanted |= {f"{SHIPPED}/{name}" for name in files_of(ROOT / "playbook")}
    catalogues = {name for name in wanted if name.endswith(".po")}
    assert len(catalogues) > 10
    wanted = {name for name in wanted if not name.endswith((".po", ".mo"))}
    assert held == wanted | {name.removesuffix(".po") + ".mo" for name in catalogues}


def test_without_a_word_where_the_data_live_it_says_one_sentence(installed, tmp_path) -> None:
    done = camdesk(installed, tmp_path, "doctor", CAMDESK_DATA="")
    assert done.returncode == 1
    assert done.stderr == "camdesk: CAMDESK_DATA: say where the data live: --data DIR, or CAMDESK_DATA=DIR\n"


def test_it_is_set_up_and_serves_and_writes_nothing_beside_itself(installed, tmp_path) -> None:
    [packages] = installed.glob("lib/python*/site-packages")
    before = files_of(packages)
    flags = ["--url", "http://127.0.0.1", "--phone", "+7 495 123-45-67", "--email", "help@lens.example"]
    done = camdesk(installed, trained.give(tmp_path), "setup", "--no-input", *flags, "--smtp", "none", "--imap", "none")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "playbook" / ".shipped" / "topics").is_dir()
    port = free_port()
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(installed / "bin" / "camdesk"), "serve", "--port", str(port)],
            env={**environment(tmp_path), "PYTHONPATH": ""},
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        )
    try:
        page = wait_until_answered(port, process, tmp_path / "log")
        assert "+7 495 123-45-67" in page
        assert "Contact" in page, "the catalogue of English is there"
        assert files_of(packages) == before
    finally:
        process.terminate()
        process.wait(20)


def wait_until_answered(port: int, process: subprocess.Popen[bytes], log: Path) -> str:
    pages: list[str] = []

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        request = urllib.request.Request(f"http://127.0.0.1:{port}/contacts/", headers={"Accept-Language": "en"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                pages.append(answer.read().decode())
        except OSError:
            return False
        return True

    wait_until(answers, seconds=90, what="the installed camdesk answers")
    return pages[0]

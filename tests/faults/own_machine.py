"""A machine of the test's own: a copy of this one and of the checkout, wherever that lies, that forgets what is written
to it, with a network of its own, in which the commands of the docs are run as they stand. Needs root, and a kernel that
lays one folder over another.

`systemctl` is a stand-in there, since nothing boots: it starts what a unit says, as whom it says, with what it says.
What systemd itself makes of the units is tests/faults/test_units.py.
"""

import contextlib
import ctypes
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import Missing, wait_until
from tests.faults.doors import ROOT

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET
_UNREACHED = re.compile(
    "No matching distribution|Temporary failure in name resolution|Failed to establish a new connection|ProxyError|"
    "Connection (refused|reset|timed out)|Read timed out|Could not (resolve|connect)|Failed to fetch|"
    "Unable to (fetch|locate package)"
)
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_LAID = """set -e
mount -t tmpfs none "$1"
mkdir "$1/written" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/written,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mount -t tmpfs none "$1/root/tmp"
mount -t tmpfs none "$1/root/run"
mkdir -p "$1/root$2" "$1/written here" "$1/work here"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/written here,workdir=$1/work here" "$1/root$2"
ip link set lo up
echo laid
cat
"""
_SYSTEMCTL = r'''#!/usr/bin/python3
"""Starts and stops what a unit says."""
import os, pathlib, shlex, signal, subprocess, sys, time

words = [word for word in sys.argv[1:] if not word.startswith("-")]
verb, units = (words[0] if words else ""), words[1:]


def read(name):
    bare, _at, instance = name.removesuffix(".service").partition("@")
    file = f"{bare}@.service" if instance else f"{bare}.service"
    for folder in ("/etc/systemd/system", "/lib/systemd/system"):
        path = pathlib.Path(folder, file)
        if path.exists():
            lines = path.read_text().replace("%i", instance).splitlines()
            return [tuple(line.partition("=")[::2]) for line in lines if "=" in line and line[0] not in "#;"]
    sys.exit(f"Unit {name} could not be found.")


def start(name):
    said = read(name)
    [user] = [value for key, value in said if key == "User"] or ["root"]
    env = {"PATH": os.environ["PATH"], "HOME": os.path.expanduser(f"~{user}"), "LANG": "C.UTF-8"}
    env |= dict(pair.split("=", 1) for key, value in said if key == "Environment" for pair in shlex.split(value))
    os.environ.update(env)
    can = [value.lower().removeprefix("cap_") for key, value in said if key == "AmbientCapabilities" and value]
    line = ["setpriv", "--reuid", user, "--regid", user, "--init-groups"]
    line += [f"--inh-caps=+{can[0]}", f"--ambient-caps=+{can[0]}"] if can else []
    [command] = [shlex.split(os.path.expandvars(value)) for key, value in said if key == "ExecStart"]
    with open(f"/run/{name}.log", "ab") as log:
        program = subprocess.Popen(
            [*line, *command], env=env, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )
    pathlib.Path(f"/run/{name}.pid").write_text(str(program.pid))


def stop(name):
    path = pathlib.Path(f"/run/{name}.pid")
    if path.exists():
        number = int(path.read_text())
        path.unlink()
        os.kill(number, signal.SIGTERM)
        while os.path.exists(f"/proc/{number}") and open(f"/proc/{number}/stat").read().split()[2] != "Z":
            time.sleep(0.05)


if verb in ("stop", "restart"):
    [stop(name) for name in units]
if verb in ("start", "restart") or (verb == "enable" and "--now" in sys.argv):
    [start(name) for name in units]
'''


class Machine:
    """`root`: where its files are seen from here, while it runs. `beside`: one on whose network it is, at the same
    address."""

    def __init__(self, place: Path, *, beside: "Machine | None" = None) -> None:
        if os.geteuid() != 0:
            raise Missing("root, to lay a machine of its own over this one")
        place.mkdir()
        self._ours = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.place, self.said = place, place.with_suffix(".log")
        self._lacks = ""
        line = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]
        if beside is None:
            line.append("--net")
        else:
            line = ["nsenter", f"--net=/proc/{beside._within}/ns/net", *line]
        with self.said.open("wb") as said:
            self._holder = subprocess.Popen(
                [*line, "sh", "-c", _LAID, "sh", str(place), str(ROOT)], stdin=subprocess.PIPE, stdout=said, stderr=said
            )
        wait_until(self._is_laid, seconds=60, what="a machine of its own")
        self._within = Path(f"/proc/{self._holder.pid}/task/{self._holder.pid}/children").read_text().split()[0]
        self.root = Path(f"/proc/{self._within}/root{place}/root")
        stand_in = self.root / "usr/local/sbin/systemctl"
        stand_in.write_text(_SYSTEMCTL)
        stand_in.chmod(0o755)

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_: object) -> None:
        self._holder.kill()
        self._holder.wait(20)
        os.close(self._ours)

    def _is_laid(self) -> bool:
        if self._holder.poll() is not None:
            raise Missing(f"a kernel that lays a machine over this one ({self.said.read_text().strip()})")
        return "laid" in self.said.read_text()

    def does(self, command: str, *, cwd: Path, online: bool = False, seconds: float = 300) -> str:
        """Runs a line of the shell as root, and gives what it said. `online`: in this machine's network, for what
        fetches packages. Fails with its words; where the packages cannot be had the test, and what follows it, is
        skipped."""
        if self._lacks:
            pytest.skip(self._lacks)
        enter = ["nsenter", "-t", self._within, "--mount", "--pid"]
        enter.append(f"--net=/proc/{os.getpid()}/fd/{self._ours}" if online else "--net")
        root = f"{self.place}/root"
        known = {
            name: value for name, value in os.environ.items() if name.startswith("PIP_") or "proxy" in name.lower()
        }
        env = {**known, "PATH": _PATH, "HOME": "/root", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        # Two lines, not one list: what is sent into the background holds no pipe of ours.
        inner = f"cd {shlex.quote(str(cwd))} || exit 1\n{command}"
        done = subprocess.run(
            [*enter, "chroot", root, "bash", "-c", inner],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        if done.returncode and online and _UNREACHED.search(done.stdout + done.stderr):
            self._lacks = f"what {command.split()[0]} fetches cannot be had here"
            pytest.skip(self._lacks)
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout + done.stderr

    @contextlib.contextmanager
    def network(self) -> Iterator[None]:
        """This thread, and the threads and processes it starts, are in the machine's network."""
        theirs = os.open(f"/proc/{self._within}/ns/net", os.O_RDONLY)
        libc = ctypes.CDLL(None, use_errno=True)
        try:
            assert libc.setns(theirs, _NEW_NETWORK) == 0, os.strerror(ctypes.get_errno())
            yield
        finally:
            libc.setns(self._ours, _NEW_NETWORK)
            os.close(theirs)

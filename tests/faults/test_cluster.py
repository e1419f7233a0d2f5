"""What the docs say of several machines, done as it stands there on two machines of their own that share a network, a
PostgreSQL, a Redis and a store: installed from nothing, killed part by part and made newer one after the other while
customers send, and put back elsewhere from a copy. Seen failing with a newer shape that old processes cannot write."""

import contextlib
import os
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from moto.server import ThreadedMotoServer

from tests.engines import Missing, Postgres, Redis, free_port, wait_until
from tests.faults.documented_commands import commands
from tests.faults.doors import ROOT
from tests.faults.mail_peers import ImapServer
from tests.faults.neighbours import FORM, Ledger, filled, number_in, settle
from tests.faults.own_machine import Machine
from tests.faults.test_installing import DESK, FETCHES, MAIL_PASSWORD, Post, asked, browser, certified, write

pytestmark = [
    pytest.mark.fault,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),  # all of it is TLS
]
INSTALLING, UPGRADING, OPERATING = (ROOT / "docs" / f"{name}.md" for name in ("installing", "upgrading", "operating"))
EVERYWHERE = commands(INSTALLING, "On every machine")
FIRST = commands(INSTALLING, "On the first")
STARTING = commands(INSTALLING, "On every machine, again")
PROXY = commands(INSTALLING, "The proxy")
NEWER = commands(UPGRADING, "Machine by machine")
ELSEWHERE = commands(OPERATING, "Elsewhere")
CUSTOMERS = 4
PAUSE = 0.3  # seconds between two requests of a customer
DATABASE_AWAY = 3  # seconds
NEWER_SHAPE = '''"""What a newer version adds: a column that older ones know nothing of."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "{after}")]
    operations = [migrations.RunSQL("ALTER TABLE tickets_ticket ADD COLUMN rolled integer NOT NULL DEFAULT 0")]
'''


@dataclass
class Cluster:
    one: Machine
    two: Machine
    database: Postgres
    redis: Redis
    ways: dict[str, str]
    place: Path

    def does(self, machine: Machine, told: list[str]) -> str:
        """The last one's words. The second machine's processes have numbers of their own, as the docs say."""
        said = ""
        for command in told:
            if machine is self.two:
                command = re.sub(r"@(8[012]0)1", r"@\g<1>2", command)
            said = machine.does(command, cwd=ROOT, online=bool(FETCHES.match(command)), seconds=600)
        return said

    def log(self, machine: Machine) -> str:
        files = sorted((machine.root / "run").glob("camdesk-*.log"))
        return "\n".join(f"{file.name}\n{file.read_text()[-3000:]}" for file in files)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    for program in ("unshare", "nsenter", "setpriv", "openssl", "haproxy", "redis-server"):
        if not shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"):
            pytest.skip(f"there is no {program} here")
    place = tmp_path_factory.mktemp("cluster")
    with contextlib.ExitStack() as running:
        try:
            one = running.enter_context(Machine(place / "one"))
            two = running.enter_context(Machine(place / "two", beside=one))
        except Missing as missing:
            pytest.skip(f"no machine of its own: {missing}")
        company = place / "company"
        company.mkdir()
        tls = certified(company, "smtp.company.ru", DESK)
        with one.network():
            database = Postgres().start()
            running.callback(database.remove)
            redis = Redis().start()
            running.callback(redis.kill)
            port = free_port()
            store = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
            store.start()
            running.callback(store.stop)
            post = Post(running.enter_context(ImapServer(company / "imap.log", user="x", password="x")), tls)
            post.controller.start()
            running.callback(post.controller.stop)
        ways = {
            "CAMDESK_DATABASE_URL": database.url,
            "CAMDESK_BUS": redis.url,
            "CAMDESK_FILES_URL": f"s3://key:secret@127.0.0.1:{port}/camdesk?tls=0&region=us-east-1",
            "CAMDESK_SECRET_KEY": "of all the machines of this cluster",
            "CAMDESK_LISTEN": "127.0.0.1",
            "CAMDESK_LIMIT_REQUESTS": "off",
        }
        settings = "".join(f"{name}={value}\n" for name, value in ways.items())
        write(one, "root/cluster.env", settings, mode=0o600)
        write(one, "root/passwords", f"{MAIL_PASSWORD}\ncorrect-horse-42-staple\n", mode=0o600)
        both = (company / "authority.crt").read_text() + (company / "key.pem").read_text()
        write(one, "root/both.pem", both, mode=0o600)
        for machine in (one, two):
            with (machine.root / "etc/hosts").open("a") as hosts:
                hosts.write(f"\n127.0.0.1 {DESK} smtp.company.ru\n")
            shutil.copy(company / "authority.crt", machine.root / "usr/local/share/ca-certificates/company.crt")
            machine.does("update-ca-certificates", cwd=ROOT)
        yield Cluster(one, two, database, redis, ways, place)


@pytest.fixture(scope="module")
def installed(cluster: Cluster) -> Cluster:
    """Both machines serve, behind their proxy."""
    one, two = cluster.one, cluster.two
    cluster.does(one, EVERYWHERE)
    # What the same commands make on the second is the same, and is not fetched twice.
    shutil.copytree(one.root / "opt/camdesk", two.root / "opt/camdesk", symlinks=True)
    cluster.does(
        two, [command for command in EVERYWHERE if "/opt/camdesk" not in command and not FETCHES.match(command)]
    )
    said = cluster.does(one, FIRST)
    assert "\n  fail" not in said, said
    bring(cluster, one, two, "var/lib/camdesk/settings.env")
    for machine in (one, two):
        cluster.does(machine, STARTING)
    cluster.does(one, PROXY[:-1])
    haproxy = one.root / "etc/haproxy/haproxy.cfg"
    haproxy.write_text(haproxy.read_text().replace("maxconn 20000", "maxconn 500"))  # nobody raises its limits here
    cluster.does(one, PROXY[-1:])
    with one.network(), visitor(cluster, {}) as anybody:
        wait_until(lambda: served(anybody) == 200, seconds=180, what="the desk answers")
    return cluster


@dataclass
class Crowd:
    """Customers who send one request after the other through the proxy, and what they were told."""

    cluster: Cluster
    neighbours: list[dict[str, Any]]
    confirmed: list[int] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0
    at_work: list[Future[None]] = field(default_factory=list)

    @contextlib.contextmanager
    def at_it(self) -> Iterator[None]:
        stop = threading.Event()
        with self.cluster.one.network(), ThreadPoolExecutor(CUSTOMERS) as pool:
            self.at_work = [pool.submit(self._send, neighbour, stop) for neighbour in self.neighbours]
            try:
                yield
            finally:
                stop.set()
            for one in self.at_work:
                one.result(180)

    @contextlib.contextmanager
    def during(self, what: str) -> Iterator[None]:
        """Until everybody has sent two more; says how long the unluckiest waited, and what they were told."""
        self.longest, before = 0.0, Counter(self.answers)
        yield
        enough = len(self.confirmed) + 2 * CUSTOMERS
        wait_until(lambda: self._have(enough), seconds=120, what=f"customers send: {what}")
        print(f"{what}: longest wait {self.longest:.1f} s, told {dict(self.answers - before)}")

    def _have(self, enough: int) -> bool:
        for one in self.at_work:
            if one.done():
                one.result()  # raises what ended it
        return len(self.confirmed) >= enough

    def compare(self) -> None:
        """With the ledger of those who were told."""
        assert numbers_in(self.cluster, self.cluster.database.url) == sorted(self.confirmed), "lost, or twice"
        assert not {"500", "503"} & set(self.answers), self.wrong

    def _send(self, neighbour: dict[str, Any], stop: threading.Event) -> None:
        """As a patient person: what is not confirmed is pressed again, with the same form."""
        count = 0
        with visitor(self.cluster, neighbour["cookies"]) as me:
            while not stop.is_set():
                count += 1
                page = self._asked(me, "GET", FORM)
                hidden = [(name, value_in(page.text, name)) for name in ("csrfmiddlewaretoken", "key")]
                fields = filled(hidden, neighbour, f"{neighbour['person']} {count}")
                sent = self._asked(me, "POST", FORM, dict(fields))
                self.confirmed.append(number_in(sent.headers.get("Location")))
                time.sleep(PAUSE)

    def _asked(self, me: httpx.Client, method: str, path: str, fields: dict[str, str] | None = None) -> httpx.Response:
        began, until = time.monotonic(), time.monotonic() + 90
        while True:
            try:
                answer = asked(me, method, path, **(fields or {}))
                in_words = "Retry-After" in answer.headers
                told = f"{answer.status_code} in words" if in_words else str(answer.status_code)
                done = answer.status_code in (200, 302)
            except httpx.HTTPError as error:
                told, done = type(error).__name__, False
            self.answers[told] += 1
            if done:
                self.longest = max(self.longest, time.monotonic() - began)
                return answer
            self.wrong.append(f"{method} {path}: {told}")
            assert time.monotonic() < until, self.wrong[-5:]
            time.sleep(0.3)


@pytest.fixture(scope="module")
def crowd(installed: Cluster) -> Crowd:
    data = installed.place / "neighbours"
    data.mkdir()
    with installed.one.network():
        neighbours = settle(data, CUSTOMERS, CAMDESK_URL=f"https://{DESK}", **installed.ways)
    return Crowd(installed, neighbours)


def test_a_cluster_is_installed_in_twenty_five_commands(installed: Cluster) -> None:
    assert 2 * len(EVERYWHERE + STARTING) + len(FIRST + PROXY) <= 25
    # The store is a thread of these tests: on a busy machine it does not always answer in time.
    wait_until(lambda: "\nfail" not in doctor(installed.one), seconds=120, what="the doctor is content")
    said = doctor(installed.one)
    for kind in ("web", "live", "work"):
        assert f": 2 {kind} (" in said, said
    with installed.one.network(), visitor(installed, {}) as anybody:
        assert [asked(anybody, "GET", path).status_code for path in ("/metrics", "/readyz")] == [404, 404]


def test_whatever_is_killed_what_was_confirmed_is_there_once(installed: Cluster, crowd: Crowd) -> None:
    one, two = installed.one, installed.two
    with crowd.at_it():
        with crowd.during("quiet"):
            pass
        for machine, unit in ((one, "web@8001"), (two, "work@8202"), (two, "live@8102"), (two, "web@8002")):
            with crowd.during(f"{unit} killed"):
                machine.does(f"kill -9 $(cat /run/camdesk-{unit}.pid)", cwd=ROOT)
            machine.does(f"systemctl start camdesk-{unit}", cwd=ROOT)  # as systemd does after two seconds
            wait_until(partial(healthy, installed, machine), seconds=120, what="it is back")
        with crowd.during("Redis away"):
            installed.redis.kill()
        with one.network():
            installed.redis.start()
        with crowd.during(f"the database killed, away for {DATABASE_AWAY} s"):
            installed.database.kill()
            time.sleep(DATABASE_AWAY)
            with one.network():
                installed.database.start()
    crowd.compare()
    wait_until(lambda: healthy(installed, one) and healthy(installed, two), seconds=120, what="all is well again")


def test_machines_become_newer_one_after_the_other_while_customers_send(installed: Cluster, crowd: Crowd) -> None:
    with crowd.at_it():
        for machine in (installed.two, installed.one):
            make_newer(machine)
            with crowd.during("a machine becomes newer"):
                installed.does(machine, NEWER)
                wait_until(partial(healthy, installed, machine), seconds=120, what="the newer one is ready")
    crowd.compare()
    for machine in (installed.one, installed.two):
        assert "Traceback" not in installed.log(machine), installed.log(machine)


def test_a_copy_of_it_is_put_back_elsewhere(installed: Cluster, crowd: Crowd) -> None:
    kept = numbers_in(installed, installed.database.url)
    assert kept
    one, two = installed.one, installed.two
    run = "runuser -u camdesk -- /opt/camdesk/bin/camdesk"
    one.does(f"{run} backup /var/lib/camdesk/copy.tar --data /var/lib/camdesk", cwd=ROOT)
    one.does("mv /var/lib/camdesk/copy.tar /root/copy.tar", cwd=ROOT)
    installed.does(two, NEWER[:1])
    with one.network(), psycopg.connect(installed.database.url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE elsewhere")
    there = installed.database.url.rpartition("/")[0] + "/elsewhere"
    settings = (one.root / "var/lib/camdesk/settings.env").read_text()
    assert installed.database.url in settings
    write(two, "root/settings.env", settings.replace(installed.database.url, there), mode=0o600)
    shutil.rmtree(two.root / "var/lib/camdesk")
    two.does("install -d -m 700 -o camdesk -g camdesk /var/lib/camdesk", cwd=ROOT)
    bring(installed, one, two, "root/copy.tar")
    said = installed.does(two, ELSEWHERE[:-1])
    assert "0 are missing or changed" in said, said
    installed.does(two, ELSEWHERE[-1:])
    wait_until(lambda: healthy(installed, two), seconds=120, what="the new one is ready")
    assert numbers_in(installed, there) == kept


def numbers_in(cluster: Cluster, database: str) -> list[int]:
    with cluster.one.network():
        return sorted(ticket.number for ticket in Ledger(cluster.place, database).tickets())


def doctor(machine: Machine) -> str:
    line = "runuser -u camdesk -- /opt/camdesk/bin/camdesk doctor --data /var/lib/camdesk"
    return "\n" + machine.does(f"{line} || true", cwd=ROOT)


def make_newer(machine: Machine) -> None:
    """The checkout on this machine is the next version's: its number, and a shape that adds to the old one."""
    about = Path(f"{machine.root}{ROOT}") / "camdesk"
    init = about / "__init__.py"
    init.write_text(re.sub(r'__version__ = ".*"', '__version__ = "99.0"', init.read_text()))
    [*_, last] = sorted(file.stem for file in (about / "tickets/migrations").glob("0*.py"))
    (about / "tickets/migrations/9000_newer.py").write_text(NEWER_SHAPE.format(after=last))


def healthy(cluster: Cluster, machine: Machine) -> bool:
    ports = (8001, 8101, 8201) if machine is cluster.one else (8002, 8102, 8202)
    with cluster.one.network(), contextlib.suppress(httpx.HTTPError):
        asking = (httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10, trust_env=False) for port in ports)
        return all(answer.status_code == 200 for answer in asking)
    return False


def bring(cluster: Cluster, source: Machine, target: Machine, path: str) -> None:
    """From one machine to the other, with its owner and mode, as scp -p or a tool of the operator's."""
    shutil.copy2(source.root / path, target.root / path)
    owner = (source.root / path).stat()
    shutil.chown(target.root / path, owner.st_uid, owner.st_gid)


def visitor(cluster: Cluster, cookies: dict[str, str]) -> httpx.Client:
    return browser(cluster.place / "company/authority.crt", cookies=cookies)


def served(client: httpx.Client) -> int:
    try:
        return asked(client, "GET", "/contacts/").status_code
    except httpx.HTTPError:
        return 0


def value_in(page: str, name: str) -> str:
    [value, *_] = re.findall(rf'name="{name}" value="([^"]*)"', page)
    return value

"""What CAMDESK_DATABASE_URL may say: a misspelt option must not be dropped, least of all one that asks for TLS."""

import pytest

from camdesk.config import environment

NAME = "CAMDESK_DATABASE_URL"
LINE = {  # within these a server that is away is noticed
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "20000",
}


def read(monkeypatch, address):
    monkeypatch.setenv(NAME, address)
    return environment.database(NAME, sqlite_path="x")


@pytest.mark.parametrize(
    "query, options",
    [
        ("", {"prepare_threshold": 3}),
        ("?prepare=0", {}),
        ("?sslmode=verify-full&sslrootcert=/etc/ca%20of%20ours.pem",
         {"prepare_threshold": 3, "sslmode": "verify-full", "sslrootcert": "/etc/ca of ours.pem"}),
        ("?host=/run/postgresql&connect_timeout=3", {"prepare_threshold": 3, "connect_timeout": "3"}),
    ],
)  # fmt: skip
def test_what_libpq_knows_goes_to_it(monkeypatch, query, options):
    assert read(monkeypatch, f"postgresql://u:p@db/camdesk{query}")["OPTIONS"] == LINE | options


def test_a_socket_is_a_host(monkeypatch):
    found = read(monkeypatch, "postgresql:///camdesk?host=/run/postgresql&port=5433")
    assert (found["HOST"], found["PORT"]) == ("/run/postgresql", "5433")


@pytest.mark.parametrize(
    "query, said",
    [
        ("sslmod=require", "there is no option 'sslmod'; did you mean 'sslmode'?"),
        ("pool=20", "there is no option 'pool': it may be application_name"),
        ("prepare=1", "prepare is 0"),
    ],
)
def test_anything_else_is_refused_and_the_nearest_is_named(monkeypatch, query, said):
    with pytest.raises(environment.BadSetting, match="CAMDESK_DATABASE_URL") as refused:
        read(monkeypatch, f"postgresql://u@db/camdesk?{query}")
    assert said in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://u:p@db/camdesk", "db/camdesk", "sqlite:///x"])
def test_another_database_is_refused(monkeypatch, url):
    with pytest.raises(environment.BadSetting, match="CAMDESK_DATABASE_URL: postgresql://user:password@host"):
        read(monkeypatch, url)


def test_both_spellings_of_its_name_are_meant(monkeypatch):
    assert read(monkeypatch, "postgres://u@db/camdesk") == read(monkeypatch, "postgresql://u@db/camdesk")

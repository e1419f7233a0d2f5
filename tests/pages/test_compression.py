"""Pages leave compressed for whoever takes it."""

import gzip
import importlib
import re
import sys
import zlib

import pytest

from camdesk.ui import compression

pytestmark = pytest.mark.looks


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.8", "GZIP, deflate"])
def test_a_page_is_a_third_of_its_size_and_the_same_inside(client_of, world, data_folder, accepted):
    anna = client_of(world.anna)
    plain = anna.get("/cameras/")
    packed = anna.get("/cameras/", headers={"Accept-Encoding": accepted})
    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 3
    assert "Калитка" in gzip.decompress(packed.content).decode()
    assert "Accept-Encoding" in plain["Vary"]
    assert "Accept-Encoding" in packed["Vary"]


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.0", "identity"])
def test_who_does_not_take_it_gets_it_plain(client_of, world, data_folder, accepted):
    answer = client_of(world.anna).get("/cameras/", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer
    assert "Калитка" in answer.content.decode()


def test_the_token_against_forgery_is_masked_anew_on_every_page(client_of, world, data_folder):
    anna = client_of(world.anna)
    pages = [anna.get("/support/write/").content.decode() for _ in range(2)]
    first, second = (re.search(r'name="csrfmiddlewaretoken" value="([^"]{64})"', page)[1] for page in pages)
    assert first != second


def test_the_length_of_a_page_is_blurred(client_of, world, data_folder):
    anna = client_of(world.anna)
    pages = [anna.get("/contacts/", headers={"Accept-Encoding": "gzip"}) for _ in range(12)]
    assert len({len(page.content) for page in pages}) > 2


def test_where_isa_l_cannot_be_had_zlib_does_the_same(monkeypatch):
    monkeypatch.setitem(sys.modules, "isal", None)
    plain = importlib.reload(compression)
    try:
        assert plain._deflated is zlib.compress
        page = "камера ".encode() * 1000
        assert gzip.decompress(plain._compressed(page)) == page
    finally:
        monkeypatch.undo()
        importlib.reload(compression)

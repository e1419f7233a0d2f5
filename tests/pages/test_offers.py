"""What the desk offers, and to whom: each page that opens for somebody, what they may do and nothing else."""

import re
from collections import defaultdict
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from camdesk.people import roles
from camdesk.people.models import Agent
from tests.pages.everything import Everything, addresses, build_everything
from tests.pages.test_methods import METHODS, RIGHT
from tests.pages.test_rights_matrix import browser

OFFER = re.compile(r'(?:action|formaction|hx-post|data-post)="([^"]+)"')
WANTED = {f"desk:{name}": right for right, names in RIGHT.items() for name in names.split()}


@pytest.fixture
def everything(world, now, data_folder) -> Everything:
    return build_everything(world, now)


def offered(client, pages: list[str]) -> dict[str, set[str]]:
    """{page: names of what its forms lead to}, of the pages that open."""
    found = defaultdict(set)
    for page in pages:
        answer = client.get(page)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        found[page] = set()
        for target in OFFER.findall(answer.content.decode()):
            try:
                found[page].add(resolve(urlsplit(target.replace("&amp;", "&")).path).view_name)
            except Resolver404:
                continue
    return found


def test_of_what_an_administrator_is_offered_each_sees_what_they_may_do(everything):
    """Equal on both sides: neither a button that leads to a page that is not there, nor a deed without its button."""
    pages = [
        everything.address(name, arguments)
        for name, arguments in addresses()
        if name in WANTED and "GET" in METHODS[name]
    ]
    whole = offered(browser(everything, "ada"), pages)
    deeds = {name for name in set().union(*whole.values()) if METHODS.get(name) == {"POST"}} & set(WANTED)
    assert len(deeds) >= 20
    for who, role in (("ira", Agent.Role.AGENT), ("leo", Agent.Role.LEAD)):
        mine = {name for name in deeds if WANTED[name] in roles.RIGHTS[role]}
        assert deeds - mine, "there is something they may not do"
        for page, names in offered(browser(everything, who), pages).items():
            assert names & deeds == whole[page] & mine, (who, page)

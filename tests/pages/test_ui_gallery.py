"""Every component renders, inside every shell, with the headers that keep foreign code out."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.looks

PAGES = ["/ui/", "/ui/cabinet", "/ui/desk", "/ui/public", "/ui/account"]


@pytest.mark.parametrize("page", PAGES)
def test_it_renders_with_nothing_escaped_twice(client: Client, page: str) -> None:
    response = client.get(page)
    assert response.status_code == 200
    html = response.content.decode()
    assert "&amp;lt;" not in html
    # An attribute whose quotes were escaped: the value would begin with a quotation mark.
    assert "=&#34;" not in html
    assert "&lt;" not in html


@pytest.mark.parametrize("page", PAGES)
def test_nothing_runs_from_inside_the_page(client: Client, page: str) -> None:
    """The policy forbids inline code; a page that relied on it would silently lose it."""
    html = client.get(page).content.decode()
    assert re.findall(r"<[^>]+\sstyle=", html) == []
    assert re.findall(r"<[^>]+\son\w+=", html) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", html) == []
    assert re.findall(r"<style", html) == []


def test_pages_carry_the_policy_and_stay_out_of_caches(client: Client) -> None:
    response = client.get("/ui/public")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"] == "no-store"


def test_the_gallery_says_no_to_unknown_shells(client: Client) -> None:
    assert client.get("/ui/nonsense").status_code == 404


@pytest.mark.parametrize(
    "choice, media", [("dark", 'media="all"'), ("light", 'media="not all"'), ("x", "prefers-color")]
)
def test_the_chosen_theme_comes_with_the_page(client: Client, choice: str, media: str) -> None:
    client.cookies["camdesk_theme"] = choice
    link = re.search(r'<link[^>]+id="dark-tokens"[^>]*>', client.get("/ui/public").content.decode())
    assert link
    assert media in link.group()

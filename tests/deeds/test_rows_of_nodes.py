"""Who serves from the database: each condition has the row that only it keeps out (tests/rows.py)."""

import os

import pytest
from django.utils import timezone

from camdesk.nodes import registry
from camdesk.nodes.models import ServingProcess
from tests.rows import MINUTE, Query, Scene, proven
from tests.rows import scene as scene


def node(at: Scene, *, ago=0 * MINUTE, **changes):
    meant = {"id": "a", "place": "elsewhere", "pid": 1, "seen_at": timezone.now() - ago}
    return ServingProcess.objects.create(**meant | changes)


QUERIES = {
    "who serves": Query(
        lambda at: len(registry.living()),
        node,
        {
            "unheard of for a minute": {"ago": 1.2 * MINUTE},
            "seen to be gone": {"place": registry._place(), "pid": 2**22 + 1},  # beyond the largest pid
        },
    ),
    "who serves on this machine": Query(
        lambda at: len(registry.living()),
        lambda at, **unlike: node(at, **{"place": registry._place(), "pid": os.getpid()} | unlike),
        {"unheard of for a minute": {"ago": 1.2 * MINUTE}},
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_finds_what_is_meant_and_nothing_else(scene, name):
    proven(QUERIES[name], scene)

"""A view says whose request it takes; the door it stands behind lets in nobody else."""

import inspect
from typing import Any

from django.http import HttpRequest

from camdesk.people.requests import AgentRequest, PersonRequest, VisitorRequest
from tests.routes import routes

GIVEN = {"desk/doors.py": AgentRequest, "cabinet/doors.py": PersonRequest, "": VisitorRequest}


def _asked_for(view: Any) -> Any:
    first = next(iter(inspect.signature(view).parameters.values()), None)
    return first.annotation if first is not None else None


def _door_of(view: Any) -> str:
    while view is not None:
        door = "/".join(view.__code__.co_filename.split("/")[-2:])
        if door in GIVEN:
            return door
        view = getattr(view, "__wrapped__", None)
    return ""


def _names() -> list[tuple[str, Any, str]]:
    """(its name, the request it says it takes, the door it stands behind)."""
    ours = (view for _route, view in routes() if view.__module__.startswith("camdesk."))
    views = [view for view in ours if inspect.isfunction(view)]
    return [(f"{view.__module__}.{view.__name__}", _asked_for(view), _door_of(view)) for view in views]


def test_no_view_takes_more_for_granted_than_its_door_gives():
    rows = [row for row in _names() if inspect.isclass(row[1]) and issubclass(row[1], HttpRequest)]

    assert len([row for row in rows if row[2] == "desk/doors.py"]) > 40
    assert len([row for row in rows if row[2] == "cabinet/doors.py"]) > 20
    assert [row for row in rows if not issubclass(GIVEN[row[2]], row[1])] == []

"""What state a camera is in has one writer, cameras/status.py: anybody else's word would be missing in its history."""

import ast

import pytest

from tests.house.sources import CAMDESK, sources

WRITER = "cameras/status.py"
FIELDS = {"status", "status_since"}
MAKING = {"Camera", "create", "get_or_create", "update_or_create", "update", "bulk_update", "save"}


def writings(source: str) -> list[int]:
    """Lines that write the status of cameras: camera.status = …, Camera(status=…), .update(status_since=…), a dict with
    status_since, save(update_fields=["status"])."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Attribute) and (
                    target.attr == "status_since" or (target.attr == "status" and "camera" in ast.unparse(target.value))
                ):
                    found.append(node.lineno)
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            of_cameras = name == "Camera" or "Camera.objects" in ast.unparse(node.func)
            said = {one.arg for one in node.keywords}
            texts = {
                one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
            if (
                (name in MAKING and ("status_since" in said or (of_cameras and said & FIELDS)))
                or (name in {"save", "bulk_update"} and texts & FIELDS)
                or (name == "setattr" and texts & FIELDS)
            ):
                found.append(node.lineno)
        elif isinstance(node, ast.Dict) and any(
            isinstance(key, ast.Constant) and key.value == "status_since" for key in node.keys
        ):
            found.append(node.lineno)
    return found


def test_nobody_else_writes_the_status_of_a_camera():
    found = [
        f"{name}:{line}"
        for name, path in sources()
        if path.parent.name != "migrations" and name != WRITER
        for line in writings(path.read_text())
    ]
    assert found == []


def test_the_writer_is_seen_as_one():
    assert writings((CAMDESK / WRITER).read_text())


@pytest.mark.parametrize(
    ("source", "writes"),
    [
        ("camera.status = 'online'", True),
        ("camera.status_since = now", True),
        ("row.camera.status = told", True),
        ("Camera(name='x', status='online')", True),
        ("Camera.objects.filter(pk=1).update(status='online')", True),
        ("found.update(status_since=now)", True),
        ("values |= {'status': told, 'status_since': now}", True),
        ("camera.save(update_fields=['name', 'status'])", True),
        ("setattr(camera, 'status', told)", True),
        ("answer.status = 200", False),
        ("Camera.objects.filter(status='online')", False),
        ("Camera.objects.create(name='x')", False),
        ("if camera.status == 'online': pass", False),
    ],
)
def test_the_reading_of_sources_knows_a_writing(source, writes):
    assert bool(writings(source)) is writes

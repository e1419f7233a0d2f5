"""Services that call us have no page of ours, so no token of one; every other page of ours asks for it."""

from tests.routes import routes


def test_whoever_calls_as_a_service_and_nobody_else_needs_no_token_of_a_page() -> None:
    addresses = list(routes())
    exempt = {route for route, view in addresses if getattr(view, "csrf_exempt", False)}
    hooks = {route for route, _view in addresses if route.startswith("hooks/")}
    assert hooks
    assert exempt - {route for route in exempt if route.startswith("api/")} == hooks

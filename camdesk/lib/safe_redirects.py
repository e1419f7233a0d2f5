"""Back to the page a form was sent from."""

from django.utils.http import url_has_allowed_host_and_scheme


def own_path(said: str, *, otherwise: str) -> str:
    """`said`, if it is a path of this site, else `otherwise`."""
    return said if said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None) else otherwise

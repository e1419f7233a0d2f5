"""The WSGI environment of a request. Nothing about the client is believed that the server itself has not seen."""

import sys
from typing import IO, Any

from camdesk.server.answers import FileToSend

Message = dict[str, Any]
Environ = dict[str, Any]


def environ_of(scope: Message, body: IO[bytes], length: int) -> Environ:
    """The WSGI environment. Nothing about the client is believed that the server itself has not seen."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    scheme = scope.get("scheme", "http")
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "camdesk.request_id": scope.get("request_id", ""),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "wsgi.file_wrapper": FileToSend,
    }
    for raw_name, raw_value in scope["headers"]:
        # A name with an underscore would pass for its twin with a hyphen; the rest of these are said by us below.
        if b"_" in raw_name or raw_name in _OURS:
            continue
        name = "HTTP_" + raw_name.decode("latin-1").upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        if name in environ:
            value = environ[name] + ("; " if raw_name == b"cookie" else ",") + value
        environ[name] = value
    if "HTTP_CONTENT_TYPE" in environ:
        environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE")
    environ["CONTENT_LENGTH"] = str(length) if length or scope["method"] in ("POST", "PUT", "PATCH") else ""
    environ["HTTP_X_FORWARDED_PROTO"] = scheme  # uvicorn has settled it, from proxies that we trust
    return environ


_OURS = {b"content-length", b"x-forwarded-proto", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"proxy"}

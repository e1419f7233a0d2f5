"""Random tokens: shown once, kept as a hash."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of a token: sha256, 64 hex digits. A token of 256 random bits needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()

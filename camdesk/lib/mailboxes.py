"""Which addresses are one mailbox. Pure.

Only for counting: whoever counts what one person gets must not be led astray by other spellings of their address.
Letters go to addresses as they were given, and proof is of an address as it was given.
"""

import contextlib

# Providers whose domains are names of one mailbox, by the domain that stands for it.
_SAME = {
    "googlemail.com": "gmail.com",
    **dict.fromkeys(("ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "narod.ru"), "yandex.ru"),
}


def mailbox_of(address: str) -> str:
    """One spelling of the mailbox: lower case, the domain as servers know it (IDNA), nothing after a plus, without the
    dots that Gmail does not see, with the dots that Yandex also reads as hyphens. "" for what is no address."""
    local, _at, domain = address.strip().lower().rpartition("@")
    if not local or not domain:
        return ""
    with contextlib.suppress(UnicodeError):  # no server knows it either: it counts as it is written
        domain = domain.rstrip(".").encode("idna").decode()
    domain = _SAME.get(domain, domain)
    local = local.partition("+")[0] or local
    if domain == "gmail.com":
        local = local.replace(".", "") or local
    elif domain == "yandex.ru":
        local = local.replace("-", ".")
    return f"{local}@{domain}"[:254]

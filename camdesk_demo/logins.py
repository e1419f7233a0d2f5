"""Who can sign in to the demo, for printing. They exist only there, all with one password and no second factor."""

from dataclasses import dataclass

from camdesk_demo.builder import PASSWORD


@dataclass(frozen=True)
class Login:
    email: str
    who: str
    password: str = PASSWORD


LOGINS = (
    Login("customer@example.org", "a resident with three cameras"),
    Login("owner@example.org", "the owner of a chain of shops, and a member of a school"),
    Login("employee@example.org", "manages one of its shops, sees the cameras there"),
    Login("outsider@example.org", "another resident, who may see nothing of the others"),
    Login("agent@example.org", "an agent of the first line"),
    Login("lead@example.org", "the lead of the agents"),
    Login("admin@example.org", "the administrator"),
)

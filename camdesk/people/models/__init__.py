from camdesk.people.models.access import AccessRecord, AccessSeal
from camdesk.people.models.api_key import ApiKey
from camdesk.people.models.consent import Consent
from camdesk.people.models.identity import Identity
from camdesk.people.models.invitation import Invitation
from camdesk.people.models.limit import Limit
from camdesk.people.models.organisation import Membership, Organisation
from camdesk.people.models.person import Person
from camdesk.people.models.staff import Agent, Team
from camdesk.people.models.user import User

__all__ = [
    "AccessRecord",
    "AccessSeal",
    "Agent",
    "ApiKey",
    "Consent",
    "Identity",
    "Invitation",
    "Limit",
    "Membership",
    "Organisation",
    "Person",
    "Team",
    "User",
]

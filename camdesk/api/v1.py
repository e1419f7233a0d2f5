"""The API: /api/v1, its schema at /api/v1/openapi.json, its page at /api/v1/docs (packaged scripts, no other host)."""

from ninja import NinjaAPI

from camdesk import __version__
from camdesk.api import camera_status, inventory, invitations, problems, ratings, tickets, uploads
from camdesk.api.keys import BearerKey

api = NinjaAPI(
    title="camdesk",
    version=__version__,
    description="Open and answer support tickets, keep customers, sites and cameras in step. Errors are problem+json.",
    auth=BearerKey(),
    urls_namespace="api-v1",
    docs_url="/docs",
)
problems.register(api)
api.add_router("", tickets.router)
api.add_router("", ratings.router)
api.add_router("", uploads.router)
api.add_router("", camera_status.router)
api.add_router("", inventory.router)
api.add_router("", invitations.router)

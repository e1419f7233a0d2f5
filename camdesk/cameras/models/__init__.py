from camdesk.cameras.models.camera import Camera, CameraGrant, camera_order
from camdesk.cameras.models.health import CameraHealth, HealthSource, Reading
from camdesk.cameras.models.passport import Passport
from camdesk.cameras.models.site import Site
from camdesk.cameras.models.status_span import StatusSpan

__all__ = [
    "Camera",
    "CameraGrant",
    "CameraHealth",
    "HealthSource",
    "Passport",
    "Reading",
    "Site",
    "StatusSpan",
    "camera_order",
]

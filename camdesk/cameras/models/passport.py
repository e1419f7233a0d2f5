"""What is true of how a camera is mounted and fed."""

from django.db import models

from camdesk.cameras.models.camera import Camera


class Passport(models.Model):
    """Filled once (by the installer, an import, or the customer's first request), reused by form, bot and crew.

    Values of provider, supplier, height and connection are those of the playbook's facts. `said` tells for each
    field who said it: {"height": {"source": "customer", "at": "2026-11-22T10:00:00+00:00", "by": 17}}.
    """

    FIELDS = ("provider", "supplier", "height", "connection", "mount", "port", "access")

    camera = models.OneToOneField(Camera, models.CASCADE, related_name="passport")
    provider = models.CharField(max_length=60, blank=True)
    supplier = models.CharField(max_length=60, blank=True)
    height = models.CharField(max_length=60, blank=True)
    height_cm = models.PositiveIntegerField(null=True, blank=True)  # where it was measured
    connection = models.CharField(max_length=60, blank=True)
    mount = models.CharField(max_length=120, blank=True)
    port = models.CharField(max_length=120, blank=True)  # PoE switch and port
    access = models.TextField(blank=True)
    said = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"passport of {self.camera_id}"

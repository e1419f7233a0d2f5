"""What was said of cameras, by whom, and what is known of their health."""

from django.db import models

from camdesk.cameras.models.camera import Camera


class HealthSource(models.Model):
    """Somebody who tells of cameras: a key of the API, a table, a media server."""

    key = models.CharField(max_length=80, unique=True)  # "import", "api:17"
    heard_at = models.DateTimeField()  # about whatever camera

    def __str__(self) -> str:
        return self.key


class Reading(models.Model):
    """One source's word about one camera, as it came. Written once, by cameras/readings.py alone, forgotten by age."""

    source = models.ForeignKey(HealthSource, models.CASCADE, related_name="readings", db_index=False)
    camera = models.ForeignKey(Camera, models.CASCADE, related_name="readings", db_index=False)
    seen_at = models.DateTimeField()  # by the sender's clock, as it was said
    received_at = models.DateTimeField()
    role = models.CharField(max_length=6)
    state = models.CharField(max_length=8)
    fps = models.FloatField(null=True, blank=True)
    bitrate = models.FloatField(null=True, blank=True)  # kbit/s
    bytes = models.BigIntegerField(null=True, blank=True)
    last_frame_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["camera", "seen_at", "source", "role"], name="one_reading_of_a_moment")
        ]
        indexes = [models.Index(fields=["received_at"], name="readings_by_age")]

    def __str__(self) -> str:
        return f"{self.camera_id} {self.state} at {self.seen_at:%d.%m %H:%M:%S}"


class CameraHealth(models.Model):
    """What the state machine (cameras/health) remembers of a camera; written with every reading, so it is no column of
    Camera. The verdict itself, and since when, are `Camera.status` and `status_since`; what it was, its spans."""

    camera = models.OneToOneField(Camera, models.CASCADE, primary_key=True, related_name="memory")
    signs = models.JSONField(default=dict)  # cameras/health/memory.py
    up = models.BooleanField(null=True)
    changes = models.JSONField(default=list)
    due_at = models.DateTimeField(null=True, blank=True)  # when time alone may change the verdict

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="camera_health_due")]

    def __str__(self) -> str:
        return f"health of {self.camera_id}"

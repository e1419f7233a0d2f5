"""What cameras were."""

from django.db import models

from camdesk.cameras.models.camera import Camera


class StatusSpan(models.Model):
    """A stretch of time in which a camera had one status. The open one is its status of now.

    Written by cameras/status.py alone: each begins where the one before ends, so none overlap. No span: nothing was
    recorded then.
    """

    class Source(models.TextChoices):
        IMPORT = "import"  # a table
        API = "api"  # the operator's platform
        KNOWN = "known"  # it was so when the history began
        TIME = "time"  # nobody said anything any more, or what was said has stood long enough

    camera = models.ForeignKey(Camera, models.CASCADE, related_name="status_spans", db_index=False)
    status = models.CharField(max_length=8, choices=Camera.Status)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=6, choices=Source)  # who said that it began

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["camera"], condition=models.Q(ended_at__isnull=True), name="one_open_status_span"
            ),
            models.UniqueConstraint(fields=["camera", "began_at"], name="one_status_at_a_time"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=models.F("began_at")),
                name="status_span_runs_forward",
            ),
        ]
        indexes = [
            models.Index(fields=["ended_at"], condition=models.Q(ended_at__isnull=False), name="status_spans_by_age")
        ]

    def __str__(self) -> str:
        return f"{self.camera_id} {self.status} from {self.began_at:%d.%m %H:%M}"

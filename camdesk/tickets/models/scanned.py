"""What a scanner has to look at before anybody may have it."""

from django.db import models


class Scanned(models.Model):
    """The part that files and letters as they came share. Who may have them: tickets/quarantine.py; how they are
    claimed and settled: tickets/scanning.py. Without a scanner everything stays WAITING, and is given out, but what is
    UNPROVEN."""

    class Scan(models.TextChoices):
        WAITING = "waiting"
        UNPROVEN = "unproven"  # of somebody who proved nothing, where there is no scanner; WAITING once they did
        CLEAN = "clean"
        INFECTED = "infected"  # `scan_note` names it
        UNKNOWN = "unknown"  # too large, or the scanner came to no verdict: `scan_note` says why, in English

    scan = models.CharField(max_length=8, choices=Scan, default=Scan.WAITING, db_default=Scan.WAITING)
    scan_note = models.CharField(max_length=200, blank=True, default="", db_default="")
    scanned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

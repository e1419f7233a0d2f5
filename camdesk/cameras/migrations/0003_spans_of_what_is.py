from django.db import migrations
from django.utils import timezone

BATCH = 1000


def spans_of_what_is(apps, schema_editor):
    """Every status of now becomes an open span, since when it is known to be; of one without a time, since now."""
    Camera, StatusSpan = apps.get_model('cameras', 'Camera'), apps.get_model('cameras', 'StatusSpan')
    now = timezone.now()
    Camera.objects.filter(status_since=None).exclude(status='unknown').update(status_since=now)
    Camera.objects.filter(status_since__gt=now).update(status_since=now)
    waiting = []
    known = Camera.objects.filter(status_since__isnull=False).values_list('pk', 'status', 'status_since')
    for pk, status, since in known.iterator(chunk_size=BATCH):
        waiting.append(StatusSpan(camera_id=pk, status=status, began_at=since, source='known'))
        if len(waiting) >= BATCH:
            StatusSpan.objects.bulk_create(waiting)
            waiting = []
    StatusSpan.objects.bulk_create(waiting)


class Migration(migrations.Migration):

    dependencies = [
        ('cameras', '0002_status_spans'),
    ]

    operations = [
        migrations.RunPython(spans_of_what_is, migrations.RunPython.noop),
    ]

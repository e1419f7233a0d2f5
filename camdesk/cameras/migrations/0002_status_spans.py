import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cameras', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StatusSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('online', 'Online'), ('offline', 'Offline'), ('unstable', 'Unstable'), ('blocked', 'Blocked'), ('unknown', 'Unknown')], max_length=8)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('source', models.CharField(choices=[('import', 'Import'), ('api', 'Api'), ('known', 'Known')], max_length=6)),
                ('camera', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='status_spans', to='cameras.camera')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['ended_at'], name='status_spans_by_age')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('camera',), name='one_open_status_span'), models.UniqueConstraint(fields=('camera', 'began_at'), name='one_status_at_a_time'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gt', models.F('began_at')), _connector='OR'), name='status_span_runs_forward')],
            },
        ),
    ]

"""How often something was tried lately, where several processes must know."""

from django.db import models


class Limit(models.Model):
    """A row of Django's database cache (settings.CACHES), in which sign-in counts its tries. Only Django reads it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "people_limit"

    def __str__(self) -> str:
        return self.cache_key

"""How often something was tried lately, where several processes must know."""

from django.db import models


class Limit(models.Model):
    """How often somebody did something within a window that ends at `expires`: counted by people/limits in `taken`.

    It is also a row of Django's database cache (settings.CACHES), in which sign-in keeps its tries as `value`.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    taken = models.PositiveIntegerField(default=0, db_default=0)
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "people_limit"

    def __str__(self) -> str:
        return self.cache_key

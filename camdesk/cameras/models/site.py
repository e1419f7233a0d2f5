"""Places where cameras hang."""

from django.db import models

from camdesk.people.models import Organisation, Person


class Site(models.Model):
    """An address with cameras: a shop, a block of flats, a yard."""

    name = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=300)
    city = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=80, blank=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="sites")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="sites")  # a private owner
    external_id = models.CharField(max_length=100, null=True, blank=True, unique=True)
    access_notes = models.TextField(blank=True)  # gate, key holder, hours

    class Meta:
        indexes = [models.Index(fields=["address"], name="site_by_address")]

    def __str__(self) -> str:
        return self.address

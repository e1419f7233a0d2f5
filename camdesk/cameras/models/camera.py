"""Cameras and who may see them."""

from django.db import models
from django.utils import timezone

from camdesk.cameras.models.site import Site
from camdesk.lib.natural_order import InNaturalOrder, NaturalOrder
from camdesk.people.models import Membership, Organisation, Person


def camera_order(to: str = "") -> tuple[str, str, str]:
    """How cameras are sorted wherever people read them: by address, by name. `to`: how other rows lead to their camera,
    with its underscores."""
    return f"{to}site__address_order", f"{to}name_order", f"{to}pk"


class CameraQuerySet(models.QuerySet["Camera"]):
    def in_service(self) -> "CameraQuerySet":
        return self.filter(retired_at__isnull=True)

    def visible_to(self, person: Person | None) -> "CameraQuerySet":
        """The cameras this person may see: granted to them, or of an organisation they own or administer.

        One list of cameras and no OR: that made both databases look through every camera there is."""
        if person is None:
            return self.none()
        organisations = Membership.objects.seeing_all().filter(person=person).values("organisation_id")
        theirs = Camera.objects.filter(organisation_id__in=organisations).values("pk")
        granted = CameraGrant.objects.filter(person=person).values("camera_id")
        return self.in_service().filter(pk__in=granted.union(theirs, all=True))

    def matching(self, words: str) -> "CameraQuerySet":
        """Those with every word in their name, address or serial number. Cyrillic in any case: SQLite's own LIKE only
        knows the case of Latin letters, so the usual spellings of a word are asked for."""
        found = self
        for word in words[:100].split()[:8]:
            either = models.Q()
            for spelling in {word, word.lower(), word.capitalize(), word.upper()}:
                either |= models.Q(name__contains=spelling) | models.Q(site__address__contains=spelling)
            found = found.filter(either | models.Q(serial__icontains=word))
        return found

    def in_order(self) -> "CameraQuerySet":
        return self.order_by(*camera_order())

    def after(self, last: "Camera") -> "CameraQuerySet":
        """Those that stand behind this one."""
        address, name, pk = last.place
        return self.filter(
            models.Q(site__address_order__gt=address)
            | models.Q(site__address_order=address, name_order__gt=name)
            | models.Q(site__address_order=address, name_order=name, pk__gt=pk)
        )


class Camera(InNaturalOrder):
    """A camera as the platform knows it. Its status is what was last recorded, not what is guessed."""

    class Status(models.TextChoices):
        ONLINE = "online"
        OFFLINE = "offline"
        UNSTABLE = "unstable"  # several drops a day
        BLOCKED = "blocked"  # account blocked for non-payment
        UNKNOWN = "unknown"  # not seen yet

    site = models.ForeignKey(Site, models.PROTECT, related_name="cameras", db_index=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="cameras", db_index=False
    )
    name = models.CharField(max_length=120)
    name_order = NaturalOrder(of="name")
    external_id = models.CharField(max_length=100, null=True, blank=True, unique=True)
    vendor = models.CharField(max_length=80, blank=True)
    model = models.CharField(max_length=80, blank=True)
    serial = models.CharField(max_length=80, blank=True)
    mac = models.CharField(max_length=17, blank=True)
    firmware = models.CharField(max_length=40, blank=True)
    ptz = models.BooleanField(default=False)
    audio = models.BooleanField(default=False)
    rtsp = models.BooleanField(default=False)  # the customer's own camera, not bought from a supplier
    archive_days = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=8, choices=Status, default=Status.UNKNOWN)
    status_since = models.DateTimeField(null=True, blank=True)
    last_frame_at = models.DateTimeField(null=True, blank=True)
    picture = models.CharField(max_length=120, blank=True)  # storage key of the last still
    next_check_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CameraQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "site"], name="camera_by_organisation"),
            models.Index(fields=["site", "name_order"], name="cameras_in_order"),
            models.Index(fields=["serial"], name="camera_by_serial"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> tuple[bytes, bytes, int]:
        """Where it stands among others `in_order`."""
        return bytes(self.site.address_order), bytes(self.name_order), self.pk

    @property
    def working(self) -> bool:
        return self.status == self.Status.ONLINE

    @property
    def health(self) -> int:
        """For lists that begin with the worst: 0 does not work at all … 4 works."""
        return _WORST_FIRST.index(self.Status(self.status))


_WORST_FIRST = (
    Camera.Status.OFFLINE,
    Camera.Status.BLOCKED,
    Camera.Status.UNSTABLE,
    Camera.Status.UNKNOWN,
    Camera.Status.ONLINE,
)


class CameraGrant(models.Model):
    """This person sees this camera: its private owner, an employee, or somebody it was shared with."""

    class Kind(models.TextChoices):
        OWNER = "owner"
        EMPLOYEE = "employee"
        SHARED = "shared"

    person = models.ForeignKey(Person, models.CASCADE, related_name="camera_grants", db_index=False)
    camera = models.ForeignKey(Camera, models.CASCADE, related_name="grants")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OWNER)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "camera"], name="one_grant_per_person_and_camera")]

    def __str__(self) -> str:
        return f"{self.person_id} sees {self.camera_id}"

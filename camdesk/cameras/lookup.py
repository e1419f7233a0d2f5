"""What the database knows of the rows of a camera table: whose they are, where they hang, which cameras they mean."""

from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from camdesk.cameras.column_names import plain
from camdesk.cameras.models import Camera, Site
from camdesk.cameras.rows import TableRow
from camdesk.people.models import Organisation


class RowRefused(ValueError):
    """Why a row cannot be taken in: column (a field name) and a sentence."""

    def __init__(self, column: str, text: str) -> None:
        super().__init__(text)
        self.column = column


class KnownRows:
    """What the database knows of the rows of one chunk: a few queries for all of them."""

    def __init__(self, rows: Sequence[TableRow]) -> None:
        self.rows = rows
        self.told: dict[int, str] = {}  # camera → what rows of this chunk have said of its status
        self.look_up()

    def look_up(self) -> None:
        self._touched = False
        self._claimed: dict[int, str] = {}
        self._organisations(self.rows)
        self._cameras(self.rows)
        self._sites(self.rows)

    def after_refusal(self) -> None:
        """The row's savepoint is gone, and with it what was made or set for it."""
        if self._touched:
            self.look_up()

    # --- organisations

    def _organisations(self, rows: Sequence[TableRow]) -> None:
        self.by_external_id: dict[str, int] = {}
        self.by_name: dict[str, list[int]] = {}
        self.names: dict[int, str] = {}
        if any(row.values.keys() & {"organisation", "organisation_id"} for row in rows):
            # SQLite folds no case of Cyrillic letters, so names are compared here.
            for pk, name, external_id in Organisation.objects.values_list("pk", "name", "external_id"):
                self._learn_organisation(pk, name, external_id)

    def _learn_organisation(self, pk: int, name: str, external_id: str | None) -> None:
        self.names[pk] = name
        self.by_name.setdefault(name.casefold(), []).append(pk)
        if external_id:
            self.by_external_id[external_id] = pk

    def _known_organisation(self, row: TableRow) -> int | None:
        if external_id := row.values.get("organisation_id"):
            return self.by_external_id.get(external_id)
        found = self.by_name.get(row.values.get("organisation", "").casefold(), [])
        return found[0] if len(found) == 1 else None

    def organisation_of(self, row: TableRow) -> int | None:
        """The owner the row names, made if it is new and named in full; None when it names none."""
        external_id, name = row.values.get("organisation_id"), row.values.get("organisation")
        if external_id:
            if external_id in self.by_external_id:
                return self.by_external_id[external_id]
            if not name:
                text = _("Организации с кодом «%(id)s» нет; чтобы её завести, укажите и название.")
                raise RowRefused("organisation_id", text % {"id": external_id})
            made = Organisation.objects.create(name=name, external_id=external_id)
            self._touched = True
            self._learn_organisation(made.pk, name, external_id)
            return made.pk
        if not name:
            return None
        if (found := self._known_organisation(row)) is not None:
            return found
        if self.by_name.get(name.casefold()):
            text = _("Организаций с названием «%(name)s» несколько: укажите код организации.")
        else:
            text = _("Организации «%(name)s» нет; чтобы её завести, укажите и код организации.")
        raise RowRefused("organisation", text % {"name": name})

    # --- sites

    def _sites(self, rows: Sequence[TableRow]) -> None:
        self.sites_by_id: dict[str, Site] = {}
        self.sites_by_address: dict[tuple[int | None, str], Site] = {}
        owners = {camera.organisation_id for camera in self.cameras.values()}
        owners |= {found for row in rows if (found := self._known_organisation(row))}
        ids = {row.values["site_id"] for row in rows if "site_id" in row.values}
        addresses = {row.values["address"] for row in rows if "address" in row.values}
        nobodys = Q(address__in=addresses, organisation__isnull=True, person__isnull=True)
        for site in Site.objects.filter(Q(external_id__in=ids) | Q(organisation__in=owners - {None}) | nobodys):
            self.learn_site(site)

    def learn_site(self, site: Site) -> None:
        if site.external_id:
            self.sites_by_id[site.external_id] = site
        if site.person_id is None:
            self.sites_by_address.setdefault((site.organisation_id, plain(site.address)), site)

    def site_of(self, row: TableRow, camera: Camera) -> Site:
        """The site the row means, else the camera's; perhaps a new one that is not saved yet."""
        site_id, address = row.values.get("site_id"), row.values.get("address")
        present = camera.site if camera.site_id else None
        if site_id and (site := self.sites_by_id.get(site_id)):
            foreign = site.organisation_id not in (None, camera.organisation_id) or site.person_id is not None
            if foreign and site != present:
                raise RowRefused("site_id", _("Объект «%(id)s» принадлежит другому владельцу.") % {"id": site_id})
            return site
        if not address:
            if present is None:
                raise RowRefused("address", _("Новой камере нужен адрес."))
            if site_id:
                raise RowRefused(
                    "site_id", _("Объекта «%(id)s» нет; чтобы его завести, укажите адрес.") % {"id": site_id}
                )
            return present
        if present is not None and plain(present.address) == plain(address) and not (site_id and present.external_id):
            return present
        site = self.sites_by_address.get((camera.organisation_id, plain(address)))
        if site is None or (site_id and site.external_id and site.external_id != site_id):
            return Site(organisation_id=camera.organisation_id)
        return site

    # --- cameras

    def _cameras(self, rows: Sequence[TableRow]) -> None:
        self.cameras: dict[tuple[str, int | None, str], Camera] = {}
        wanted = Q(pk__in=())
        for name in ("external_id", "serial", "mac"):
            wanted |= Q(**{f"{name}__in": {row.values[name] for row in rows if name in row.values}})
        for camera in Camera.objects.filter(wanted).select_related("site", "passport").order_by("pk"):
            self.learn(camera)

    def learn(self, camera: Camera) -> None:
        for key in _keys(camera.organisation_id, camera.external_id, camera.serial, camera.mac):
            self.cameras.setdefault(key, camera)

    def camera_of(self, row: TableRow, organisation_id: int | None) -> Camera | None:
        values = row.values
        keys = _keys(organisation_id, values.get("external_id"), values.get("serial"), values.get("mac"))
        camera = next((self.cameras[key] for key in keys if key in self.cameras), None)
        if camera is None:
            return None
        stated = values.get("external_id")
        if stated and camera.external_id and camera.external_id != stated:
            text = _("Серийный номер или MAC уже есть у камеры с ID «%(id)s».")
            raise RowRefused("external_id", text % {"id": camera.external_id})
        if organisation_id is not None and camera.organisation_id != organisation_id:
            self._claim(camera, organisation_id)
        return camera

    def _claim(self, camera: Camera, organisation_id: int) -> None:
        """A camera that was nobody's becomes the organisation's. One that has an owner stays theirs: grants and
        requests hang on it, and a table must not hand them to somebody else."""
        if camera.organisation_id is not None or camera.site.person_id is not None or camera.grants.exists():
            raise RowRefused("organisation", _("Эта камера принадлежит другому владельцу."))
        self._touched = True
        self._claimed[camera.pk] = self.names[organisation_id]
        camera.organisation_id = organisation_id

    def claimed(self, camera: Camera) -> str | None:
        """The name of the organisation that this row made the camera's owner, else None."""
        return self._claimed.pop(camera.pk, None)


def _keys(
    organisation_id: int | None, external_id: str | None, serial: str | None, mac: str | None
) -> Iterator[tuple[str, int | None, str]]:
    if external_id:
        yield "external_id", None, external_id
    if serial:
        yield "serial", organisation_id, serial
    if mac:
        yield "mac", organisation_id, mac

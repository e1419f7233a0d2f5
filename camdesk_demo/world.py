"""The demo world: Верхнеозёрск, its cameras, and a month of requests."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from camdesk.lib import files
from camdesk.playbook import current as playbook
from camdesk.playbook.publishing import publish
from camdesk.tickets.models import Delivery
from camdesk_demo import letters, telephone
from camdesk_demo.emptiness import nobody_there
from camdesk_demo.populate import Settler
from camdesk_demo.stills import forget, still
from camdesk_demo.stories import cameras, footage, office, outages
from camdesk_demo.stories.everyday import everyday
from camdesk_demo.story_player import Teller, local
from camdesk_demo.town.gear import Hung, hung

EVERYDAY = 70
_LETTERS_KEPT_FOR = timedelta(hours=24)


class NotADemo(SystemExit):
    """Somebody asked for invented people in a real installation."""

    def __init__(self) -> None:
        super().__init__("camdesk: the demo world is only built where CAMDESK_DEMO=1 is set")


def build(*, now: datetime, pictures: bool = True) -> bool:
    """Builds the town as of `now`; says whether it did: where anybody is known already, nothing is touched.

    `pictures`: with the cameras' stills and the letters that came in, which take a second or two. All rows in one
    transaction. Raises NotADemo in a real installation.
    """
    if not (settings.DEMO or settings.TESTING):
        raise NotADemo
    if not nobody_there():
        return False
    gear = list(hung(now=now))
    drawn = _pictures(gear) if pictures else {}
    with transaction.atomic():
        document = _playbook(now)
        town = Settler(now=now).settle(gear, drawn)
        teller = Teller(town, document, now=now)
        stories = [*cameras.STORIES, *footage.STORIES, *office.STORIES, *everyday(EVERYDAY)]
        also = [*telephone.happenings(town, now=now), *outages.happenings(town, now=now)]
        teller.tell(stories, also=also)
        _letters_have_left(now)
        if pictures:
            letters.bring(now)
    forget()
    return True


def _playbook(now: datetime):  # type: ignore[no-untyped-def]
    try:
        return playbook.current()[1]
    except playbook.NothingPublished:
        publish(directory=settings.PLAYBOOK_DIR, by=None, now=now, note="demo")
        return playbook.current()[1]


def _pictures(gear: Iterable[Hung]) -> dict[tuple[str, str], str]:
    """Keeps a still of every camera that was ever seen; {(address, name): storage key}."""
    store = _careless_store()
    return {
        (one.address, one.name): store.keep_bytes(still(one.scene, name=one.name, at=local(one.last_frame_at))).key
        for one in gear
        if one.last_frame_at is not None
    }


class _Careless(files.Disk):
    """Does not wait for the disk: a thousand waits are four seconds, and these pictures can be drawn again."""

    def fsync(self, handle: int) -> None:
        pass

    def fsync_folder(self, folder: object) -> None:
        pass


def _careless_store() -> files.Store:
    store = files.store()
    if not isinstance(store.home, files.Folder):
        return store
    disk = _Careless()
    return files.Store(incoming=store.incoming, home=files.Folder(settings.MEDIA_ROOT, disk), disk=disk)


def _letters_have_left(now: datetime) -> None:
    """Letters of the past have left long ago. The newest wait for the catcher page; with a real mail server none
    does: nobody must get letters from a town that is on no map."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    if not settings.EMAIL_URL:
        waiting = waiting.filter(created_at__lt=now - _LETTERS_KEPT_FOR)
    waiting.update(state=Delivery.State.SENT, attempts=1, settled_at=F("created_at"))

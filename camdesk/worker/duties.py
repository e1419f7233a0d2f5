"""The table of duties: everything that happens without anybody asking. Add a line to add one."""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches

from django.conf import settings
from django.utils.module_loading import import_string

from camdesk.bot.sessions import abandoning
from camdesk.bot.sessions import duties as bot_duties
from camdesk.cameras import readings, status
from camdesk.channels import deliveries, updates
from camdesk.channels.mail.incoming import dispatch, folder, imap, letter_scans
from camdesk.channels.mail.outgoing import deliver
from camdesk.channels.phone import call_backs, calls
from camdesk.lib import files, wake
from camdesk.outages import linking, notices, recovery
from camdesk.people import audit
from camdesk.people.models import Limit
from camdesk.privacy import erased_list, erasure, retention
from camdesk.tickets import attachments, outbox, previews, resolution, scanning, state, upload_pieces
from camdesk.worker.loop import Duty


def forget_old_sessions(now: datetime) -> int:
    """Removes sessions that are over. Returns 0: one statement does them all, there is never a next batch."""
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    store.clear_expired()
    return 0


def forget_old_limits(now: datetime) -> int:
    """Removes counts of tries that are over; Django's cache does it only when it is full. Returns 0, as above."""
    Limit.objects.filter(expires__lt=now).delete()
    return 0


def sweep_stray_files(now: datetime) -> int:
    """Removes what arrived and was never kept. Returns 0: one look does it all."""
    files.store().sweep(now=now.timestamp())
    return 0


def follow_erasures(now: datetime) -> int:
    """Files that an erasure named and nobody has removed yet; and the list of who was erased, on this machine too."""
    erased_list.keep()
    return erasure.finish_due(now)


def of_lanes(names: Sequence[str]) -> tuple[Duty, ...]:
    """The duties of these lanes, of none named: all. Raises SystemExit where there is no such lane."""
    lanes = list(dict.fromkeys(duty.lane for duty in DUTIES))
    for name in names:
        if name not in lanes:
            near = get_close_matches(name, lanes, n=1)
            meant = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(lanes)}"
            raise SystemExit(f"camdesk: CAMDESK_LANES: there is no lane {name!r}; {meant}")
    return tuple(duty for duty in DUTIES if not names or duty.lane in names)


DUTIES: tuple[Duty, ...] = (
    Duty("bot alarms", every=5, do=bot_duties.ring_alarms, lane="bot"),
    Duty("bot watchdog", every=60, do=bot_duties.watch, lane="bot"),
    Duty("abandoned chats", every=1800, do=abandoning.end_abandoned, lane="bot"),
    Duty("letters out", every=20, do=deliver.deliver_due, lane="mail", on_wake=True, about=wake.LETTERS),
    Duty("held letters", every=60, do=outbox.release_proven, lane="mail"),
    Duty(
        "other deliveries", every=20, do=deliveries.deliver_others, lane="deliveries", on_wake=True, about=wake.ANSWERS
    ),
    Duty("letters in", every=10, do=dispatch.take_in_due, lane="mail in", on_wake=True),
    Duty("mailbox", every=30, do=imap.fetch, lane="mailbox"),
    Duty("letters in the folder", every=10, do=folder.empty_folder, lane="mailbox"),
    Duty("updates", every=10, do=updates.take_in_due, lane="updates", on_wake=True),
    Duty("old updates", every=6 * 3600, do=updates.forget_old, lane="housekeeping"),
    Duty("calls", every=5, do=calls.follow, lane="phone", on_wake=True),
    Duty("call-backs", every=60, do=call_backs.remind, lane="phone"),
    Duty("outage notices", every=15, do=notices.carry_on, lane="outages", on_wake=True),
    Duty("outage requests", every=30, do=linking.link_late, lane="outages"),
    Duty("outage cameras", every=60, do=recovery.look_after, lane="outages"),
    Duty("broken promises", every=60, do=state.break_overdue, lane="housekeeping"),
    Duty("camera health", every=5, do=readings.look_again, lane="cameras"),
    Duty("camera readings", every=60, do=readings.prune, lane="cameras"),
    Duty("camera history", every=6 * 3600, do=status.prune, lane="housekeeping"),
    Duty("settled tickets", every=3600, do=resolution.close_settled, lane="housekeeping"),
    Duty("sessions", every=6 * 3600, do=forget_old_sessions, lane="housekeeping"),
    Duty("limits", every=3600, do=forget_old_limits, lane="housekeeping"),
    Duty("unsent files", every=3600, do=attachments.discard_unsent, lane="housekeeping"),
    Duty("left pieces", every=3600, do=upload_pieces.sweep, lane="housekeeping"),
    Duty("access log", every=60, do=audit.seal, lane="housekeeping"),
    Duty("retention", every=3600, do=retention.forget, lane="housekeeping"),
    Duty("erasures", every=60, do=follow_erasures, lane="housekeeping"),
    Duty("stray files", every=3600, do=sweep_stray_files, lane="housekeeping"),
    Duty("scans of files", every=15, do=scanning.scan_attachments, lane="scans", on_wake=True, about=wake.FILES),
    Duty("scans of letters", every=15, do=letter_scans.scan_letters, lane="scans", on_wake=True),
    Duty("files scanned again", every=15, do=scanning.scan_attachments_again, lane="second scans"),
    Duty("letters scanned again", every=15, do=letter_scans.scan_letters_again, lane="second scans"),
    Duty("previews", every=60, do=previews.draw_wanted, lane="previews", on_wake=True, about=wake.FILES, share=1 / 3),
)

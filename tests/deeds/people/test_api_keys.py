"""A key that was taken back was taken back once, by whoever did it first."""

from datetime import timedelta

from camdesk.people import api_keys


def test_who_took_it_back_first_did(world, now):
    key, _secret = api_keys.create(name="CRM", role="agent", by=world.ada, now=now)
    api_keys.revoke(key, by=world.ada, now=now)
    api_keys.revoke(key, by=world.leo, now=now + timedelta(hours=1))
    key.refresh_from_db()
    assert (key.revoked_by, key.revoked_at) == (world.ada, now)

import pytest
@pytest.mark.parametrize("path",["/","/contacts/","/help/","/help/?q=камера","/cameras/","/requests/","/support/write/","/organisations/","/profile/","/account/login/"])
def test_page(world, client_of, path, now, data_folder):
    from tests.deeds.tickets.test_opening import new, open_ticket
    t=open_ticket(new(world), by=world.anna, now=now).ticket
    for who in (None, world.anna, world.boris, world.ira):
        r=client_of(who).get(path, follow=True)
        assert r.status_code==200,(path,who,r.status_code)
    for p in (f"/requests/{t.pk}/",f"/support/sent/{t.pk}/",f"/cameras/{world.camera_yard.pk}/",f"/requests/{t.pk}/since?after=0"):
        assert client_of(world.anna).get(p).status_code==200
        assert client_of(world.oleg).get(p).status_code==404

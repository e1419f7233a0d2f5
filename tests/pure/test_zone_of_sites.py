"""By whose clock the customer of several sites is told."""

import pytest

from camdesk.cameras.models import Site
from camdesk.cameras.site_time import zone_of

ONE, OTHER = "Asia/Yekaterinburg", "Asia/Omsk"


@pytest.mark.parametrize(
    "zones, found",
    [([], None), ([""], None), ([ONE], ONE), ([ONE, ONE], ONE), ([ONE, ""], None), ([ONE, OTHER], None)],
    ids=["none", "its own is ours", "one", "the same", "one of them ours", "two"],
)
def test_all_of_them_in_one_zone_or_ours(zones, found):
    zone = zone_of(Site(time_zone=name) for name in zones)
    assert (zone.key if zone else None) == found

"""How people write heights, addresses of devices and the names of columns."""

import pytest

from camdesk.cameras import column_names
from camdesk.cameras.column_names import Height

HEIGHTS = {
    "metres with a comma": ("3,5 м", "Высота", Height("3-5", 350)),
    "centimetres in words": ("350 см", "Высота", Height("3-5", 350)),
    "a bare small number is metres": ("2.7", "Высота", Height("1.8-3", 270)),
    "a bare large number is centimetres": ("270", "Высота", Height("1.8-3", 270)),
    "the header names the unit": ("6", "Высота установки, м", Height("5-8", 600)),
    "the header may say centimetres": ("20", "Высота (см)", Height("up-to-1.8", 20)),
    "a range with a dash": ("3-5 м", "Высота", Height("3-5", None)),
    "a range with a typographic dash": ("5–8", "Высота", Height("5-8", None)),
    "up to": ("до 1,8 м", "Высота", Height("up-to-1.8", None)),
    "above": ("выше 8 м", "Высота", Height("over-8", None)),
    "the ladder that is needed": ("Стремянка", "Высота", Height("1.8-3", None)),
    "our own word": ("over-8", "height", Height("over-8", None)),
    "exactly on a bound belongs below it": ("5 м", "Высота", Height("3-5", 500)),
    "a range that runs backwards is no height": ("8-5", "Высота", None),
    "zero is no height": ("0", "Высота", None),
    "a sentence is no height": ("где-то под крышей", "Высота", None),
    "a tower above everything is no height": ("1000 м", "Высота", None),
}
MACS = {
    "colons": ("02:00:5e:00:00:01", "02:00:5E:00:00:01"),
    "dashes": ("02-00-5E-00-00-01", "02:00:5E:00:00:01"),
    "dots as on switches": ("0200.5e00.0001", "02:00:5E:00:00:01"),
    "nothing between": ("02005E000001", "02:00:5E:00:00:01"),
    "a digit short": ("02:00:5E:00:00:0", None),
    "a letter that is no digit": ("02:00:5E:00:00:0G", None),
    "all zeroes": ("00:00:00:00:00:00", None),
    "Cyrillic letters that look right": ("02:00:5Е:00:00:01", None),
}
HEADERS = {
    "Адрес объекта": "address",
    "АДРЕС": "address",
    " Серийный  № ": "serial",
    "S/N": "serial",
    "MAC-адрес": "mac",
    "Высота установки, см": "height",
    "Mounting height (cm)": "height",
    "external_id": "external_id",
    "ID организации": "organisation_id",
    "Населённый пункт": "city",
    "Примечание": None,
    "": None,
}


@pytest.mark.parametrize("said, header, meant", HEIGHTS.values(), ids=HEIGHTS)
def test_height(said, header, meant):
    assert column_names.height(said, header=header) == meant


@pytest.mark.parametrize("said, meant", MACS.values(), ids=MACS)
def test_mac(said, meant):
    assert column_names.mac(said) == meant


@pytest.mark.parametrize("header, field", HEADERS.items(), ids=HEADERS)
def test_header(header, field):
    assert column_names.field_of(header) == field


def test_no_header_means_two_fields():
    said = [alias for aliases in column_names.HEADERS.values() for alias in aliases]
    assert [alias for alias in said if said.count(alias) > 1] == []


def test_aliases_are_written_as_they_are_compared():
    tables = [
        column_names.HEADERS,
        column_names.PROVIDERS,
        column_names.SUPPLIERS,
        column_names.CONNECTIONS,
        column_names.STATUSES,
    ]
    names = [name for table in tables for aliases in table.values() for name in aliases]
    assert [name for name in names if name != column_names.plain(name)] == []

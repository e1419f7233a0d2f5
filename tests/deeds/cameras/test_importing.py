"""A table becomes cameras: made once, brought up to date, never handed to a stranger, never erased."""

import csv
import io

import pytest

from camdesk.cameras import import_report
from camdesk.cameras.importing import import_cameras, read
from camdesk.cameras.models import Camera, CameraGrant, Passport, Site
from camdesk.cameras.passports import remember
from camdesk.people.models import Organisation


@pytest.fixture
def take_in(world, now):
    def take_in(text, **options):
        reading = read(text.encode())
        assert reading.problems == []
        return import_cameras(rows=reading.rows, by=world.ada, now=now, **options)

    return take_in


FULL = (
    "ID;Название;Адрес;Город;Район;Объект;ID организации;Производитель;Модель;Серийный номер;MAC;Прошивка;"
    "Провайдер;Поставщик;Высота;Подключение;Порт PoE;Архив, дней;Статус\n"
    "n1;Витрина;ул. Речная, 7;Верхнеозёрск;Заречье;Склад;chain;Лучезар;ЛК-20;S-77;02005E000077;2.1;"
    "Дом.ru;Оператор;4,2 м;PoE;SW1/7;14 дней;в сети"
)


@pytest.mark.whole("camdesk.cameras.status.record")
@pytest.mark.whole("camdesk.cameras.importing.import_cameras")
@pytest.mark.whole("camdesk.cameras.importing._take_in")
def test_a_new_camera_with_its_site_and_passport(world, take_in, now):
    report = take_in(FULL)
    assert ([done.name for done in report.created], report.problems) == (["Витрина"], [])
    camera = Camera.objects.select_related("site", "passport").get(external_id="n1")
    assert (camera.organisation, camera.site.organisation) == (world.chain, world.chain)
    assert (camera.site.address, camera.site.district, camera.site.name) == ("ул. Речная, 7", "Заречье", "Склад")
    assert (camera.vendor, camera.mac, camera.archive_days) == ("Лучезар", "02:00:5E:00:00:77", 14)
    assert (camera.status, camera.status_since) == ("online", now)
    passport = camera.passport
    assert (passport.provider, passport.height, passport.height_cm, passport.port) == ("domru", "3-5", 420, "SW1/7")
    assert passport.said["height"] == {"source": "import", "at": now.isoformat(), "by": world.ada.pk}


def test_the_same_table_again_changes_nothing(take_in):
    take_in(FULL)
    report = take_in(FULL)
    assert (report.created, report.updated, report.unchanged, report.problems) == ([], [], 1, [])


def test_what_changed_is_told_by_field(take_in):
    take_in(FULL)
    report = take_in(FULL.replace("Витрина", "Витрина 2").replace("4,2 м", "6 м").replace("Заречье", "Центр"))
    assert report.updated[0].changes == {
        "district": ("Заречье", "Центр"),
        "name": ("Витрина", "Витрина 2"),
        "height": ("3-5", "5-8"),
        "height_cm": ("420", "600"),
    }


def test_an_empty_cell_erases_nothing(world, take_in):
    take_in(FULL)
    assert take_in("ID;Название;Модель;Высота\nn1;;;").unchanged == 1
    assert Camera.objects.get(external_id="n1").model == "ЛК-20"


def test_a_dry_run_tells_the_same_and_keeps_nothing(take_in):
    before = Camera.objects.count(), Site.objects.count(), Organisation.objects.count(), Passport.objects.count()
    table = FULL.replace(";chain;", ";new;").replace("ID организации", "ID организации;Организация", 1)
    report = take_in(table.replace(";new;", ";new;Новая;"), dry_run=True)
    assert [done.name for done in report.created] == ["Витрина"]
    after = Camera.objects.count(), Site.objects.count(), Organisation.objects.count(), Passport.objects.count()
    assert after == before


def test_more_rows_than_one_transaction_takes(take_in):
    rows = "\n".join(f"big{number};Камера {number};Мира 40" for number in range(450))
    report = take_in(f"ID;Название;Адрес\n{rows}")
    assert len(report.created) == 450
    assert Site.objects.filter(address="Мира 40").count() == 1


def test_without_an_id_the_serial_and_the_owner_name_the_camera(world, take_in):
    table = "Название;Адрес;S/N;ID организации\nВитрина;Мира 1;S1;chain"
    take_in(table)
    assert take_in(table.replace("Витрина", "Дверь")).updated[0].changes == {"name": ("Витрина", "Дверь")}


def test_without_id_and_serial_the_mac_names_the_camera(take_in):
    table = "Название;Адрес;MAC;ID организации\nВитрина;Мира 1;02005E0000AA;chain"
    take_in(table)
    assert take_in(table).unchanged == 1


def test_a_camera_known_by_its_serial_gets_its_id(take_in):
    take_in("Название;Адрес;S/N;ID организации\nВитрина;Мира 1;S1;chain")
    report = take_in("ID;S/N;ID организации\nn5;S1;chain")
    assert report.updated[0].changes == {"external_id": ("", "n5")}


def test_an_address_is_the_same_in_other_letters(world, take_in):
    take_in("ID;Название;Адрес;ID организации\nn1;Вход;ПРОСПЕКТ  Мира 40;chain")
    assert Camera.objects.get(external_id="n1").site == world.shop


def test_a_camera_moves_to_another_address(world, take_in):
    report = take_in("ID;Адрес\ntill;Вокзальная площадь, 1")
    assert report.updated[0].changes == {"address": ("проспект Мира, 40", "Вокзальная площадь, 1")}
    assert Camera.objects.get(external_id="till").site == world.kiosk


def test_a_resident_keeps_the_address_of_the_house(world, take_in):
    assert take_in("ID;Адрес\ngate;Садовая улица, 12").unchanged == 1
    world.camera_gate.refresh_from_db()
    assert world.camera_gate.site == world.house


def test_a_site_known_by_its_id_may_change_its_address(world, take_in):
    take_in("ID;Адрес;ID объекта\ntill;проспект Мира, 40;shop1")
    report = take_in("ID;Адрес;ID объекта\ntill;проспект Мира, 42;shop1")
    assert report.updated[0].changes == {"address": ("проспект Мира, 40", "проспект Мира, 42")}
    world.shop.refresh_from_db()
    assert world.shop.address == "проспект Мира, 42"


def test_a_new_organisation_is_made_of_code_and_name(take_in):
    report = take_in("ID;Название;Адрес;ID организации;Организация\nn1;Вход;Мира 1;org9;ТСЖ «Причал»")
    assert report.problems == []
    assert Camera.objects.get(external_id="n1").organisation.name == "ТСЖ «Причал»"


def test_an_organisation_is_known_by_its_name_in_other_letters(world, take_in):
    take_in("ID;Название;Адрес;Организация\nn1;Вход;Мира 1;МАГАЗИНЫ «Ладья»")
    assert Camera.objects.get(external_id="n1").organisation == world.chain


def test_a_camera_of_nobody_becomes_the_organisations(world, take_in):
    take_in("ID;Название;Адрес\nn1;Вход;Мира 1")
    report = take_in("ID;ID организации\nn1;chain")
    assert report.updated[0].changes == {"organisation": ("", "Магазины «Ладья»")}
    camera = Camera.objects.get(external_id="n1")
    assert (camera.organisation, camera.site.organisation) == (world.chain, world.chain)


REFUSED = {
    "a new camera without a name": ("ID;Адрес\nn1;Мира 1", "", "название"),
    "a new camera without an address": ("ID;Название\nn1;Вход", "", "адрес"),
    "an organisation nobody knows": (
        "ID;Название;Адрес;Организация\nn1;Вход;Мира 1;Фрегат",
        "Организация",
        "«Фрегат» нет",
    ),
    "a code nobody knows": ("ID;Название;Адрес;ID организации\nn1;Вход;Мира 1;x9", "ID организации", "«x9» нет"),
    "a camera of another organisation": ("ID;Организация;ID организации\ntill;Фрегат;f1", "Организация", "другому"),
    "a resident's camera": ("ID;ID организации\ngate;chain", "ID организации", "другому владельцу"),
    "a site that is not there": ("ID;ID объекта\ntill;nowhere", "ID объекта", "«nowhere» нет"),
    "a serial that is another camera's": ("ID;S/N;ID организации\nn1;TILL-1;chain", "ID", "«till»"),
}


@pytest.mark.parametrize("table, column, words", REFUSED.values(), ids=REFUSED)
def test_a_row_is_refused_in_words_and_the_next_is_taken(world, take_in, table, column, words):
    Camera.objects.filter(external_id="till").update(serial="TILL-1")
    organisations = set(Organisation.objects.values_list("name", flat=True))
    report = take_in(table)
    [problem] = report.problems
    assert problem.line == 2
    assert problem.column == column
    assert words in problem.text
    assert (report.created, report.updated) == ([], [])
    assert set(Organisation.objects.values_list("name", flat=True)) == organisations
    assert len(take_in(f"{table}\n".split("\n")[0].split(";")[0] + ";Название;Адрес\nfine;Дверь;Мира 2").created) == 1


def test_an_import_never_moves_a_camera_to_a_strangers_site(world, take_in):
    take_in("ID;Адрес;ID объекта\ntill;проспект Мира, 40;shop1")
    report = take_in("ID;Название;Адрес;ID объекта;ID организации;Организация\nn1;Вход;Мира 1;shop1;f1;Фрегат")
    assert "другому владельцу" in report.problems[0].text
    assert not Organisation.objects.filter(name="Фрегат").exists()


def test_what_the_installer_measured_stays(world, take_in, now):
    remember(camera=world.camera_till, fields={"height": "5-8"}, source="installer", by=None, now=now)
    assert take_in("ID;Высота;Провайдер\ntill;2 м;МТС").updated[0].changes == {"provider": ("", "mts")}
    passport = Passport.objects.get(camera=world.camera_till)
    assert (passport.height, passport.height_cm) == ("5-8", None)


def test_what_the_customer_said_gives_way(world, take_in, now):
    remember(camera=world.camera_till, fields={"height": "5-8"}, source="customer", by=world.boris, now=now)
    assert take_in("ID;Высота\ntill;2 м").updated[0].changes == {
        "height": ("5-8", "1.8-3"),
        "height_cm": ("", "200"),
    }


def test_a_range_without_a_measure_forgets_the_old_measure(world, take_in):
    take_in("ID;Высота\ntill;2 м")
    take_in("ID;Высота\ntill;5-8 м")
    passport = Passport.objects.get(camera=world.camera_till)
    assert (passport.height, passport.height_cm) == ("5-8", None)


def test_the_report_begins_no_formula_in_a_spreadsheet(take_in):
    report = take_in(
        'ID;Название;Адрес\nn1;"=HYPERLINK(""http://example.com"")";Мира 1\nn2;@SUM(1);Мира 1\n+n3;;Мира 1'
    )
    rows = list(csv.reader(io.StringIO(import_report.as_csv(report).decode("utf-8-sig")), delimiter=";"))
    assert [row[:3] for row in rows[1:]] == [
        ["2", "created", '\'=HYPERLINK("http://example.com")'],
        ["3", "created", "'@SUM(1)"],
        ["4", "problem", ""],
    ]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_the_command_line_tells_what_it_did_and_what_it_could_not(world, tmp_path, capsys):
    from camdesk.config.cli import main

    table = tmp_path / "cameras.csv"
    table.write_bytes("ID;Название;Адрес;Высота\nn1;Вход;Мира 1;3 м\nn2;Зал;Мира 1;высоко\n".encode("cp1251"))
    report = tmp_path / "report.csv"
    assert main(["cameras", "import", str(table), "--dry-run"]) == 1
    assert not Camera.objects.filter(external_id="n1").exists()
    assert "1 cameras would be created" in capsys.readouterr().out
    assert main(["cameras", "import", str(table), "--report", str(report)]) == 1
    said = capsys.readouterr().out
    assert "1 cameras created, 0 updated, 0 unchanged" in said
    assert "line 3, Высота: " in said
    assert Camera.objects.filter(external_id="n1").exists()
    assert report.read_bytes().startswith(b"\xef\xbb\xbfline;result")


def test_the_command_line_names_a_file_that_is_not_there(db, capsys):
    from camdesk.config.cli import main

    assert main(["cameras", "import", "/nowhere/cameras.csv"]) == 1
    assert "No such file" in capsys.readouterr().err


def test_an_organisation_made_by_a_refused_row_is_made_anew_by_the_next(take_in):
    report = take_in(
        "ID;Название;Адрес;ID организации;Организация\n"
        "n1;;Мира 1;f1;Фрегат\nn2;Вход;Мира 1;f1;Фрегат\nn3;Зал;Мира 1;f1;Фрегат"
    )
    assert [problem.line for problem in report.problems] == [2]
    assert Camera.objects.get(external_id="n3").organisation == Organisation.objects.get(external_id="f1")


def test_a_camera_shared_with_somebody_is_not_handed_to_an_organisation(world, take_in):
    take_in("ID;Название;Адрес\nn1;Вход;Мира 1")
    CameraGrant.objects.create(person=world.oleg, camera=Camera.objects.get(external_id="n1"))
    assert "другому владельцу" in take_in("ID;ID организации\nn1;chain").problems[0].text

"""The months, by how their names begin."""

MONTHS = {
    stem: number
    for number, stems in enumerate(
        (
            "январ january jan", "феврал february feb", "март марта march mar", "апрел april apr", "ма мая may",
            "июн june jun", "июл july jul", "август august aug", "сентябр september sept sep", "октябр october oct",
            "ноябр november nov", "декабр december dec",
        ),
        start=1,
    )
    for stem in stems.split()
}  # fmt: skip

"""What a stranger's letter says: bytes in, values out. Needs no Django and no database; never raises."""

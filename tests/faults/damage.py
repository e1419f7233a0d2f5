"""What befalls a database file: a bad sector, another program's bytes, a copy that broke off."""

import os
from pathlib import Path

PLACES = ("header", "midst", "end")


def damage(path: Path, where: str) -> None:
    """Writes rubbish over the file's header or over pages in the midst, or cuts the end off."""
    for ending in ("-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    data = bytearray(path.read_bytes())
    if where == "header":
        data[:100] = b"rubbish!!!" * 10
    elif where == "midst":
        middle = len(data) // 2 // 4096 * 4096
        data[middle : middle + 8 * 4096] = os.urandom(8 * 4096)
    else:
        del data[len(data) // 2 :]
    path.write_bytes(data)

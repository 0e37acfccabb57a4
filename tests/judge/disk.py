"""What a profile's database names and what lies on its disk, by the SQLite and the hashes of Python.

    disk.py FOLDER

Prints one line for each blob that a row names and that is not there, that lies there without a row, or whose bytes
are not what its name says; then how many there are. Ends with 1 where it found one.
"""

import hashlib
import pathlib
import sqlite3
import sys


def named(database):
    """Every value of the columns that are called `blob` or `..._blob`; an older SQLite may not open virtual tables."""
    found = set()
    tables = database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    for (table,) in tables:
        columns = database.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
        for (column,) in columns:
            if column == "blob" or column.endswith("_blob"):
                rows = database.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")
                found.update(value for (value,) in rows)
    return found


def main():
    folder = pathlib.Path(sys.argv[1])
    database = sqlite3.connect(f"file:{folder / 'trien.db'}?mode=ro", uri=True)
    rows = named(database)
    files = {path.name: path for path in (folder / "blobs").rglob("*") if path.is_file()}
    files.pop("lock", None)
    faults = [f"lost {name}" for name in sorted(rows - files.keys())]
    faults += [f"orphan {name}" for name in sorted(files.keys() - rows)]
    for name, path in sorted(files.items()):
        if hashlib.sha256(path.read_bytes()).hexdigest() != name:
            faults.append(f"spoilt {name}")
    print("\n".join(faults + [f"{len(rows)} named"]))
    return 1 if faults or not rows else 0


sys.exit(main())

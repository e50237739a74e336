"""Copies a channel's database into tables made by Kolibri's own models of content schema 5, with every rule they state held.

Run by Kolibri's Python: schema5.py DATABASE. Prints one line a broken rule, and the number of rows.
"""
import sqlite3
import sys

import kolibri  # noqa: F401  (puts its bundled libraries on the path)
from sqlalchemy import create_engine
from kolibri.core.content.contentschema.versions.content_schema_5 import Base

engine = create_engine("sqlite://")
connection = engine.raw_connection()
Base.metadata.create_all(engine)
to = connection.connection if hasattr(connection, "connection") else connection
source = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
source.row_factory = sqlite3.Row
rows = 0
for table in Base.metadata.sorted_tables:
    there = {c[1] for c in source.execute("PRAGMA table_info(%s)" % table.name)}
    for c in table.columns:
        if c.name not in there:
            print("%s.%s is not there" % (table.name, c.name))
    names = [c.name for c in table.columns if c.name in there]
    for row in source.execute("SELECT %s FROM %s" % (", ".join(names), table.name)):
        rows += 1
        for c in table.columns:
            value = row[c.name] if c.name in there else None
            length = getattr(c.type, "length", None)
            if length and value is not None and len(str(value)) > length:
                print("%s.%s of %s is longer than %d" % (table.name, c.name, row[names[0]], length))
            if value is None and not c.nullable and not (c.primary_key and c.autoincrement is True):
                print("%s.%s of %s is NULL" % (table.name, c.name, row[names[0]]))
        try:
            to.execute("INSERT INTO %s (%s) VALUES (%s)" % (table.name, ", ".join(names), ", ".join("?" * len(names))), list(row))
        except sqlite3.Error as e:
            print("%s: %s: %s" % (table.name, row[names[0]], e))
for broken in to.execute("PRAGMA foreign_key_check"):
    print("foreign key", tuple(broken))
print("rows", rows)

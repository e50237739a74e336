import json, os, sqlite3, sys


def opened(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.text_factory = lambda b: b.decode("utf-8", "replace")
    return db


db, rows = opened(sys.argv[1]), []
for statement in json.load(sys.stdin):
    if statement == ".leave":
        print(json.dumps(rows), flush=True)
        os._exit(0)
    if statement.startswith(".open "):
        db.close()
        db = opened(statement[6:])
        continue
    before = rows if statement.startswith("+") else []
    rows = before + db.execute(statement.lstrip("+")).fetchall()
print(json.dumps([[v.hex() if isinstance(v, bytes) else v for v in row] for row in rows]))
db.close()

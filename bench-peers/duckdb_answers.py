"""Answers the questions of `cargo bench --bench answers` with DuckDB, over the same table of a million entities.

usage: duckdb_answers.py [THREADS]

Prints the figure of each query, which must be the one that the bench prints, and the median and the least time of many runs
in milliseconds. Enumerations stand for texts, as a user would who cares for speed; the id is indexed.
"""
import statistics
import sys
import time

import duckdb

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
RUNS = 200


def scattered(factor):
    return f"((((i + 1) * {factor}::UBIGINT) % 4294967296) >> 8)"


def picked(texts, factor):
    listed = ", ".join(f"'{text}'" for text in texts)
    return f"([{listed}])[({scattered(factor)} % {len(texts)} + 1)::INT]"


TYPES = """IfcWall IfcDoor IfcWindow IfcSlab IfcBeam IfcColumn IfcMember IfcPlate IfcRailing IfcStair IfcRamp IfcRoof IfcCovering
IfcCurtainWall IfcFooting IfcPile IfcBuildingElementProxy IfcFurniture IfcPipeSegment IfcDuctSegment IfcPipeFitting
IfcDuctFitting IfcValve IfcPump IfcFan IfcLamp IfcOutlet IfcSensor IfcBoiler IfcReinforcingBar""".split()
RATINGS = ["EI30", "EI60", "EI90", "REI60", "REI90"]
STOREYS = [f"Ebene {number:02}" for number in range(40)]

database = duckdb.connect()
database.execute(f"SET threads = {THREADS}")
for name, texts in (("kind", TYPES), ("rating", RATINGS), ("place", STOREYS)):
    database.execute(f"CREATE TYPE {name} AS ENUM ({', '.join(repr(text) for text in texts)})")
database.execute(f"""
CREATE TABLE parts AS SELECT
    (i::HUGEINT + {scattered(2654435761)}::HUGEINT * 18446744073709551616::HUGEINT)::VARCHAR AS id,
    {picked(TYPES, 2246822519)}::kind AS kind,
    {picked(STOREYS, 3266489917)}::place AS storey,
    {scattered(668265263)} % 2 = 0 AS external,
    {scattered(374761393)} % 2 = 0 AS bearing,
    {picked(RATINGS, 2869860233)}::rating AS rating,
    ({scattered(3624381081)} % 10000)::DOUBLE / 1000.0 AS volume
FROM (SELECT unnest(range(1000000))::UBIGINT AS i)""")
database.execute("CREATE UNIQUE INDEX by_id ON parts (id)")
ID = database.execute("SELECT id FROM parts LIMIT 1 OFFSET 499960").fetchone()[0]

QUERIES = {
    "count_by_type": "SELECT count(*) FROM parts WHERE kind = 'IfcWall'",
    "sum_two_filters": "SELECT sum(volume) FROM parts WHERE external AND bearing",
    "sum_two_filters_of_walls":
        "SELECT sum(volume) FROM parts WHERE kind = 'IfcWall' AND storey = 'Ebene 07' AND external",
    "group_by_two_filters": "SELECT storey, sum(volume) FROM parts WHERE external AND bearing GROUP BY storey ORDER BY 2 DESC",
    "group_by_two_filters_counted": "SELECT storey, count(*) FROM parts WHERE external AND bearing GROUP BY storey",
    "group_by_two_filters_of_walls":
        "SELECT storey, sum(volume) FROM parts WHERE kind = 'IfcWall' AND external AND bearing GROUP BY storey",
    "global_id": f"SELECT count(*) FROM parts WHERE id = '{ID}'",
}
for name, query in QUERIES.items():
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        found = database.execute(query).fetchall()
        times.append((time.perf_counter() - started) * 1e3)
    print(f"{name:32} median {statistics.median(times):8.4f} ms, least {min(times):8.4f} ms   {found[0]}")

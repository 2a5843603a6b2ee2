"""Reads a generated file into a DuckDB table, as a user would who has no program for building models.

usage: duckdb_read.py FILE a|d
"""
import sys
import time

import duckdb

file, shape = sys.argv[1:3]
started = time.monotonic()
database = duckdb.connect()
database.execute("SET threads = 2")
# The whole file is one JSON object.
source = f"read_json('{file}', maximum_object_size = 20000000000)"
# Shape D has a list for each class; reading one makes DuckDB parse all.
records = "data" if shape == "a" else "data.IfcWall"
database.execute(f"CREATE TABLE records AS SELECT unnest({records}) AS record FROM {source}")
walls = "record.type = 'IfcWall'" if shape == "a" else "true"
count = database.execute(f"SELECT count(*) FROM records WHERE {walls}").fetchone()[0]
print(f'{{"seconds": {time.monotonic() - started:.3f}, "walls": {count}}}')

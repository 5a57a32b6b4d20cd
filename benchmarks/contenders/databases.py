"""Databases that read JSON files by themselves, asked the narrower question in SQL."""

import importlib
from types import ModuleType

from benchmarks.contenders.answer import Answer, NotHere
from benchmarks.generate import Trail

_LARGEST = 64 * 1024 * 1024
_SESSION = ":i-[0-9a-f]{8,17}$"

# Ten times as fast as `read_json` with `columns`, measured.
_DUCKDB = """
WITH calls AS (
  SELECT unnest(from_json(json, '{"Records": [{"eventTime": "VARCHAR", "sourceIPAddress": "VARCHAR",
      "vpcEndpointId": "VARCHAR",
      "userIdentity": {"principalId": "VARCHAR", "accessKeyId": "VARCHAR"}}]}').Records) AS call
  FROM read_json_objects($files, format = 'unstructured', maximum_object_size = %d)
),
origins AS (
  SELECT call.userIdentity.accessKeyId AS key, call.sourceIPAddress AS address,
    call.vpcEndpointId AS endpoint, min(call.eventTime) AS first, max(call.eventTime) AS last
  FROM calls
  WHERE regexp_matches(call.userIdentity.principalId, '%s')
    AND NOT ends_with(call.sourceIPAddress, '.amazonaws.com')
  GROUP BY ALL
)
SELECT key FROM origins GROUP BY key HAVING count(*) > 1
"""
_CLICKHOUSE = """
SELECT key FROM (
  SELECT call.userIdentity.accessKeyId AS key, call.sourceIPAddress AS address,
    call.vpcEndpointId AS endpoint, min(call.eventTime), max(call.eventTime)
  FROM (
    SELECT arrayJoin(Records) AS call FROM file('%s/trail/**/*.json.gz', 'JSONEachRow',
      'Records Array(Tuple(eventTime String, sourceIPAddress String,
        vpcEndpointId Nullable(String),
        userIdentity Tuple(principalId Nullable(String), accessKeyId Nullable(String))))')
  )
  WHERE match(call.userIdentity.principalId, '%s')
    AND NOT endsWith(call.sourceIPAddress, '.amazonaws.com')
  GROUP BY key, address, endpoint
)
GROUP BY key HAVING count() > 1
SETTINGS max_threads = %d, input_format_parallel_parsing = 0,
  input_format_skip_unknown_fields = 1, input_format_json_ignore_unknown_keys_in_named_tuple = 1
"""


def duckdb(trail: Trail, cores: int) -> Answer:
    """DuckDB, `read_json_objects`, the needed members alone."""
    with _module("duckdb").connect(config={"threads": cores}) as database:
        query = _DUCKDB % (_LARGEST, _SESSION)
        found = database.execute(query, {"files": [str(path) for path in trail.files]})
        return Answer(trail.records, frozenset(key for (key,) in found.fetchall()))


def clickhouse(trail: Trail, cores: int) -> Answer:
    """ClickHouse in the process (`chdb`), the needed members alone."""
    query = _CLICKHOUSE % (trail.folder, _SESSION, cores)
    text = str(_module("chdb").query(query, "TabSeparated"))
    return Answer(trail.records, frozenset(text.split()))


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NotHere(f"{name} is not installed (make bench installs it)") from error

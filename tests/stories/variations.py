"""The same story otherwise delivered: order, repetition, files and forms changed, parts missing."""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from random import Random

from tests.stories.inventory import FILES
from tests.stories.ranges import Json
from tests.stories.scanning import trail

Logs = dict[str, bytes]
Vary = Callable[[list[Json], Random], Logs]


def shuffled(records: list[Json], rng: Random) -> Logs:
    """In no order, as CloudTrail writes them."""
    return trail(rng.sample(records, len(records)))


def doubled(records: list[Json], rng: Random) -> Logs:
    """All of it twice, under other names, and some of it a third time."""
    again = {f"again/{name}": data for name, data in trail(records).items()}
    return trail([*records, *rng.sample(records, len(records) // 3)]) | again


def split(records: list[Json], rng: Random) -> Logs:
    """One record or a few in each file."""
    logs: Logs = {}
    for number, part in enumerate(_parts(records, rng, 7)):
        logs[f"{number:03}.json"] = json.dumps({"Records": part}, indent=2).encode()
    return logs


def one_file(records: list[Json], rng: Random) -> Logs:
    """All accounts and regions in one file, plain, as a responder is handed it."""
    return {"case.json": json.dumps({"Records": shuffled_list(records, rng)}).encode()}


def lines(records: list[Json], rng: Random) -> Logs:
    """JSON lines in two files, one of them compressed."""
    text = ["".join(json.dumps(one) + "\n" for one in part) for part in _halves(records, rng)]
    return {"a.jsonl": text[0].encode(), "b.jsonl.gz": gzip.compress(text[1].encode())}


def envelopes(records: list[Json], rng: Random) -> Logs:
    """As EventBridge delivers them, one in each line."""
    made = [_envelope(one, number) for number, one in enumerate(shuffled_list(records, rng))]
    return {"events.json": "".join(json.dumps(one) + "\n" for one in made).encode()}


def _envelope(record: Json, number: int) -> Json:
    source = str(record["eventSource"]).removesuffix(".amazonaws.com")
    return {
        "version": "0",
        "id": f"6f87d04b-9f74-4f04-a780-{number:012x}",
        "detail-type": "AWS API Call via CloudTrail",
        "source": f"aws.{source}",
        "account": record["recipientAccountId"],
        "time": record["eventTime"],
        "region": record["awsRegion"],
        "resources": [],
        "detail": record,
    }


VARIATIONS: tuple[Vary, ...] = (shuffled, doubled, split, one_file, lines, envelopes)


def shuffled_list(records: list[Json], rng: Random) -> list[Json]:
    """The same records in another order."""
    return rng.sample(records, len(records))


def _halves(records: list[Json], rng: Random) -> tuple[list[Json], list[Json]]:
    mixed = shuffled_list(records, rng)
    return mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :]


def _parts(records: list[Json], rng: Random, most: int) -> Iterator[list[Json]]:
    rest = shuffled_list(records, rng)
    while rest:
        size = rng.randrange(1, most)
        yield rest[:size]
        rest = rest[size:]


def without(described: Mapping[str, bytes], operation: str) -> dict[str, bytes]:
    """An inventory that lacks one operation's files, in all accounts and regions."""
    return {name: data for name, data in described.items() if f"/{operation}.json" not in name}


REMOVABLE = (*FILES.values(), "collected")

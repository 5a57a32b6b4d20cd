"""Tests of `bucket_inlet`, against a real S3: every layout, history, late objects, restarts."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.aws_server import Aws
from tests.intakes import (
    Remembered,
    bodies,
    few,
    intake_of,
    judged,
    prepared,
    records,
    run_dry,
    scanned,
)
from truant.connectors.aws_clients import AwsFailed
from truant.connectors.bucket_inlet import BucketInlet
from truant.connectors.parcels import Unfetchable
from truant.connectors.sources import Holds, Source, source
from truant.connectors.store.database import Store

START = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
A, B = "111111111111", "222222222222"
WHOLE = b'{"Records":[]}'


def of(bucket: str, prefix: str = "", since: int | None = START) -> Source:
    return replace(source(f"s3://{bucket}{prefix}"), since=since)


def day(back: int = 0) -> datetime:
    return datetime.now(UTC) - timedelta(days=back)  # noqa: TID251 the server's own time


def key(account: str, region: str, at: datetime, name: str = "x", top: str = "AWSLogs/") -> str:
    stamp = f"{at:%Y%m%dT%H%MZ}"
    file = f"{account}_CloudTrail_{region}_{stamp}_{name}.json.gz"
    return f"{top}{account}/CloudTrail/{region}/{at:%Y/%m/%d}/{file}"


def take(inlet: BucketInlet, known: Remembered) -> list[str]:
    """Look until nothing more is there, and keep all that was found; the keys."""
    found: list[str] = []
    while (parcel := inlet.look(known)) is not None:
        known.taken |= {item.name for item in parcel.items}
        known.positions |= parcel.positions
        found += [item.name.split("/", 3)[3] for item in parcel.items]
        inlet.done(parcel, [])
        if not parcel.more:
            break
    return found


def test_a_bucket_gives_the_findings_of_a_scan(aws: Aws, lite: Store) -> None:
    made = prepared(lite, "demo")
    bucket = aws.bucket()
    aws.put(bucket, {f"org/logs/{name}": data for name, data in few("demo").items()})
    where = of(bucket, "/org/logs")
    run_dry(intake_of(lite, where, BucketInlet(where)), looks=2)
    run_dry(intake_of(lite, where, BucketInlet(where)))
    judged(lite, made)
    assert bodies(lite) == scanned(made)
    assert records(lite) == made.seen


def test_history_comes_day_by_day_over_all_accounts(aws: Aws) -> None:
    bucket = aws.bucket()
    history = [
        key(account, region, day(back))
        for back in (9, 8, 5, 1, 0)
        for account, region in ((A, "eu-west-1"), (A, "us-gov-west-1"), (B, "us-east-1"))
    ]
    ahead = key(A, "eu-west-1", datetime(2025, 12, 31, tzinfo=UTC))
    aws.put(bucket, dict.fromkeys([*reversed(history), ahead], WHOLE))
    known = Remembered()
    found = take(BucketInlet(of(bucket)), known)
    assert found == history
    assert known.positions == {"": f"{day(1):%Y-%m-%d}"}


def test_without_a_beginning_only_what_counts_is_read(aws: Aws) -> None:
    bucket = aws.bucket()
    kept, old = key(A, "eu-west-1", day(1)), key(A, "eu-west-1", day(4))
    aws.put(bucket, {kept: WHOLE, old: WHOLE})
    assert take(BucketInlet(of(bucket, since=None)), Remembered()) == [kept]


def test_an_organizations_keys_and_what_is_no_trail(aws: Aws) -> None:
    bucket = aws.bucket()
    mine = key(A, "eu-west-1", day(), top="AWSLogs/o-a1b2c3d4e5/")
    others = [
        mine.replace("/CloudTrail/", "/CloudTrail-Digest/"),
        mine.replace("/CloudTrail/", "/CloudTrail-Insight/"),
        mine.replace(A, "config"),
        f"AWSLogs/{A}/vpcflowlogs/eu-west-1/{day():%Y/%m/%d}/x.log.gz",
        f"AWSLogs/{A}/CloudTrail/eu-west-1/{day():%Y/%m/%d}/readme.html",
    ]
    aws.put(bucket, dict.fromkeys([mine, *others], WHOLE))
    assert take(BucketInlet(of(bucket)), Remembered()) == [mine]


@pytest.mark.parametrize("hive", [False, True])
def test_flow_logs_have_layouts_of_their_own(aws: Aws, hive: bool) -> None:
    bucket = aws.bucket()
    at = day()
    folder = (
        f"AWSLogs/aws-account-id={A}/aws-service=vpcflowlogs/aws-region=eu-west-1/"
        f"year={at.year}/month={at.month:02}/day={at.day:02}/"
        if hive
        else f"AWSLogs/{A}/vpcflowlogs/eu-west-1/{at:%Y/%m/%d}/"
    )
    name = f"{folder}{A}_vpcflowlogs_eu-west-1_fl-1_{at:%Y%m%dT%H%MZ}_abc.log.gz"
    aws.put(bucket, {name: b"x", key(A, "eu-west-1", at): WHOLE})
    where = replace(source(f"s3://{bucket}", Holds.FLOW_LOGS), since=START)
    assert take(BucketInlet(where), Remembered()) == [name]


def test_what_is_new_is_found_and_what_is_late(aws: Aws) -> None:
    bucket = aws.bucket()
    noon = day().replace(hour=0, minute=40)
    first = key(A, "eu-west-1", noon)
    aws.put(bucket, {first: WHOLE})
    now = [0.0]
    inlet, known = BucketInlet(of(bucket), lambda: now[0]), Remembered()
    assert take(inlet, known) == [first]
    assert take(inlet, known) == []
    new = key(A, "eu-west-1", noon + timedelta(minutes=5), "b")
    beside = key(A, "eu-west-1", noon, "a")
    late = key(A, "eu-west-1", noon - timedelta(minutes=30))
    aws.put(bucket, {new: WHOLE, beside: WHOLE, late: WHOLE})
    assert take(inlet, known) == [beside, new]
    elsewhere = key(B, "eu-west-1", noon)
    yesterday = key(A, "eu-west-1", day(1).replace(hour=1))
    aws.put(bucket, {elsewhere: WHOLE, yesterday: WHOLE})
    now[0] += 3_601
    assert take(inlet, known) == [yesterday, late, elsewhere]


def test_what_was_not_kept_is_given_again(aws: Aws) -> None:
    bucket = aws.bucket()
    names = [key(A, "eu-west-1", day(), f"{n:03}") for n in range(3)]
    aws.put(bucket, dict.fromkeys(names, WHOLE))
    inlet, known = BucketInlet(of(bucket)), Remembered()
    assert inlet.look(known) is not None
    parcel = inlet.look(known)
    assert parcel is not None
    assert len(parcel.items) == 3, "nobody said that it was kept"
    failed = parcel.items[1].name
    known.taken |= {item.name for item in parcel.items} - {failed}
    inlet.done(parcel, [failed])
    assert [f"s3://{bucket}/{name}" for name in take(inlet, known)] == [failed]


def test_any_other_layout_is_listed_as_a_whole(aws: Aws) -> None:
    bucket = aws.bucket()
    aws.put(bucket, {"some/a.json": WHOLE, "some/b.txt": WHOLE, "other/c.json": WHOLE})
    inlet, known = BucketInlet(of(bucket, "/some")), Remembered()
    assert take(inlet, known) == ["some/a.json"]
    aws.put(bucket, {"some/c.json.gz": WHOLE})
    assert take(inlet, known) == ["some/c.json.gz"]
    assert known.kept == [f"s3://{bucket}/some/{name}" for name in ("a.json", "b.txt")]


def test_content_and_what_is_gone(aws: Aws) -> None:
    bucket = aws.bucket()
    odd = "AWSLogs/a b+c%2Fé.json"
    aws.put(bucket, {odd: WHOLE})
    inlet = BucketInlet(of(bucket))
    content = inlet.again(f"s3://{bucket}/{odd}").fetch()
    assert (content.stream.read(), content.size) == (WHOLE, len(WHOLE))
    content.stream.close()
    with pytest.raises(Unfetchable) as raised:
        inlet.again(f"s3://{bucket}/none").fetch()
    assert raised.value.gone
    with pytest.raises(Unfetchable):
        inlet.again("a file")


def test_a_bucket_that_is_not_there_is_the_sources_fault(aws: Aws) -> None:
    with pytest.raises(AwsFailed, match="NoSuchBucket"):
        BucketInlet(of(aws.name("none"))).look(Remembered())

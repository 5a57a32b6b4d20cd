"""A session's day in short: taken from its sightings, and put together as a join."""

from hypothesis import given
from hypothesis import strategies as st

from truant.detection.fold import fold
from truant.model.api_call import ApiCall, decode_call
from truant.model.habit import VALUES_MAX, Feature, Habit, habits, join_habit

PRINCIPAL = "AROAEXAMPLE:i-0123456789abcdef0"


def call(number: int, day: int, source: str, agent: str = "Boto3/1.34 md/Botocore") -> ApiCall:
    return decode_call(
        f"""{{
        "eventTime": "2026-03-{day:02}T10:00:00Z", "eventID": "e{number}",
        "eventName": "ListBuckets", "eventSource": "s3.amazonaws.com", "awsRegion": "eu-west-1",
        "sourceIPAddress": "{source}", "userAgent": "{agent}",
        "userIdentity": {{"type": "AssumedRole", "principalId": "{PRINCIPAL}",
          "arn": "arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0",
          "accountId": "111122223333", "accessKeyId": "ASIAEXAMPLE",
          "sessionContext": {{"sessionIssuer": {{"arn": "arn:aws:iam::111122223333:role/web"}},
            "ec2RoleDelivery": "2.0"}}}}}}""".encode()
    )


def told(*calls: ApiCall) -> list[Habit]:
    return list(habits(fold(calls).sessions[PRINCIPAL]))


def test_a_day_is_told_by_network_client_api_and_region() -> None:
    (habit,) = told(
        call(1, 1, "54.10.1.7"), call(2, 1, "54.10.1.9"), call(3, 1, "198.51.100.1", "aws-cli/2")
    )
    assert habit.shown == {
        Feature.NETWORK: {"54.10.1.0/24": 2, "198.51.100.0/24": 1},
        Feature.CLIENT: {"boto3": 2, "aws-cli": 1},
        Feature.API: {"s3:ListBuckets": 3},
        Feature.REGION: {"eu-west-1": 3},
    }
    assert (habit.account, habit.role_arn) == ("111122223333", "arn:aws:iam::111122223333:role/web")
    assert habit.instance == "i-0123456789abcdef0"


def test_each_day_is_told_by_itself() -> None:
    assert [habit.day for habit in told(call(1, 1, "54.10.1.7"), call(2, 3, "54.10.1.7"))] == [
        20513,
        20515,
    ]


def test_what_a_service_does_on_its_behalf_is_no_habit() -> None:
    assert told(call(1, 1, "athena.amazonaws.com")) == []


def made(shown: dict[str, int], account: str | None = None) -> Habit:
    return Habit(PRINCIPAL, 1, account, None, "i-1", {Feature.NETWORK: shown})


shown_values = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9))


@given(shown_values, shown_values, shown_values)
def test_the_join_is_commutative_associative_and_idempotent(
    a: dict[str, int], b: dict[str, int], c: dict[str, int]
) -> None:
    one, two, three = made(a), made(b, "222233334444"), made(c, "111122223333")
    assert join_habit(one, two) == join_habit(two, one)
    assert join_habit(join_habit(one, two), three) == join_habit(one, join_habit(two, three))
    assert join_habit(one, one) == one


def test_many_values_are_cut_to_the_same_few_in_any_order() -> None:
    numbers = {f"{n:04}": 1 for n in range(3 * VALUES_MAX)}
    halves = [made(dict(list(numbers.items())[start::2])) for start in (0, 1)]
    joined = join_habit(*halves)
    assert joined == join_habit(*halves[::-1])
    assert list(joined.shown[Feature.NETWORK]) == sorted(numbers)[:VALUES_MAX]

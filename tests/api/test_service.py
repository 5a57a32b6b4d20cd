"""Tests of `service`: every operation through a real client, errors, keys, and nothing leaks."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.test_protocol import JSON, MOMENT, NAMES, PROTOCOL, made
from tests.api.test_sigv4 import signed
from tests.api_server import ADMINISTRATOR, Served, client_of, issue, serving
from tests.databases import sqlite_store
from truant.api.operations import OPERATIONS, Kind
from truant.api.service import Api
from truant.connectors.store import api_keys, members
from truant.connectors.store.database import Store

CRITERIA = {"Criterion": {"severity": {"Gte": 1}}}


def method_of(client: Any, name: str) -> Any:
    """The client's method for an operation."""
    methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
    return getattr(client, methods[name])


# The model wants them to hold something, and where there is nothing GuardDuty itself leaves it out.
LESS_THAN_THE_MODEL = {"GetAdministratorAccount", "GetMasterAccount", "GetMemberDetectors"}


@pytest.fixture(scope="module")
def anyone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The administrator's client of one service for many questions."""
    store = sqlite_store(tmp_path_factory.mktemp("store"))
    with serving(store) as running:
        yield running.client()
    store.close()


def own_detector(client: Any) -> str:
    """The client's detector, made where it is not there."""
    found = client.list_detectors()["DetectorIds"]
    detector: str = found[0] if found else client.create_detector(Enable=True)["DetectorId"]
    return detector


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_answers_a_real_client(anyone: Any, name: str) -> None:
    """With parameters of the right form it is done, or refused in words; never an error inside."""
    operation = PROTOCOL.operation(name)
    shape = operation.input_shape
    params = made(shape, moment=MOMENT) if shape is not None else {}
    if "DetectorId" in params:
        params["DetectorId"] = own_detector(anyone)
    try:
        answer = method_of(anyone, name)(**params)
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        assert code in ("BadRequestException", "ResourceNotFoundException"), message
        assert len(message) > 20
        if OPERATIONS[name].kind is Kind.REFUSED:
            assert "is not served by Truant" in message
        return
    assert OPERATIONS[name].kind is not Kind.REFUSED
    answer.pop("ResponseMetadata")
    if operation.output_shape is not None and name not in LESS_THAN_THE_MODEL:
        report = ParamValidator().validate(answer, operation.output_shape)
        assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize("name", [name for name in NAMES if OPERATIONS[name].kind is Kind.EMPTY])
def test_what_is_empty_by_nature_says_so(anyone: Any, name: str) -> None:
    shape = PROTOCOL.operation(name).input_shape
    params = {n: made(shape.members[n], moment=MOMENT) for n in shape.required_members}
    if "DetectorId" in params:
        params["DetectorId"] = own_detector(anyone)
    try:
        answer = method_of(anyone, name)(**params)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceNotFoundException"
        return
    answer.pop("ResponseMetadata")
    assert not any(isinstance(value, list) and value for value in answer.values()) or (
        name == "GetRemainingFreeTrialDays"
    )


def test_a_key_that_only_reads_changes_nothing(served: Served, detector: str) -> None:
    reader = served.client(read_only=True)
    assert reader.get_detector(DetectorId=detector)["Status"] == "ENABLED"
    with pytest.raises(reader.exceptions.ClientError) as caught:
        reader.update_detector(DetectorId=detector, Enable=False)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert reader.get_detector(DetectorId=detector)["Status"] == "ENABLED"


def test_keys_that_are_unknown_wrong_or_deleted_get_one_answer(served: Served) -> None:
    key = issue(served.store)
    good = client_of(served.url, key.key.id, key.secret)
    good.list_detectors()
    answers = []
    for id_, secret in (("AKIAUNKNOWN", "x"), (key.key.id, "wrong")):
        with pytest.raises(ClientError) as caught:
            client_of(served.url, id_, secret).list_detectors()
        answers.append(caught.value.response["Error"])
    with served.store.write() as conn:
        assert api_keys.revoke(conn, key.key.id)
    with pytest.raises(ClientError) as caught:
        good.list_detectors()
    answers.append(caught.value.response["Error"])
    assert answers == [answers[0]] * 3
    assert answers[0]["Code"] == "InvalidSignatureException"


def test_the_use_of_a_key_is_noted(served: Served) -> None:
    key = issue(served.store)
    client_of(served.url, key.key.id, key.secret).list_detectors()
    with served.store.read() as conn:
        (used,) = [one for one in api_keys.all_of(conn) if one.id == key.key.id]
    assert used.used_at is not None


def test_a_request_that_is_repeated_is_done_once(client: Any, detector: str) -> None:
    given_ = {
        "DetectorId": detector,
        "Name": "office",
        "Format": "TXT",
        "Location": "office.txt",
        "Activate": False,
        "ClientToken": "the same",
    }
    first = client.create_ip_set(**given_)["IpSetId"]
    assert client.create_ip_set(**given_)["IpSetId"] == first
    assert client.list_ip_sets(DetectorId=detector)["IpSetIds"] == [first]
    with pytest.raises(client.exceptions.BadRequestException, match="another request"):
        client.create_ip_set(**{**given_, "Name": "other"})


def test_what_fails_inside_is_logged_and_not_told(
    lite: Store, caplog: pytest.LogCaptureFixture
) -> None:
    api, request = api_with_key(lite)
    with lite.write() as conn:
        conn.exec_driver_sql("DROP TABLE detectors")
    with caplog.at_level(logging.ERROR, "truant.api"):
        response = api.handle(request("GET", "/detector"))
    assert response.status == 500
    document = json.loads(response.body)
    assert document["__type"] == "InternalServerErrorException"
    assert "detectors" not in document["message"]
    assert response.headers["x-amzn-RequestId"] in caplog.text
    assert "no such table" in caplog.text


def api_with_key(store: Store) -> tuple[Api, Any]:
    """An API whose clock stands, and how to sign requests for it."""
    key = issue(store)
    with store.write() as conn:
        members.appoint(conn, ADMINISTRATOR)
    times: list[float] = [0.0]

    def request(method: str, target: str, body: bytes = b"") -> Any:
        made_, times[0] = signed(method, target, body, key_id=key.key.id, secret=key.secret)
        return made_

    return Api(store, lambda: int(times[0] * 1000)), request


@given(
    name=st.sampled_from(NAMES),
    label=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8),
    data=st.data(),
)
@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_a_caller_sends_nothing_fails_inside(
    lite: Store, name: str, label: str, data: st.DataObject
) -> None:
    from urllib.parse import quote

    if lite not in _APIS:
        _APIS.clear()
        _APIS[lite] = api_with_key(lite)
    api, request = _APIS[lite]
    operation = PROTOCOL.operation(name)
    detector = json.loads(api.handle(request("GET", "/detector")).body)["detectorIds"]
    if not detector:
        api.handle(request("POST", "/detector", b'{"enable":true}'))
    path = operation.http["requestUri"]
    for part in path.split("/"):
        if part.startswith("{"):
            own = part == "{DetectorId}" and detector
            path = path.replace(part, detector[0] if own else quote(label, safe=""))
    shape = operation.input_shape
    params = made(shape, moment=1.5) if shape is not None else {}
    document = wire(shape, params)
    for member in (
        data.draw(st.lists(st.sampled_from(sorted(document)), max_size=2)) if document else []
    ):
        document[member] = data.draw(JSON)
    body = json.dumps(document).encode("utf-8", "surrogatepass")
    response = api.handle(request(operation.http["method"], path, body))
    assert response.status in (200, 202, 204, 400, 403, 404), response.body
    assert b"Traceback" not in response.body


_APIS: dict[Store, tuple[Api, Any]] = {}


def wire(shape: Any, value: Any) -> Any:
    """A value under the wire's names."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        return {
            shape.members[name].serialization.get("name", name): wire(shape.members[name], one)
            for name, one in value.items()
        }
    if shape.type_name == "list":
        return [wire(shape.member, one) for one in value]
    if shape.type_name == "map":
        return {name: wire(shape.value, one) for name, one in value.items()}
    return value

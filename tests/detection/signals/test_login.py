"""GetCallerIdentity alone from elsewhere in AWS: a service to which the instance logs in."""

from tests.detection.records import AWS, OTHER, OUTSIDE, SISTER, call, found, judged, network, said

ASK = "sts:GetCallerIdentity"


def test_a_login_to_a_service_in_aws_is_no_finding() -> None:
    records = [call(AWS, minute, ASK, userAgent="Go-http-client/1.1") for minute in range(9)]
    assert not found(records, network())
    (verdict,) = judged(records, network())
    assert said("login", verdict)


def test_a_login_to_a_server_of_ours_is_no_finding() -> None:
    vault = network(OTHER, "54.10.9.9", "10.0.9.9", SISTER)
    asked = call("54.10.9.9", 0, ASK, userAgent="Go-http-client/1.1")
    assert not found([asked], network() | vault)


def test_any_second_api_from_there_is_a_finding() -> None:
    (verdict,) = found([call(AWS, 0, ASK), call(AWS, 1)], network())
    assert not said("login", verdict)


def test_outside_aws_and_through_endpoints_it_is_a_thief_who_asks() -> None:
    (outside,) = found([call(OUTSIDE, 0, ASK)], network())
    through = call("10.9.9.9", 0, ASK, vpcEndpointId="vpce-1", vpcEndpointAccountId=SISTER)
    (endpoint,) = found([through], network())
    assert not said("login", outside)
    assert not said("login", endpoint)


def test_a_client_that_sends_what_it_signs_is_no_service() -> None:
    (verdict,) = found([call(AWS, 0, ASK, userAgent="aws-cli/2.17 Linux")], network())
    assert not said("login", verdict)

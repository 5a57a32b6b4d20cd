"""Tests of `signature`: Standard Webhooks, by the example of its own documents."""

import base64

import pytest

from truant.formats.signature import BadSecret, headers, secret

# https://docs.svix.com/receiving/verifying-payloads/how-manual
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'


def test_the_documented_example() -> None:
    made = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, BODY, (secret(SECRET),))
    assert made == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_an_old_secret_signs_beside_a_new_one() -> None:
    other = secret("whsec_" + base64.b64encode(b"y" * 32).decode())
    both = headers("m", 1, b"", (secret(SECRET), other))["webhook-signature"].split(" ")
    assert both == [
        headers("m", 1, b"", (one,))["webhook-signature"] for one in (secret(SECRET), other)
    ]


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_c2hvcnQ=", "no base64!", "A" * 200])
def test_what_is_no_secret_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(BadSecret) as told:
        secret(text)
    assert not text or text not in str(told.value).replace("whsec_ and", "").replace("whsec_$", "")

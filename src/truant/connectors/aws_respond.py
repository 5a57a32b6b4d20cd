"""Does one call of a plan: the only place of Truant that changes anything in AWS.

It is called by `runners/responding.py` alone, after a person has said so.
"""

import time
from collections.abc import Mapping
from typing import Any

from truant.connectors.aws_api import Aws, CannotCall, Keys, told
from truant.connectors.aws_inventory import home
from truant.model.aws_call import Call

# A profile that was just made is not known to EC2 at once ("eventually consistent", IAM guide).
_NOT_YET = "Invalid IAM Instance Profile"
PATIENCE_SECONDS, PAUSE_SECONDS = 30.0, 2.0


class Hand:
    """Does calls in one account, with the credentials at hand or with keys of a role there."""

    def __init__(self, aws: Aws, partition: str, keys: Keys | None = None) -> None:
        """`partition`: of the account."""
        self._aws, self._partition, self._keys = aws, partition, keys
        self._clients: dict[tuple[str, str], Any] = {}

    def do(self, call: Call) -> Mapping[str, object]:
        """Do a call whose parameters are resolved; gives AWS's answer. Raises CannotCall."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._once(call)
            except CannotCall as error:
                if _NOT_YET not in error.message or time.monotonic() > until:
                    raise
                time.sleep(PAUSE_SECONDS)

    def _once(self, call: Call) -> Mapping[str, object]:
        region = call.region or home(self._aws.region, self._partition)
        place = (call.service, region)
        if place not in self._clients:
            self._clients[place] = self._aws.client(*place, self._keys)
        client = self._clients[place]
        method = _method(client, call.operation)
        with told():
            answer: Mapping[str, object] = method(**call.parameters)
            return answer


def _method(client: Any, operation: str) -> Any:  # noqa: ANN401
    """The client's method for an operation of the service."""
    for name, wire in client.meta.method_to_api_mapping.items():
        if wire == operation:
            return getattr(client, name)
    raise CannotCall("UnknownOperation", operation)

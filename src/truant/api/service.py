"""The API as a whole: a request in, an answer out. Knows no web framework.

Signature first, then route, parameters, permission, the operation in one transaction, the answer.
"""

import hashlib
import json
import logging
import time
import uuid
from collections.abc import Callable

from sqlalchemy import Connection

from truant.api.call import Call
from truant.api.errors import AccessDenied, ApiError, BadRequest
from truant.api.operations import OPERATIONS, Function
from truant.api.protocol import Params, Protocol, Response, Route, failure
from truant.api.sigv4 import SERVICE, Presented, Request, verify
from truant.connectors.store import api_keys, client_tokens
from truant.connectors.store.api_keys import ApiKey
from truant.connectors.store.database import Store
from truant.detection.findings import partition

log = logging.getLogger("truant.api")

READS = ("Get", "List", "Describe")
_INTERNAL = "The service met an error of its own. The request id names it in the service's log."


def milliseconds() -> int:
    """The clock's time, epoch milliseconds."""
    return time.time_ns() // 1_000_000


class Api:
    """GuardDuty's API over a store."""

    def __init__(self, store: Store, clock: Callable[[], int] = milliseconds) -> None:
        """Serve a store. `clock`: epoch milliseconds."""
        self.store, self.clock = store, clock
        self.protocol = Protocol(SERVICE)

    def handle(self, request: Request) -> Response:
        """Answer a request. Never raises: what goes wrong inside is logged, and not told."""
        request_id = str(uuid.uuid4())
        try:
            response = self._answer(request)
        except ApiError as error:
            response = failure(error.status, error.type, error.message)
        except Exception:
            log.exception("request %s failed", request_id)
            response = failure(500, "InternalServerErrorException", _INTERNAL)
        headers = {**response.headers, "x-amzn-RequestId": request_id, "cache-control": "no-store"}
        return Response(response.status, response.body, headers)

    def operation_of(self, request: Request) -> str:
        """The operation that a request asks for, signed or not; `none` where there is none such."""
        try:
            return self.protocol.route(request.method, request.path).operation
        except ApiError:
            return "none"

    def _answer(self, request: Request) -> Response:
        now = self.clock()
        key, presented = self._authenticate(request, now)
        route = self.protocol.route(request.method, request.path)
        given = self.protocol.parse(route, request.query, request.body)
        function = _permitted(key, presented, route)
        if route.operation.startswith(READS):
            with self.store.read() as conn:
                output = function(_call(conn, key, presented, now), given)
                return self.protocol.respond(route.operation, output)
        return self.store.run(
            lambda conn: self._write(_call(conn, key, presented, now), route, given, function)
        )

    def _authenticate(self, request: Request, now: int) -> tuple[ApiKey, Presented]:
        found: dict[str, api_keys.Issued] = {}

        def secret_of(id_: str) -> str | None:
            with self.store.read() as conn:
                issued = api_keys.find(conn, id_, self.store.box)
            if issued is None:
                return None
            found[id_] = issued
            return issued.secret

        presented = verify(request, secret_of, now / 1000)
        key = found[presented.key_id].key
        if api_keys.is_use_due(key, now):
            self.store.run(lambda conn: api_keys.note_use(conn, key.id, now))
        return key, presented

    def _write(self, call: Call, route: Route, given: Params, function: Function) -> Response:
        """Do it once, however often a client repeats it with the same token."""
        token = given.get("ClientToken")
        if not token:
            return self.protocol.respond(route.operation, function(call, given))
        index = (call.account, f"{call.region} {route.operation}", token)
        digest = hashlib.sha256(json.dumps(given, sort_keys=True, default=str).encode()).digest()
        try:
            answered = client_tokens.answered(call.conn, *index, digest)
        except client_tokens.OtherRequest as error:
            raise BadRequest(
                "The request is rejected because its clientToken was used for another request."
            ) from error
        if answered is not None:
            return self.protocol.respond(route.operation, json.loads(answered))
        output = function(call, given)
        client_tokens.keep(call.conn, *index, digest, json.dumps(output), call.now)
        return self.protocol.respond(route.operation, output)


def _call(conn: Connection, key: ApiKey, presented: Presented, now: int) -> Call:
    return Call(conn, key.account, presented.region, f"{key.name} ({key.id})", now)


def _permitted(key: ApiKey, presented: Presented, route: Route) -> Function:
    """The function of an operation. Raises AccessDenied, or BadRequest where it is refused."""
    operation = OPERATIONS.get(route.operation)
    if operation is None or operation.function is None:
        why = operation.why if operation is not None else "Truant does not know it."
        raise BadRequest(f"{route.operation} is not served by Truant: {why}")
    if key.read_only and not route.operation.startswith(READS):
        where = partition(presented.region)
        raise AccessDenied(
            f"User: arn:{where}:iam::{key.account}:user/{key.id} is not authorized to perform: "
            f"guardduty:{route.operation}, because its key only reads."
        )
    return operation.function

"""The console as a caller of the API's own functions, as the administrator: the same rules hold."""

from collections.abc import Callable, Mapping

from truant.api.call import Call, Given, Output
from truant.api.errors import INVALID, ApiError
from truant.connectors.store import detectors, members
from truant.connectors.store.detectors import Detector
from truant.console.visit import Problem, Visit


def chief(visit: Visit) -> str:
    """The administrator's account. Raises Problem where there is none yet."""
    found = members.administrator(visit.conn)
    if found is None:
        text = "Say on the page Enable which account administers. Then come back."
        raise Problem(409, "There is no administrator yet", text)
    return found


def regions(visit: Visit) -> list[str]:
    """The regions in which the administrator has a detector; the first is used by itself."""
    found = members.administrator(visit.conn)
    return (
        [one.region for one in detectors.of_account(visit.conn, found) if one.is_on]
        if found
        else []
    )


def detector(visit: Visit, region: str) -> Detector:
    """The administrator's detector of a region, made where there is none."""
    return detectors.ensure(visit.conn, chief(visit), region, visit.now)


def ask(
    visit: Visit,
    function: Callable[[Call, Given], Output],
    region: str,
    given: Mapping[str, object],
) -> Output:
    """Call a function of the API. Raises Problem with the API's own reason."""
    own = detector(visit, region)
    call = Call(visit.conn, own.account, region, f"{visit.user} (console)", visit.now)
    try:
        return function(call, {"DetectorId": own.id, **given})
    except ApiError as error:
        text = error.message.removeprefix(f"{INVALID}: ")
        raise Problem(
            error.status, "That cannot be done so", text[:1].upper() + text[1:]
        ) from error

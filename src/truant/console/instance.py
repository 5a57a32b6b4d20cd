"""One instance: everything known about it over time."""

from starlette.responses import Response

from truant.connectors.store import finding_pages, sessions
from truant.connectors.store.columns import key
from truant.console.findings import row_of
from truant.console.views import history_rows, map_picture, session_rows, ways_map
from truant.console.visit import Visit, refused
from truant.detection.view import View
from truant.model.role_session import is_instance_id

SESSIONS_MAX = 20


def show(visit: Visit) -> Response:
    """The page of an instance, as of its last call, or of a time that is asked for."""
    id_ = visit.path["id"]
    if not is_instance_id(id_):
        raise refused("An instance’s id looks like i-0123456789abcdef0.")
    names = sessions.names_by(visit.conn, "instance", key(id_), SESSIONS_MAX)
    kept = sessions.load(visit.conn, names)
    rows = session_rows.rows(one.session for one in kept.values())
    inventory = visit.site.around(visit.conn).inventory
    at = max((one.last for one in rows), default=visit.now // 1000)
    details = history_rows.details(inventory, id_)
    found = ways_map.map_of(View(inventory, at), id_, details.name, None)
    return visit.page(
        "instance.html",
        id=id_,
        at=at,
        details=details,
        sessions=rows,
        map=found,
        map_picture=map_picture.draw(found) if found.branches else None,
        held=history_rows.held(inventory, id_),
        findings=[row_of(one) for one in finding_pages.of_principals(visit.conn, names)],
        is_known=bool(rows or details.is_known),
    )

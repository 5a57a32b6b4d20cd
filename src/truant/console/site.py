"""The console as routes: one line a page."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from truant.connectors.store.database import Store
from truant.connectors.store.users import Role
from truant.console import (
    accounts,
    changes,
    enable,
    export,
    finding,
    findings,
    instance,
    keys,
    network,
    overview,
    people,
    render,
    reports,
    search,
    settings,
    sign_in,
    suppress,
)
from truant.console.events import Streams
from truant.console.gate import Gate
from truant.console.known import Site
from truant.console.visit import ROOT, Problem, Visit

ADMIN = Role.ADMINISTRATOR


def routes(store: Store, site: Site) -> list[BaseRoute]:
    """All routes of the console over a store."""
    gate = Gate(store, site)
    return [
        Route("/", _home, methods=["GET"]),
        Route(ROOT, _home, methods=["GET"]),
        Route(f"{ROOT}/static/{{name}}", _static, methods=["GET"]),
        Streams(gate, site).route(),
        *_doors(gate),
        *_pages(gate),
        *_settings(gate),
        gate.look("/{rest:path}", _nowhere),
    ]


def _doors(gate: Gate) -> list[BaseRoute]:
    return [
        gate.look("/sign-in", sign_in.show, None),
        gate.errand("/sign-in", sign_in.enter, None),
        gate.deed("/sign-out", sign_in.leave, Role.VIEWER),
        gate.look("/setup", sign_in.show_setup, None),
        gate.deed("/setup", sign_in.set_up, None),
        gate.deed("/theme", sign_in.choose_theme, None),
    ]


def _pages(gate: Gate) -> list[BaseRoute]:
    return [
        gate.look("/", overview.show),
        gate.look("/findings", findings.show),
        gate.deed("/findings", findings.decide),
        gate.look("/findings/export.{form}", export.show),
        gate.look("/findings/{id}", finding.show),
        gate.deed("/findings/{id}", findings.decide_one),
        gate.look("/findings/{id}/json", finding.download),
        gate.look("/findings/{id}/report.{form}", reports.report),
        gate.look("/findings/{id}/case.zip", reports.case),
        gate.deed("/findings/{id}/feedback", finding.answer),
        gate.look("/suppress", suppress.show, Role.ANALYST),
        gate.deed("/suppress", suppress.save),
        gate.look("/search", search.show),
        gate.look("/instances/{id}", instance.show),
        gate.look("/network", network.show),
        gate.errand("/network/look", network.look, Role.ANALYST),
        gate.deed("/network/proposal", network.decide),
        gate.deed("/network/reconsider", network.reconsider),
        gate.deed("/network/trust", network.trust),
        gate.deed("/network/distrust", network.distrust),
        gate.look("/network/{region}/{id}", network.show_vpc),
        gate.look("/accounts", accounts.show),
        gate.deed("/accounts/administrator", accounts.appoint, ADMIN),
        gate.deed("/accounts/members", accounts.add, ADMIN),
        gate.deed("/accounts/member", accounts.change, ADMIN),
        gate.look("/enable", enable.show),
        gate.errand("/enable/demo", enable.load_demo),
    ]


def _settings(gate: Gate) -> list[BaseRoute]:
    return [
        gate.look("/settings", settings.show),
        gate.deed("/settings/filter/delete", settings.delete_filter),
        gate.deed("/settings/list", settings.add_list, ADMIN),
        gate.deed("/settings/list/delete", settings.delete_list, ADMIN),
        gate.deed("/settings/destination", settings.add_destination, ADMIN),
        gate.deed("/settings/destination/delete", settings.delete_destination, ADMIN),
        gate.deed("/settings/destination/test", settings.test_destination, ADMIN),
        gate.look("/settings/keys", keys.show, ADMIN),
        gate.deed("/settings/keys", keys.create, ADMIN),
        gate.deed("/settings/keys/delete", keys.delete, ADMIN),
        gate.look("/settings/users", people.show, ADMIN),
        gate.deed("/settings/users", people.create, ADMIN),
        gate.deed("/settings/users/change", people.change, ADMIN),
        gate.deed("/settings/users/delete", people.delete, ADMIN),
        gate.look("/settings/changes", changes.show, ADMIN),
        gate.look("/you", people.show_own),
        gate.errand("/you", people.change_own, Role.VIEWER),
    ]


async def _home(_: Request) -> Response:
    return RedirectResponse(f"{ROOT}/", 303)


async def _static(request: Request) -> Response:
    found = render.static(str(request.path_params["name"]))
    if found is None:
        return Response(status_code=404)
    content, kind = found
    headers = {"cache-control": "max-age=300", "x-content-type-options": "nosniff"}
    return Response(content, media_type=kind, headers=headers)


def _nowhere(_: Visit) -> Response:
    raise Problem(404, "There is no such page", "Look for it in the menu, or search.")

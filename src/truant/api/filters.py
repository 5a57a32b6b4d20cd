"""Filters: saved searches and, with the action ARCHIVE, suppression rules in order of rank."""

import re

from truant.api.call import Call, Given, Output
from truant.api.criteria import filter_criteria, model_criteria
from truant.api.errors import NO_SUCH, BadRequest, invalid
from truant.api.paging import of_list
from truant.api.tags import keep_tags
from truant.connectors.store import filters, tags
from truant.connectors.store.filters import NOOP, Filter

FILTERS_MAX = 100
_NAME = re.compile(r"[A-Za-z0-9._-]{3,64}")


def create_filter(call: Call, given: Given) -> Output:
    """Make a filter at a rank; those behind it move."""
    call.only_administrator()
    detector = call.detector(given)
    name = given["Name"]
    if _NAME.fullmatch(name) is None:
        raise invalid("name takes 3 to 64 letters, digits, points, hyphens and underscores")
    known = filters.of_detector(call.conn, detector.id)
    if any(one.name == name for one in known):
        raise BadRequest(
            "The request is rejected because a filter with the given name already exists."
        )
    if len(known) >= FILTERS_MAX:
        raise BadRequest(f"The request is rejected because there are {FILTERS_MAX} filters.")
    one = Filter(
        detector_id=detector.id,
        name=name,
        action=given.get("Action", NOOP),
        rank=given.get("Rank", 1),
        description=given.get("Description", ""),
        criteria=filter_criteria(given),
        created_at=call.now,
        updated_at=call.now,
    )
    filters.keep(call.conn, one)
    keep_tags(call, _arn(call, one), given)
    return {"Name": name}


def list_filters(call: Call, given: Given) -> Output:
    """The names of a detector's filters."""
    known = filters.of_detector(call.conn, call.detector(given).id)
    page, next_token = of_list(given, [one.name for one in known], str)
    return {"FilterNames": page, "NextToken": next_token}


def get_filter(call: Call, given: Given) -> Output:
    """A filter in full."""
    one = _named(call, given)
    return {
        "Name": one.name,
        "Description": one.description,
        "Action": one.action,
        "Rank": one.rank,
        "FindingCriteria": model_criteria(one.criteria),
        "Tags": tags.of(call.conn, _arn(call, one)) or None,
        "CreatedAt": one.created_at,
        "UpdatedAt": one.updated_at,
        "Version": one.version,
    }


def update_filter(call: Call, given: Given) -> Output:
    """Change what is given of a filter."""
    call.only_administrator()
    one = _named(call, given)
    one.action = given.get("Action", one.action)
    one.rank = given.get("Rank", one.rank)
    one.description = given.get("Description", one.description)
    if given.get("FindingCriteria") is not None:
        one.criteria = filter_criteria(given)
    one.updated_at, one.version = call.now, one.version + 1
    filters.keep(call.conn, one)
    return {"Name": one.name}


def delete_filter(call: Call, given: Given) -> Output:
    """Delete a filter. What it archived stays archived until there is news of it."""
    call.only_administrator()
    one = _named(call, given)
    filters.remove(call.conn, one.detector_id, one.name)
    tags.remove(call.conn, _arn(call, one))
    return {}


def _named(call: Call, given: Given) -> Filter:
    found = filters.get(call.conn, call.detector(given).id, given["FilterName"])
    if found is None:
        raise BadRequest(NO_SUCH)
    return found


def _arn(call: Call, one: Filter) -> str:
    return call.arn(one.detector_id, f"/filter/{one.name}")

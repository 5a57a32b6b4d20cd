"""Place: what an origin is to an instance at a time. The order of reasoning, and nothing else.

The endpoint comes before the address: "CloudTrail does not distinguish between public and private
IPs in the sourceIPAddress field", so that whoever owns an endpoint's VPC chooses the address that
is seen through it, the victim's own included. The inventory comes before published ranges: VPCs
may use public-looking ranges, and addresses brought to AWS are in no list.
"""

import msgspec

from truant.detection.address_places import by_address
from truant.detection.case import Case
from truant.detection.case import Placement as Placement
from truant.detection.case import Subject as Subject
from truant.detection.case import Surroundings as Surroundings
from truant.detection.endpoint_places import through_endpoint
from truant.detection.view import Span, View
from truant.model.network import Origin, Place, Via


def place_of(
    origin: Origin, subject: Subject, at: int, around: Surroundings
) -> tuple[Placement, Span]:
    """What `origin` was to the subject's instance at a time (epoch seconds), and for how long."""
    view = View(around.inventory, at)
    view.span.narrow(at, *around.changes)
    case = Case(origin, subject, around, view)
    if origin.via is Via.SERVICE or origin.address is None:
        reason = f"{origin.address or 'no address'} stands for AWS's own network or a service"
        return Placement(Place.AWS_SERVICE, reason, "aws"), view.span
    if origin.endpoint is not None:
        placement = through_endpoint(case, origin.endpoint, origin.address)
    else:
        placement = by_address(case, origin.address)
    if placement.rule is not None:
        around.excuse(placement.rule, subject.instance, origin)
    if not placement.sure and case.ways.partly_known:
        placement = msgspec.structs.replace(placement, likely=True)
    return placement, view.span

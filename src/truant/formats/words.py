"""A finding in words, for people: a title, and a text of a few lines.

What stands in logs is chosen by whoever made the calls: it is shown in one line each, notifies
nobody, and is no link.
"""

from truant.formats.document import Document
from truant.formats.plain import plain

REASONS_MAX, LINE_MAX, TITLE_MAX = 6, 300, 150
_CHANGES = {
    "created": "New",
    "updated": "Seen again",
    "withdrawn": "Withdrawn",
    "restored": "Back",
    "test": "A test, not a finding",
}


def title(document: Document, change: str) -> str:
    """What happened, in one line."""
    what = _CHANGES.get(change, change)
    return inert(f"{document.band}: {what}: {document.title}", TITLE_MAX)


def text(document: Document, change: str) -> str:
    """The lines below the title."""
    service, key = document.service, document.resource.access_key_details
    info, remote = service.additional_info, document.call.remote_ip_details
    instance = document.resource.instance_details.instance_id
    lines = [document.description]
    if change == "withdrawn":
        lines.append(f"Why it is withdrawn: {info.archived_because or 'not told'}")
    lines += [
        f"Account {document.account_id}, region {document.region}",
        f"Role {key.user_name}, instance {instance}, key {key.access_key_id}",
        f"From {remote.address or info.remote_party or 'an origin not told'}"
        + (f" ({remote.organization.asn_org})" if remote.organization.asn_org else ""),
        f"{service.count} calls, {service.event_first_seen} to {service.event_last_seen}",
        f"Severity {document.severity:g}, confidence {document.confidence:g} %",
    ]
    weighed = sorted(info.evidence, key=lambda one: -abs(one.weight))[:REASONS_MAX]
    lines += [f"{one.weight:+.1f} {one.sentence}" for one in weighed]
    lines.append(f"Finding {document.id}")
    return "\n".join(inert(line, LINE_MAX) for line in lines)


def inert(line: str, most: int) -> str:
    """A line that is only read: no controls, no mention, no link, no markup that could hide it."""
    shown = plain(line, most)
    for sign, harmless in _INERT:
        shown = shown.replace(sign, harmless)
    return shown


# Letters that look alike and mean nothing to chat services.
_INERT = (("@", "＠"), ("://", "：//"), ("<", "‹"), (">", "›"))

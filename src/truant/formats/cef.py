"""ArcSight's Common Event Format, version 0: one line of text."""

from truant.formats.document import Document

_EXTENSION_MAX = 1023


def cef(document: Document, change: str, version: str) -> str:
    """The finding as one line of CEF."""
    head = (
        "Truant",
        "Truant",
        version,
        document.type,
        document.title[:512],
        str(round(document.severity)),
    )
    fields = _extension(document, change)
    told = " ".join(f"{name}={_value(text)}" for name, text in fields.items() if text)
    return f"CEF:0|{'|'.join(map(_header, head))}|{told}"


def _extension(document: Document, change: str) -> dict[str, str]:
    service, key = document.service, document.resource.access_key_details
    remote = document.call.remote_ip_details
    return {
        "externalId": document.id,
        "act": change,
        "cat": document.band,
        "cnt": str(service.count),
        "start": service.event_first_seen,
        "end": service.event_last_seen,
        "src": remote.v4 or "",
        "c6a2Label": "Source IPv6 Address" if remote.v6 else "",
        "c6a2": remote.v6 or "",
        "suid": key.principal_id,
        "suser": key.user_name,
        "requestClientApplication": document.call.user_agent or "",
        "msg": document.description,
        "cs1Label": "account",
        "cs1": document.account_id,
        "cs2Label": "region",
        "cs2": document.region,
        "cs3Label": "instance",
        "cs3": document.resource.instance_details.instance_id,
        "cs4Label": "accessKeyId",
        "cs4": key.access_key_id,
        "cs5Label": "api",
        "cs5": f"{document.call.service_name}:{document.call.api}",
        "reason": service.additional_info.archived_because or "",
    }


def _header(text: str) -> str:
    return _one_line(text).replace("\\", "\\\\").replace("|", "\\|")


def _value(text: str) -> str:
    return _one_line(text[:_EXTENSION_MAX]).replace("\\", "\\\\").replace("=", "\\=")


def _one_line(text: str) -> str:
    """The text in printable ASCII: what is not stands as its code."""
    return "".join(
        char if " " <= char <= "~" else char.encode("unicode_escape").decode() for char in text
    )

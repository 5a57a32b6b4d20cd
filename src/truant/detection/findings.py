"""From a verdict to a finding in GuardDuty's own JSON, as it stands on the wire and in exports.

Members: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html. Truant's
reasons stand in `service.additionalInfo` as members and once more, as the JSON string `value`,
because SDKs show only that. There is no clock here: a finding was created when its first call was.
"""

import hashlib
from collections.abc import Mapping

import msgspec

from truant.detection.inventory import Inventory
from truant.model.event_time import iso
from truant.model.fact import Mint
from truant.model.finding import Evidence, FindingType, Stray, Verdict
from truant.model.network import Place, is_account
from truant.model.network_feeds import NetworkFacts, NetworkFeeds

SCHEMA_VERSION = "2.0"
NO_FEEDS = NetworkFeeds()
_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc"))
EVENT_IDS_MAX = 200
# Origins told with their calls, clients and APIs; any more are told by place, time and count.
FULL_ORIGINS_MAX = 200


def detector_id(account: str | None, region: str) -> str:
    """The detector's id where no service keeps one: the same for the same account and region."""
    return hashlib.sha256(f"detector\x1f{account or ''}\x1f{region}".encode()).hexdigest()[:32]


def partition(region: str) -> str:
    """The partition of a region: `aws`, or that of China, GovCloud or the sovereign cloud."""
    return next((name for start, name in _PARTITIONS if region.startswith(start)), "aws")


def finding(
    verdict: Verdict, inventory: Inventory, feeds: NetworkFeeds = NO_FEEDS
) -> dict[str, object]:
    """The finding of one verdict; `feeds` add what is known of the remote network."""
    first = min(stray.first for stray in verdict.strays)
    last = max(stray.last for stray in verdict.strays)
    account, region = verdict.account or "000000000000", verdict.region
    facts = feeds.facts(latest_stray(verdict).origin.address or "")
    detector = detector_id(account, region)
    return {
        "schemaVersion": SCHEMA_VERSION,
        "accountId": account,
        "region": region,
        "partition": partition(region),
        "id": verdict.id,
        "arn": (
            f"arn:{partition(region)}:guardduty:{region}:{account}:"
            f"detector/{detector}/finding/{verdict.id}"
        ),
        "type": verdict.type.value,
        "resource": _resource(verdict, inventory),
        "service": {
            "serviceName": "guardduty",
            "detectorId": detector,
            "action": {"actionType": "AWS_API_CALL", "awsApiCallAction": _action(verdict, facts)},
            "resourceRole": "TARGET",
            "additionalInfo": _additional_info(verdict),
            "eventFirstSeen": iso(first),
            "eventLastSeen": iso(last),
            "archived": False,
            "count": count(verdict),
            **_threat_lists(facts),
        },
        "severity": verdict.severity,
        "confidence": round(verdict.probability * 100, 2),
        "createdAt": iso(first),
        "updatedAt": iso(last),
        "title": title(verdict),
        "description": description(verdict),
    }


def count(verdict: Verdict) -> int:
    """How many different calls were made from the remote party."""
    return max(1, sum(stray.count for stray in verdict.strays))


def title(verdict: Verdict) -> str:
    """GuardDuty's title for its own types, and ours in its manner."""
    role = verdict.role_name or "an unnamed role"
    used = f"Credentials for the EC2 instance role {role} were used from"
    return {
        FindingType.OUTSIDE_AWS: f"{used} an external IP address.",
        FindingType.INSIDE_AWS: f"{used} a remote AWS account.",
        FindingType.OTHER_INSTANCE: f"{used} another instance or network of the same account.",
        FindingType.IMPOSTOR: f"A session of role {role} names itself after an EC2 instance.",
    }[verdict.type]


def description(verdict: Verdict) -> str:
    """One sentence that says what happened."""
    role, latest = verdict.role_name or "an unnamed role", latest_stray(verdict)
    used = (
        f"Credentials created exclusively for an EC2 instance using instance role {role} have "
        "been used from"
    )
    if latest.place is Place.UNLISTED:
        return f"{used} IP address {latest.origin.address}; whether AWS's is not known."
    if verdict.type is FindingType.OUTSIDE_AWS:
        return f"{used} external IP address {latest.origin.address}."
    if latest.place is Place.UNHEARD:
        silent = f"while its flow logs show that instance {verdict.instance} was silent"
        return f"{used} {latest.origin}, {silent}."
    if verdict.type is FindingType.OTHER_INSTANCE:
        return f"{used} {latest.origin}, which is not instance {verdict.instance}."
    if verdict.type is FindingType.IMPOSTOR:
        return (
            f"A session of role {role} is named {verdict.instance} as an instance's would be, but "
            "its credentials were never delivered by EC2."
        )
    account = verdict.remote_account
    remote = f"a remote AWS account {account}" if account else "AWS, by an account not known"
    return f"{used} {remote} ({latest.origin})."


def latest_stray(verdict: Verdict) -> Stray:
    """The stray seen last: GuardDuty's members show the latest occurrence."""
    return max(verdict.strays, key=_lateness)


def _lateness(stray: Stray) -> tuple[object, ...]:
    return (stray.last, stray.first, stray.origin.order, stray.principal_id, stray.key or "")


def _latest_own(verdict: Verdict) -> Stray:
    """The stray seen last with a key of the session itself, not one that was made with it."""
    own = [s for s in verdict.strays if s.key and s.principal_id == verdict.principal_id]
    return max(own or verdict.strays, key=_lateness)


def _resource(verdict: Verdict, inventory: Inventory) -> dict[str, object]:
    known = inventory.always(verdict.instance, "details")
    details = msgspec.json.decode(known) if known else {"instanceId": verdict.instance}
    return {
        "resourceType": "AccessKey",
        "accessKeyDetails": {
            "accessKeyId": _latest_own(verdict).key or "",
            "principalId": verdict.principal_id,
            "userName": verdict.role_name or "",
            "userType": "AssumedRole",
        },
        "instanceDetails": details,
    }


def _action(verdict: Verdict, facts: NetworkFacts) -> dict[str, object]:
    latest = latest_stray(verdict)
    call = max(latest.calls, key=lambda one: one.order, default=None)
    service, _, name = (call.api if call else latest.apis[0]).partition(":")
    action: dict[str, object] = {
        "api": name,
        "callerType": "Remote IP",
        "serviceName": service if "." in service else f"{service}.amazonaws.com",
        "affectedResources": {},
    }
    if len(latest.agents) == 1:  # of several it is not known which made the call
        action["userAgent"] = latest.agents[0]
    if call is not None and call.error:
        action["errorCode"] = call.error
    address = latest.origin.address
    if address:
        family = "ipAddressV6" if ":" in address else "ipAddressV4"
        action["remoteIpDetails"] = {family: address, **_network(facts)}
    if verdict.type is FindingType.INSIDE_AWS:
        remote: dict[str, object] = {"affiliated": verdict.is_affiliated}
        if is_account(verdict.remote_account):
            remote["accountId"] = verdict.remote_account
        action["remoteAccountDetails"] = remote
    return action


def _network(facts: NetworkFacts) -> dict[str, object]:
    """GuardDuty's members of remoteIpDetails for what feeds know; the unknown is left out."""
    known: dict[str, object] = {}
    if facts.country is not None:
        known["country"] = {"countryCode": facts.country}
    if facts.asn is not None:
        owner = {"asnOrg": facts.asn_org, "org": facts.asn_org} if facts.asn_org else {}
        known["organization"] = {"asn": str(facts.asn), **owner}
    return known


def _threat_lists(facts: NetworkFacts) -> dict[str, object]:
    details = [{"threatListName": name, "threatNames": []} for name in facts.lists]
    return {"evidence": {"threatIntelligenceDetails": details}} if details else {}


def _additional_info(verdict: Verdict) -> dict[str, object]:
    reasons = _reasons(verdict)
    value = msgspec.json.encode(reasons, order="deterministic").decode()
    return {**reasons, "type": "default", "value": value}


def _reasons(verdict: Verdict) -> dict[str, object]:
    return {
        "probability": verdict.probability,
        "prior": verdict.prior,
        "evidence": [_evidence(one) for one in verdict.evidence],
        "origins": [
            _origin(stray) | (_doings(stray) if number < FULL_ORIGINS_MAX else {})
            for number, stray in enumerate(verdict.strays)
        ],
        "home": {
            "known": verdict.home.is_known,
            "expected": list(verdict.home.expected),
            "seen": list(verdict.home.seen),
        },
        "eventIds": event_ids(verdict),
        "exactCount": all(stray.is_exact for stray in verdict.strays),
        "issuance": [_mint(mint) for mint in verdict.issuance],
        "lineage": [_mint(mint) for mint in verdict.lineage],
        "made": _made(verdict),
        "remoteParty": verdict.party,
        "identityOnlyClaimed": verdict.is_claim,
        "remoteNetwork": verdict.network,
    }


def event_ids(verdict: Verdict) -> list[str]:
    """The ids of the calls that the evidence and the strays name, each once, earliest first."""
    named = sorted({(call.time, call.event_id) for stray in verdict.strays for call in stray.calls})
    ids = [event_id for _, event_id in named]
    ids += [event_id for one in verdict.evidence for event_id in one.event_ids]
    return list(dict.fromkeys(ids))[:EVENT_IDS_MAX]


def _evidence(one: Evidence) -> dict[str, object]:
    return {
        "signal": one.signal,
        "weight": one.weight,
        "sentence": one.sentence,
        "eventIds": list(one.event_ids),
    }


def _origin(stray: Stray) -> dict[str, object]:
    return {
        "address": stray.origin.address,
        "vpcEndpointId": stray.origin.endpoint,
        "vpcEndpointAccountId": stray.origin.endpoint_account,
        "via": stray.origin.via.value,
        "place": stray.place.value,
        "reason": stray.reason,
        "accessKeyId": stray.key,
        "principalId": stray.principal_id,
        "roleDelivery": stray.delivery,
        "firstSeen": iso(stray.first),
        "lastSeen": iso(stray.last),
        "count": stray.count,
    }


def _doings(stray: Stray) -> dict[str, object]:
    return {
        "apis": list(stray.apis),
        "regions": list(stray.regions),
        "userAgents": list(stray.agents),
        "errorCodes": list(stray.errors),
        "calls": [
            {
                "time": iso(call.time),
                "eventId": call.event_id,
                "api": call.api,
                "region": call.region,
                "errorCode": call.error,
            }
            for call in stray.calls
        ],
    }


def _made(verdict: Verdict) -> list[Mapping[str, object]]:
    made = {one for stray in verdict.strays for one in stray.made}
    return [
        {"time": iso(one.time), "kind": one.kind, "name": one.name, "eventId": one.event_id}
        for one in sorted(made)
    ]


def _mint(mint: Mint) -> dict[str, object]:
    return {
        "accessKeyId": mint.key,
        "time": iso(mint.time),
        "expires": iso(mint.expires) if mint.expires else None,
        "api": mint.api,
        "issuer": mint.issuer,
        "madeWith": mint.parent_key,
        "madeBy": mint.parent_principal,
        "roleArn": mint.role_arn,
        "sessionName": mint.session_name,
        "address": mint.address,
        "eventId": mint.event_id,
    }

"""What GuardDuty does beside detection in logs: malware scans, curated rules, investigations.

Truant does none of it. Lists of such things are empty, and a thing that is asked for by its id is
not there.
"""

from truant.api.call import Call, Given, Output
from truant.api.errors import NotFound

_GONE = "The requested resource is not there: Truant makes no {}."


def describe_malware_scans(call: Call, given: Given) -> Output:
    """No scan was made."""
    call.detector(given)
    return {"Scans": []}


def list_malware_scans(_: Call, __: Given) -> Output:
    """No scan was made."""
    return {"Scans": []}


def list_malware_protection_plans(_: Call, __: Given) -> Output:
    """There is no plan."""
    return {"MalwareProtectionPlans": []}


def get_malware_scan_settings(call: Call, given: Given) -> Output:
    """No snapshot is kept, for none is made."""
    call.detector(given)
    return {"EbsSnapshotPreservation": "NO_RETENTION"}


def get_malware_scan(_: Call, __: Given) -> Output:
    """There is no scan of that id. Raises NotFound."""
    raise NotFound(_GONE.format("malware scans"))


def get_malware_protection_plan(_: Call, __: Given) -> Output:
    """There is no plan of that id. Raises NotFound."""
    raise NotFound(_GONE.format("malware protection plans"))


def list_custom_detection_rules(_: Call, __: Given) -> Output:
    """There is no curated rule."""
    return {"Rules": []}


def list_custom_detection_rule_associations(_: Call, __: Given) -> Output:
    """No rule is in use."""
    return {"RuleAssociations": []}


def list_custom_detection_rule_org_configurations(_: Call, __: Given) -> Output:
    """No rule is in use."""
    return {"Configurations": []}


def get_custom_detection_rule(_: Call, __: Given) -> Output:
    """There is no rule of that id. Raises NotFound."""
    raise NotFound(_GONE.format("custom detection rules"))


def get_custom_detection_rule_association(_: Call, __: Given) -> Output:
    """There is no such use of a rule. Raises NotFound."""
    raise NotFound(_GONE.format("custom detection rules"))


def get_custom_detection_rule_org_configuration(_: Call, __: Given) -> Output:
    """There is no such use of a rule. Raises NotFound."""
    raise NotFound(_GONE.format("custom detection rules"))


def list_investigations(call: Call, given: Given) -> Output:
    """No investigation was made."""
    call.detector(given)
    return {"Investigations": []}


def get_investigation(call: Call, given: Given) -> Output:
    """There is no investigation of that id. Raises NotFound."""
    call.detector(given)
    raise NotFound(_GONE.format("investigations"))


def list_investigation_records(call: Call, given: Given) -> Output:
    """There is no investigation of that id. Raises NotFound."""
    call.detector(given)
    raise NotFound(_GONE.format("investigations"))

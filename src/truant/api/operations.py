"""Every operation of GuardDuty's model: served, empty by nature, or refused, with the reason."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct

from truant.api import (
    administrator,
    coverage,
    destinations,
    detectors,
    elsewhere,
    filters,
    findings,
    members,
    organization,
    samples,
    sets,
    statistics,
    tags,
    usage,
)
from truant.api.call import Call, Given, Output

Function = Callable[[Call, Given], Output]


class Kind(StrEnum):
    """What becomes of an operation."""

    SERVED = "served"
    EMPTY = "empty by nature"
    REFUSED = "refused"


class Operation(Struct, frozen=True):
    """One operation: its function, or why there is none."""

    kind: Kind
    function: Function | None = None
    why: str = ""


def _served(function: Function) -> Operation:
    return Operation(Kind.SERVED, function)


def _empty(function: Function) -> Operation:
    return Operation(Kind.EMPTY, function)


def _refused(why: str) -> Operation:
    return Operation(Kind.REFUSED, why=why)


_NO_MALWARE = "it scans nothing for malware."
_NO_RULES = "it has no library of rules to choose from."
_NO_INVESTIGATION = "it makes no investigations; see truant explain."

OPERATIONS: Mapping[str, Operation] = {
    "CreateDetector": _served(detectors.create_detector),
    "ListDetectors": _served(detectors.list_detectors),
    "GetDetector": _served(detectors.get_detector),
    "UpdateDetector": _served(detectors.update_detector),
    "DeleteDetector": _served(detectors.delete_detector),
    "ListFindings": _served(findings.list_findings),
    "GetFindings": _served(findings.get_findings),
    "GetFindingsStatistics": _served(statistics.get_findings_statistics),
    "ArchiveFindings": _served(findings.archive_findings),
    "UnarchiveFindings": _served(findings.unarchive_findings),
    "UpdateFindingsFeedback": _served(findings.update_findings_feedback),
    "CreateSampleFindings": _served(samples.create_sample_findings),
    "CreateFilter": _served(filters.create_filter),
    "ListFilters": _served(filters.list_filters),
    "GetFilter": _served(filters.get_filter),
    "UpdateFilter": _served(filters.update_filter),
    "DeleteFilter": _served(filters.delete_filter),
    "CreateIPSet": _served(sets.create_ip_set),
    "ListIPSets": _served(sets.list_ip_sets),
    "GetIPSet": _served(sets.get_ip_set),
    "UpdateIPSet": _served(sets.update_ip_set),
    "DeleteIPSet": _served(sets.delete_ip_set),
    "CreateThreatIntelSet": _served(sets.create_threat_intel_set),
    "ListThreatIntelSets": _served(sets.list_threat_intel_sets),
    "GetThreatIntelSet": _served(sets.get_threat_intel_set),
    "UpdateThreatIntelSet": _served(sets.update_threat_intel_set),
    "DeleteThreatIntelSet": _served(sets.delete_threat_intel_set),
    "CreateTrustedEntitySet": _served(sets.create_trusted_entity_set),
    "ListTrustedEntitySets": _served(sets.list_trusted_entity_sets),
    "GetTrustedEntitySet": _served(sets.get_trusted_entity_set),
    "UpdateTrustedEntitySet": _served(sets.update_trusted_entity_set),
    "DeleteTrustedEntitySet": _served(sets.delete_trusted_entity_set),
    "CreateThreatEntitySet": _served(sets.create_threat_entity_set),
    "ListThreatEntitySets": _served(sets.list_threat_entity_sets),
    "GetThreatEntitySet": _served(sets.get_threat_entity_set),
    "UpdateThreatEntitySet": _served(sets.update_threat_entity_set),
    "DeleteThreatEntitySet": _served(sets.delete_threat_entity_set),
    "CreatePublishingDestination": _served(destinations.create_publishing_destination),
    "ListPublishingDestinations": _served(destinations.list_publishing_destinations),
    "DescribePublishingDestination": _served(destinations.describe_publishing_destination),
    "UpdatePublishingDestination": _served(destinations.update_publishing_destination),
    "DeletePublishingDestination": _served(destinations.delete_publishing_destination),
    "TagResource": _served(tags.tag_resource),
    "UntagResource": _served(tags.untag_resource),
    "ListTagsForResource": _served(tags.list_tags_for_resource),
    "CreateMembers": _served(members.create_members),
    "ListMembers": _served(members.list_members),
    "GetMembers": _served(members.get_members),
    "DeleteMembers": _served(members.delete_members),
    "InviteMembers": _served(members.invite_members),
    "DisassociateMembers": _served(members.disassociate_members),
    "StartMonitoringMembers": _served(members.start_monitoring_members),
    "StopMonitoringMembers": _served(members.stop_monitoring_members),
    "GetMemberDetectors": _served(members.get_member_detectors),
    "UpdateMemberDetectors": _refused("what it reads of members is not chosen one by one."),
    "ListInvitations": _served(administrator.list_invitations),
    "GetInvitationsCount": _served(administrator.get_invitations_count),
    "DeclineInvitations": _served(administrator.decline_invitations),
    "DeleteInvitations": _served(administrator.delete_invitations),
    "AcceptAdministratorInvitation": _served(administrator.accept_administrator_invitation),
    "AcceptInvitation": _served(administrator.accept_invitation),
    "GetAdministratorAccount": _served(administrator.get_administrator_account),
    "GetMasterAccount": _served(administrator.get_master_account),
    "DisassociateFromAdministratorAccount": _served(
        administrator.disassociate_from_administrator_account
    ),
    "DisassociateFromMasterAccount": _served(administrator.disassociate_from_master_account),
    "EnableOrganizationAdminAccount": _served(organization.enable_organization_admin_account),
    "DisableOrganizationAdminAccount": _served(organization.disable_organization_admin_account),
    "ListOrganizationAdminAccounts": _served(organization.list_organization_admin_accounts),
    "DescribeOrganizationConfiguration": _served(organization.describe_organization_configuration),
    "UpdateOrganizationConfiguration": _served(organization.update_organization_configuration),
    "GetOrganizationStatistics": _served(organization.get_organization_statistics),
    "GetUsageStatistics": _served(usage.get_usage_statistics),
    "GetRemainingFreeTrialDays": _empty(usage.get_remaining_free_trial_days),
    "ListCoverage": _empty(coverage.list_coverage),
    "GetCoverageStatistics": _empty(coverage.get_coverage_statistics),
    "DescribeMalwareScans": _empty(elsewhere.describe_malware_scans),
    "ListMalwareScans": _empty(elsewhere.list_malware_scans),
    "ListMalwareProtectionPlans": _empty(elsewhere.list_malware_protection_plans),
    "GetMalwareScanSettings": _empty(elsewhere.get_malware_scan_settings),
    "GetMalwareScan": _empty(elsewhere.get_malware_scan),
    "GetMalwareProtectionPlan": _empty(elsewhere.get_malware_protection_plan),
    "CreateMalwareProtectionPlan": _refused(_NO_MALWARE),
    "UpdateMalwareProtectionPlan": _refused(_NO_MALWARE),
    "DeleteMalwareProtectionPlan": _refused(_NO_MALWARE),
    "UpdateMalwareScanSettings": _refused(_NO_MALWARE),
    "StartMalwareScan": _refused(_NO_MALWARE),
    "SendObjectMalwareScan": _refused(_NO_MALWARE),
    "ListCustomDetectionRules": _empty(elsewhere.list_custom_detection_rules),
    "ListCustomDetectionRuleAssociations": _empty(
        elsewhere.list_custom_detection_rule_associations
    ),
    "ListCustomDetectionRuleOrgConfigurations": _empty(
        elsewhere.list_custom_detection_rule_org_configurations
    ),
    "GetCustomDetectionRule": _empty(elsewhere.get_custom_detection_rule),
    "GetCustomDetectionRuleAssociation": _empty(elsewhere.get_custom_detection_rule_association),
    "GetCustomDetectionRuleOrgConfiguration": _empty(
        elsewhere.get_custom_detection_rule_org_configuration
    ),
    "CreateCustomDetectionRuleAssociation": _refused(_NO_RULES),
    "UpdateCustomDetectionRuleAssociation": _refused(_NO_RULES),
    "DeleteCustomDetectionRuleAssociation": _refused(_NO_RULES),
    "CreateCustomDetectionRuleOrgConfiguration": _refused(_NO_RULES),
    "UpdateCustomDetectionRuleOrgConfiguration": _refused(_NO_RULES),
    "DeleteCustomDetectionRuleOrgConfiguration": _refused(_NO_RULES),
    "ListInvestigations": _empty(elsewhere.list_investigations),
    "GetInvestigation": _empty(elsewhere.get_investigation),
    "ListInvestigationRecords": _empty(elsewhere.list_investigation_records),
    "CreateInvestigation": _refused(_NO_INVESTIGATION),
}

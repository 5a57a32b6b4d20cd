"""What a file in a trail's folder may be, told by its name or by a document in it."""

import re
from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a file turned out to be."""

    RECORDS = "CloudTrail records"
    DIGEST = "CloudTrail digest file"
    INSIGHT = "CloudTrail Insights events"
    AGGREGATED = "CloudTrail aggregated events"
    EMPTY = "empty file"
    UNKNOWN = "no CloudTrail records"


# Folders and file names by which AWS tells these files from trail files:
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
_NAMES = (
    (re.compile(r"CloudTrail-Digest[/_]"), Kind.DIGEST),
    (re.compile(r"CloudTrail-Insight[/_]"), Kind.INSIGHT),
    (re.compile(r"CloudTrail-Aggregated[/_]"), Kind.AGGREGATED),
)
# The eventCategory of what is told about many calls together. Neither kind has an eventName:
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-trails.html
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aggregated-events.html
_CATEGORIES = {"Insight": Kind.INSIGHT, "Aggregated": Kind.AGGREGATED}


def kind_by_name(name: str) -> Kind | None:
    """Tell digest, Insights and aggregated files by their path; None for all others."""
    return next((kind for pattern, kind in _NAMES if pattern.search(name)), None)


def kind_by_content(document: Mapping[str, object]) -> Kind | None:
    """Tell a digest, and an Insights or aggregated event, by its members; None for all others.

    A digest: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
    """
    if "eventName" in document:
        return None
    if "digestStartTime" in document:
        return Kind.DIGEST
    category = document.get("eventCategory")
    return _CATEGORIES.get(category) if isinstance(category, str) else None

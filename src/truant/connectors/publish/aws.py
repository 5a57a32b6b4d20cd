"""AWS's services as receivers: clients with bounds, and what their errors mean."""

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.publish.settings import Settings

LIMITS = Config(
    connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2, "mode": "standard"}
)
AWS_ERRORS = (BotoCoreError, ClientError)


def client(service: str, region: str | None, profile: str | None = None) -> Any:  # noqa: ANN401
    """A client with the credentials of the environment. Raises NotDelivered without any region."""
    try:
        return Session(profile=profile).create_client(service, region_name=region, config=LIMITS)
    except BotoCoreError as error:
        raise NotDelivered(f"{service}: {error}") from None


def why(service: str, error: Exception) -> str:
    """What an error of AWS says: its code and message, and nothing of the request."""
    if isinstance(error, ClientError):
        told = error.response.get("Error", {})
        return f"{service} says {told.get('Code', 'an error')}: {told.get('Message', '')}"[:500]
    return f"{service} was not reached: {type(error).__name__}"


def region_of(arn: str) -> str | None:
    """The region that an ARN names, or None."""
    parts = arn.split(":")
    return parts[3] or None if len(parts) > 3 and parts[0] == "arn" else None


def profile(settings: Settings) -> str | None:
    """The profile whose credentials are used, where one is named."""
    return settings.optional("profile")

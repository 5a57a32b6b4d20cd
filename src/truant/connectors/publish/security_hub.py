"""Security Hub: findings imported into the account whose credentials the service has."""

from collections.abc import Mapping, Sequence

from truant.connectors.publish.aws import AWS_ERRORS, client, profile, why
from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.publish.settings import Settings
from truant.formats.asff import asff
from truant.formats.document import read
from truant.formats.forms import Message
from truant.model.network import is_account

FINDINGS_MAX = 50  # of 100: so that they are below 6 MB together
_PASSING = frozenset({"InternalFailure", "InternalException", "Throttling", "LimitExceeded"})


class SecurityHub:
    """Security Hub in one region."""

    most = FINDINGS_MAX

    def __init__(self, account: str | None, region: str | None, profile: str | None) -> None:
        """`account`: the one that imports; asked of STS when it is not named."""
        self._account, self._profile = account, profile
        self._client = client("securityhub", region, profile)
        self._region: str = self._client.meta.region_name

    def send(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """Import the findings, each in its newest form."""
        newest = {str(one.document["arn"]): one for one in messages}
        importer = self._importer()
        made = [asff(read(one.document), importer, self._region) for one in newest.values()]
        try:
            answer = self._client.batch_import_findings(Findings=made)
        except AWS_ERRORS as error:
            raise NotDelivered(why("Security Hub", error)) from None
        refused: dict[str, str] = {}
        for one in answer.get("FailedFindings", ()):
            said = f"Security Hub says {one['ErrorCode']}: {one['ErrorMessage']}"[:500]
            if one["ErrorCode"] in _PASSING or one["Id"] not in newest:
                raise NotDelivered(said)
            refused[newest[one["Id"]].key] = said
        return refused

    def _importer(self) -> str:
        if self._account is None:
            sts = client("sts", self._region, self._profile)
            try:
                self._account = str(sts.get_caller_identity()["Account"])
            except AWS_ERRORS as error:
                raise NotDelivered(why("STS", error)) from None
        return self._account


def make(settings: Settings) -> tuple[SecurityHub, str]:
    """Security Hub, and what people are shown of it. Raises BadConfig."""
    account, region = settings.optional("account"), settings.optional("region")
    if account is not None and not is_account(account):
        raise settings.wrong("account", "must be twelve digits in quotes")
    return SecurityHub(account, region, profile(settings)), region or "the default region"

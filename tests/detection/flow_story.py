"""A story of one day: what an instance said, what its flow logs show, and what is made of it.

The instance works until noon, in ten-minute steps, and is silent then but for some talk with a
server outside AWS each hour. At ten past three somebody uses its key from behind the same NAT
gateway. Each test changes something that makes it theft or not.
"""

from collections.abc import Iterable

from truant.detection.flow_fold import Listener
from truant.detection.flows import Flows, scope_of
from truant.detection.fold import fold
from truant.detection.inventory import Inventory
from truant.detection.judge import is_finding
from truant.detection.place import Surroundings
from truant.detection.state import State, judge_all, merge
from truant.detection.trust import Trust
from truant.model.api_call import ApiCall, decode_call
from truant.model.aws_ranges import RangesHistory, parse
from truant.model.event_time import epoch, iso
from truant.model.fact import Fact, Mode
from truant.model.finding import Verdict
from truant.model.flow_lines import FlowLines, layout

ACCOUNT, REGION, ROLE = "111122223333", "eu-west-1", "AROAEXAMPLEEXAMPLE000"
INSTANCE, ENI, OTHER_ENI = "i-0123456789abcdef0", "eni-0aaaaaaaaaaaaaaa0", "eni-0bbbbbbbbbbbbbbb0"
OWN, NAT, AWS, AWS6 = "10.0.1.10", "54.10.0.9", "54.10.200.1", "2a05:d018::1"
ELSEWHERE, ENDPOINT = "198.51.100.7", "10.0.1.99"
KEY, STOLEN = "ASIAEXAMPLEEXAMPLE01", "ASIAEXAMPLEEXAMPLE02"
DAY = epoch("2026-03-10T00:00:00Z") or 0
HEADER = (
    "interface-id instance-id srcaddr dstaddr dstport protocol start end action log-status "
    "pkt-dst-aws-service flow-direction"
)
RANGES = RangesHistory(
    [
        parse(
            b'{"syncToken": "1", "createDate": "2026-01-01-00-00-00", "prefixes":'
            b'[{"ip_prefix": "54.10.0.0/16", "service": "AMAZON", "region": "eu-west-1"}],'
            b'"ipv6_prefixes": [{"ipv6_prefix": "2a05:d018::/36", "service": "AMAZON",'
            b'"region": "eu-west-1"}]}',
            "ip-ranges.json",
        )
    ]
)


def at(clock: str) -> int:
    """Epoch seconds of a time of the day, `15:10` or `15:10:30`."""
    hours, minutes, *seconds = map(int, clock.split(":"))
    return DAY + hours * 3600 + minutes * 60 + sum(seconds)


def fact(entity: str, attribute: str, *values: str) -> Fact:
    """What an inventory of the next day lists."""
    return Fact(entity, attribute, DAY + 86_400, Mode.IS, values, "inventory")


FACTS = (
    fact(INSTANCE, "account", ACCOUNT),
    fact(INSTANCE, "region", REGION),
    fact(ENI, "instance", INSTANCE),
    fact(ENI, "vpc", f"{REGION}/vpc-1"),
    fact(ENI, "subnet", "subnet-1"),
    fact(ENI, "address", OWN),
    fact("subnet-1", "vpc", f"{REGION}/vpc-1"),
    fact("subnet-1", "route-table", "rtb-1"),
    fact("rtb-1", "route", "0.0.0.0/0"),
    fact("rtb-1 0.0.0.0/0", "target", "nat-1"),
    fact("nat-1", "connectivity", "public"),
    fact("nat-1", "account", ACCOUNT),
    fact(NAT, "holder", "nat-1"),
    fact(NAT, "owner", ACCOUNT),
    fact("vpce-1", "interface", "eni-0eeeeeeeeeeeeeee0"),
    fact("eni-0eeeeeeeeeeeeeee0", "address", ENDPOINT),
)


class Story:
    """The day as it went; every part of it may be changed before it is judged."""

    def __init__(self) -> None:
        self.facts: list[Fact] = list(FACTS)
        self.calls: list[ApiCall] = []
        self.lines: list[str] = []
        self.header = HEADER
        self.ranges = RANGES
        self.trust = Trust()
        self._number = 0

    def works(self, start: str, end: str, *, seen: bool = True, source: str = NAT) -> None:
        """The instance calls every ten minutes; `seen`: and its flow log shows it."""
        for time in range(at(start), at(end), 600):
            self.call(time, source=source)
            if seen:
                self.flow(time)

    def theft(self, start: str = "15:10", calls: int = 4, **how: str) -> None:
        """Somebody behind the same NAT gateway uses the key, a call every twenty seconds."""
        for number in range(calls):
            api = "sts:GetCallerIdentity" if number == 0 else "s3:ListBuckets"
            self.call(at(start) + 20 * number, **{"key": STOLEN, "api": api, **how})

    def call(
        self,
        time: int,
        *,
        key: str = KEY,
        source: str = NAT,
        api: str = "s3:ListBuckets",
        delivery: str = '"ec2RoleDelivery": "2.0"',
        more: str = "",
    ) -> None:
        """One call with a key of the instance."""
        self._number += 1
        service, name = api.split(":")
        self.calls.append(
            decode_call(
                f"""{{"eventTime": "{iso(time)[:19]}Z", "eventID": "e{self._number}",
                "eventName": "{name}", "eventSource": "{service}.amazonaws.com",
                "awsRegion": "{REGION}", "sourceIPAddress": "{source}", "userAgent": "Boto3",
                "recipientAccountId": "{ACCOUNT}", {more}
                "userIdentity": {{"type": "AssumedRole", "principalId": "{ROLE}:{INSTANCE}",
                "arn": "arn:aws:sts::{ACCOUNT}:assumed-role/web/{INSTANCE}",
                "accountId": "{ACCOUNT}", "accessKeyId": "{key}", "sessionContext":
                {{"sessionIssuer": {{"arn": "arn:aws:iam::{ACCOUNT}:role/web"}},
                "attributes": {{"creationDate": "2026-03-10T00:00:00Z"}}
                {"," if delivery else ""} {delivery}}}}}}}""".encode()
            )
        )

    def flow(
        self,
        time: int,
        to: str = AWS,
        port: int = 443,
        *,
        eni: str = ENI,
        end: int | None = None,
        action: str = "ACCEPT",
        service: str = "-",
        direction: str = "egress",
        protocol: int = 6,
        source: str = OWN,
    ) -> None:
        """One record of a flow."""
        self.lines.append(
            f"{eni} {INSTANCE} {source} {to} {port} {protocol} {time} {end or time + 20} {action} "
            f"OK {service} {direction}"
        )

    def quiet(
        self, start: str, end: str, *, eni: str = ENI, step: int = 60, status: str = "NODATA"
    ) -> None:
        """Records that say that there was no traffic, or that records were skipped."""
        for time in range(at(start), at(end), step):
            last = time + step - 1
            self.lines.append(f"{eni} {INSTANCE} - - - - {time} {last} - {status} - -")

    def talks_elsewhere(self, start: str, end: str, *, eni: str = ENI) -> None:
        """Each hour, some talk with a server outside AWS."""
        for time in range(at(start), at(end), 3600):
            self.flow(time + 30, ELSEWHERE, eni=eni)

    @property
    def inventory(self) -> Inventory:
        """The inventory that the facts make."""
        return Inventory(self.facts)

    def flows(self) -> Flows:
        """What the flow logs tell, read as the scan reads them."""
        inventory = self.inventory
        day = DAY // 86_400
        listener = Listener(scope_of([INSTANCE], inventory, day, day), self.ranges)
        form, _ = layout(self.header.encode())
        block = "".join(f"{line}\n" for line in self.lines).encode()
        tally = FlowLines(form, begun=True).take(block)
        assert not tally.refused, tally.refused
        listener.take(tally)
        return Flows(listener.hearings(), inventory)

    def verdicts(self, *, with_flows: bool = True) -> list[Verdict]:
        """Every verdict on the day."""
        state = State()
        merge(state, fold(self.calls))
        flows = self.flows() if with_flows else None
        around = Surroundings(self.inventory, self.trust, self.ranges, [ACCOUNT], flows=flows)
        return list(judge_all(state, around))

    def findings(self) -> list[Verdict]:
        """The verdicts that are told."""
        return [verdict for verdict in self.verdicts() if is_finding(verdict)]


def ordinary_day() -> Story:
    """The day without the theft."""
    story = Story()
    story.works("00:00", "12:00")
    story.quiet("00:00", "24:00")
    story.talks_elsewhere("00:00", "24:00")
    return story


def theft() -> Story:
    """The story as the module tells it."""
    story = ordinary_day()
    story.theft()
    return story


def reasons(verdicts: Iterable[Verdict]) -> str:
    """All sentences about flow logs."""
    return " ".join(
        one.sentence for verdict in verdicts for one in verdict.evidence if one.signal == "flows"
    )

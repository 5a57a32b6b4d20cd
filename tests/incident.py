"""An instance with a role in moto's AWS, and the finding that its key was stolen."""

from itertools import count
from typing import Any

from tests.moto_aws import CENTRAL, REGION, Moto, an_image

Json = dict[str, Any]
_numbers = count(1)
KEY, STRANGER = "ASIAEXAMPLE000000001", "999999999999"


class Incident:
    """A network, an instance of role `web`, what the thief made; and ids of all of it."""

    def __init__(self, aws: Moto) -> None:
        """Make it."""
        self.aws, self.iam, self.ec2 = aws, aws.client("iam"), aws.client("ec2")
        number = next(_numbers)
        self.id = f"{number:032x}"
        self.role, self.deploy, self.user = (f"{n}{number}" for n in ("web", "deploy", "backdoor"))
        self._roles()
        self._instance()
        self._made()

    def _roles(self) -> None:
        made = self.iam.create_role(RoleName=self.role, AssumeRolePolicyDocument="{}")
        self.role_id = made["Role"]["RoleId"]
        self.iam.create_role(RoleName=self.deploy, AssumeRolePolicyDocument="{}")
        self.iam.create_instance_profile(InstanceProfileName=self.role)
        self.iam.add_role_to_instance_profile(InstanceProfileName=self.role, RoleName=self.role)

    def _instance(self) -> None:
        ec2 = self.ec2
        self.vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        made = ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.9.1.0/24")["Subnet"]
        self.subnet = made["SubnetId"]
        self.instance = self.run()
        self.thiefs = self.run()
        ec2.associate_iam_instance_profile(
            IamInstanceProfile={"Name": self.role}, InstanceId=self.instance
        )
        described = self.described()
        self.interface = described["NetworkInterfaces"][0]["NetworkInterfaceId"]
        self.groups = self.groups_now()

    def run(self) -> str:
        """A new instance in the subnet."""
        image = an_image(self.ec2)
        made = self.ec2.run_instances(
            ImageId=image, MinCount=1, MaxCount=1, SubnetId=self.subnet, InstanceType="t3.micro"
        )
        return str(made["Instances"][0]["InstanceId"])

    def _made(self) -> None:
        self.iam.create_user(UserName=self.user)
        self.made_key = self.iam.create_access_key(UserName=self.user)["AccessKey"]["AccessKeyId"]

    def described(self, instance: str | None = None) -> Json:
        """The instance as EC2 describes it now."""
        asked = [instance or self.instance]
        found = self.ec2.describe_instances(InstanceIds=asked)["Reservations"][0]["Instances"][0]
        return dict(found)

    def groups_now(self) -> list[str]:
        """The security groups of its interface."""
        found = self.ec2.describe_network_interfaces(NetworkInterfaceIds=[self.interface])
        return [one["GroupId"] for one in found["NetworkInterfaces"][0]["Groups"]]

    def profile_now(self) -> str:
        """The name of its instance profile."""
        filters = [{"Name": "instance-id", "Values": [self.instance]}]
        found = self.ec2.describe_iam_instance_profile_associations(Filters=filters)
        arn = found["IamInstanceProfileAssociations"][0]["IamInstanceProfile"]["Arn"]
        return str(arn).rsplit("/", 1)[-1]

    def policies_now(self, role: str | None = None) -> dict[str, Json]:
        """The inline policies of a role, its own if none is named."""
        role = role or self.role
        names = self.iam.list_role_policies(RoleName=role)["PolicyNames"]
        return {
            name: self.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for name in names
        }

    def snapshots_now(self) -> int:
        """How many snapshots there are that this finding had made."""
        filters = [{"Name": "description", "Values": [f"evidence of finding {self.id}"]}]
        return len(self.ec2.describe_snapshots(Filters=filters)["Snapshots"])

    def acl_now(self) -> Json:
        """The network ACL of its subnet."""
        filters = [{"Name": "association.subnet-id", "Values": [self.subnet]}]
        return dict(self.ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0])

    def finding(self, **more: object) -> Json:
        """The finding, as scan writes it, in what a response looks at."""
        made = (
            ("IAM user", self.user, 1),
            ("access key", self.made_key, 2),
            ("role session", f"arn:aws:sts::{CENTRAL}:assumed-role/{self.deploy}/job", 3),
            ("EC2 instance", self.thiefs, 4),
            ("bucket policy", "payroll", 5),
        )
        calls = [{"eventId": f"e{n}", "region": REGION} for _, _, n in made]
        return {
            "id": self.id,
            "type": "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS",
            "accountId": CENTRAL,
            "region": REGION,
            "severity": 8.0,
            "title": "Credentials for the EC2 instance role web were used from elsewhere.",
            "resource": {
                "accessKeyDetails": {
                    "accessKeyId": KEY,
                    "principalId": f"{self.role_id}:{self.instance}",
                    "userName": self.role,
                },
                "instanceDetails": {
                    "instanceId": self.instance,
                    "networkInterfaces": [
                        {"networkInterfaceId": self.interface, "subnetId": self.subnet}
                    ],
                },
            },
            "service": {
                "action": {
                    "awsApiCallAction": {
                        "remoteAccountDetails": {"accountId": STRANGER, "affiliated": False}
                    }
                },
                "additionalInfo": {
                    "origins": [{"accessKeyId": KEY, "calls": calls}],
                    "made": [
                        {"kind": kind, "name": name, "eventId": f"e{n}"} for kind, name, n in made
                    ],
                },
            },
        } | more

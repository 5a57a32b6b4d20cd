"""What is asked of AWS: one API action with its parameters and the marks CloudTrail gives it."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

Json = dict[str, object]


class Action(Struct, frozen=True):
    """One API action as asked and answered, without who asked and from where.

    `data` marks a data event; `parameters` and `response` of None are CloudTrail's null.
    """

    service: str
    name: str
    read_only: bool = True
    parameters: Json | None = None
    response: Json | None = None
    resources: list[Json] = []
    data: bool = False
    additional: Json | None = None
    error: tuple[str, str] | None = None

    def denied(self, code: str = "AccessDenied", message: str = "Access Denied") -> "Action":
        """The same action, refused."""
        return replace(self, error=(code, message), response=None)


def list_buckets() -> Action:
    """S3 ListBuckets: a management event."""
    parameters: Json = {"Host": "s3.amazonaws.com"}
    return Action("s3", "ListBuckets", parameters=parameters, additional=_s3_extra(0, 1204))


def get_object(bucket: str, key: str, account: str, size: int = 4096) -> Action:
    """S3 GetObject: a data event."""
    return _object("GetObject", bucket, key, account, _s3_extra(0, size), read_only=True)


def presigned_get(bucket: str, key: str, account: str, signed: datetime) -> Action:
    """S3 GetObject by a presigned URL, which whoever has the URL can send."""
    plain = get_object(bucket, key, account, 9 << 20)
    parameters: Json = (plain.parameters or {}) | {
        "X-Amz-Date": f"{signed:%Y%m%dT%H%M%SZ}",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Expires": "3600",
    }
    additional: Json = (plain.additional or {}) | {"AuthenticationMethod": "QueryString"}
    return replace(plain, parameters=parameters, additional=additional)


def put_object(bucket: str, key: str, account: str, size: int = 4096) -> Action:
    """S3 PutObject: a data event."""
    return _object("PutObject", bucket, key, account, _s3_extra(size, 0), read_only=False)


def list_objects(bucket: str, account: str) -> Action:
    """S3 ListObjectsV2, which CloudTrail calls ListObjects: a data event."""
    parameters: Json = {
        "list-type": "2",
        "prefix": "",
        "encoding-type": "url",
        "bucketName": bucket,
        "Host": f"{bucket}.s3.amazonaws.com",
    }
    resources: list[Json] = [
        {"type": "AWS::S3::Object", "ARNPrefix": f"arn:aws:s3:::{bucket}/"},
        _bucket(bucket, account),
    ]
    return Action(
        "s3",
        "ListObjects",
        parameters=parameters,
        resources=resources,
        data=True,
        additional=_s3_extra(0, 812),
    )


def _object(name: str, bucket: str, key: str, account: str, extra: Json, read_only: bool) -> Action:
    parameters: Json = {"bucketName": bucket, "Host": f"{bucket}.s3.amazonaws.com", "key": key}
    resources: list[Json] = [
        {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{bucket}/{key}"},
        _bucket(bucket, account),
    ]
    return Action("s3", name, read_only, parameters, None, resources, data=True, additional=extra)


def _bucket(bucket: str, account: str) -> Json:
    return {"accountId": account, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}"}


def _s3_extra(received: int, sent: int) -> Json:
    return {
        "SignatureVersion": "SigV4",
        "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": received,
        "AuthenticationMethod": "AuthHeader",
        "bytesTransferredOut": sent,
    }


def get_caller_identity() -> Action:
    """STS GetCallerIdentity."""
    return Action("sts", "GetCallerIdentity")


def describe_instances() -> Action:
    """EC2 DescribeInstances of everything."""
    return Action("ec2", "DescribeInstances", parameters={"instancesSet": {}, "filterSet": {}})


def ec2_describe(name: str) -> Action:
    """Another EC2 Describe action without filters."""
    return Action("ec2", name, parameters={"filterSet": {}})


def list_users() -> Action:
    """IAM ListUsers."""
    return Action("iam", "ListUsers")


def get_secret_value(name: str) -> Action:
    """Secrets Manager GetSecretValue."""
    return Action("secretsmanager", "GetSecretValue", parameters={"secretId": name})


def get_parameter(name: str) -> Action:
    """SSM GetParameter of a secure string."""
    return Action("ssm", "GetParameter", parameters={"name": name, "withDecryption": True})


def kms(name: str, account: str, region: str, key: str) -> Action:
    """KMS Decrypt or GenerateDataKey with one key."""
    arn = f"arn:aws:kms:{region}:{account}:key/{key}"
    parameters: Json = {"encryptionAlgorithm": "SYMMETRIC_DEFAULT", "keyId": arn}
    if name == "GenerateDataKey":
        parameters = {"keySpec": "AES_256", "keyId": arn}
    resource: Json = {"accountId": account, "type": "AWS::KMS::Key", "ARN": arn}
    return Action("kms", name, parameters=parameters, resources=[resource])


def dynamodb(name: str, table: str, account: str, region: str) -> Action:
    """A DynamoDB item action, as the data event that a trail may be set to keep."""
    arn = f"arn:aws:dynamodb:{region}:{account}:table/{table}"
    resource: Json = {"accountId": account, "type": "AWS::DynamoDB::Table", "ARN": arn}
    read_only = name in ("GetItem", "Query")
    parameters: Json = {"tableName": table, "key": {"id": "HIDDEN_DUE_TO_SECURITY_REASONS"}}
    return Action("dynamodb", name, read_only, parameters, None, [resource], data=True)


def create_log_stream(group: str, stream: str) -> Action:
    """CloudWatch Logs CreateLogStream."""
    parameters: Json = {"logGroupName": group, "logStreamName": stream}
    return Action("logs", "CreateLogStream", read_only=False, parameters=parameters)


def ecr_token() -> Action:
    """ECR GetAuthorizationToken."""
    return Action("ecr", "GetAuthorizationToken")


def heartbeat(
    instance_id: str, private: str, computer: str, zone: str, hidden: bool = False
) -> Action:
    """SSM UpdateInstanceInformation, which an agent sends about every five minutes."""
    parameters: Json = {
        "instanceId": instance_id,
        "agentVersion": "3.3.987.0",
        "agentStatus": "Active",
        "platformType": "Linux",
        "platformName": "Amazon Linux",
        "platformVersion": "2023",
        "iPAddress": "HIDDEN_DUE_TO_SECURITY_REASONS" if hidden else private,
        "computerName": computer,
        "agentName": "amazon-ssm-agent",
        "availabilityZone": zone,
    }
    return Action("ssm", "UpdateInstanceInformation", read_only=False, parameters=parameters)

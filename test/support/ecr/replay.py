"""Makes of a stack's resources the requests that the AWS provider makes of them, against moto in this process.

Reads a list of stacks from standard input, as JSON, each in an account of its own: `{"region", "roles": [names of roles that exist],
"registrations": [{"type", "name", "inputs"}], "events": [events of EventBridge]}`. Writes a list of one value for each: `made` counts the requests by type, `invalid` names what botocore's models of the APIs refuse (a parameter that is
missing or unknown, a type, a length, a pattern, a value that is not among those allowed), `rejected` what moto answered with an error,
`untold` the types that nothing here knows, and `selected`, for each of the events, the names of the rules that select it. The parameters are those that the provider's resources send when they create
(hashicorp/terraform-provider-aws, internal/service).
"""

import hashlib
import json
import sys

import boto3
import regex
from botocore.exceptions import ClientError, ParamValidationError
from moto import mock_aws
from moto.events.models import EventPattern

account = "123456789012"


def tags(inputs, key="Key", value="Value"):
    return [{key: name, value: text} for name, text in (inputs.get("tags") or {}).items()]


def present(**parameters):
    return {name: given for name, given in parameters.items() if given is not None}


def template(i):
    return present(
        prefix=i["prefix"],
        description=i.get("description"),
        appliedFor=i["appliedFors"],
        imageTagMutability=i.get("imageTagMutability"),
        imageTagMutabilityExclusionFilters=i.get("imageTagMutabilityExclusionFilters"),
        lifecyclePolicy=i.get("lifecyclePolicy"),
        repositoryPolicy=i.get("repositoryPolicy"),
        customRoleArn=i.get("customRoleArn"),
        resourceTags=tags({"tags": i.get("resourceTags")}) or None,
        encryptionConfiguration=(i.get("encryptionConfigurations") or [None])[0],
    )


def project(i):
    return present(
        name=i["name"],
        description=i.get("description"),
        source=i["source"],
        sourceVersion=i.get("sourceVersion"),
        artifacts=i["artifacts"],
        cache=i.get("cache"),
        environment=i["environment"],
        serviceRole=i["serviceRole"],
        timeoutInMinutes=i.get("buildTimeout"),
        logsConfig={"cloudWatchLogs": i["logsConfig"]["cloudwatchLogs"]},
        tags=tags(i, "key", "value"),
    )


def target(i):
    one = present(Id=i["targetId"], Arn=i["arn"], RoleArn=i.get("roleArn"), Input=i.get("input"))
    if "inputTransformer" in i:
        transformer = i["inputTransformer"]
        one["InputTransformer"] = present(
            InputPathsMap=transformer.get("inputPaths"), InputTemplate=transformer["inputTemplate"]
        )
    return {"Rule": i["rule"], "Targets": [one]}


def repository(i):
    return present(
        repositoryName=i["name"],
        imageTagMutability=i.get("imageTagMutability"),
        imageTagMutabilityExclusionFilters=i.get("imageTagMutabilityExclusionFilters"),
        imageScanningConfiguration=i.get("imageScanningConfiguration"),
        encryptionConfiguration=(i.get("encryptionConfigurations") or [None])[0],
        tags=tags(i),
    )


def scanning(i):
    return {"scanType": i["scanType"], "rules": i.get("rules") or []}


def replication(i):
    return {"replicationConfiguration": i["replicationConfiguration"]}


# Of every type the service, and its requests in order: the operation, and its parameters made of the inputs. The types are in the
# order in which their resources name each other.
creations = {
    "kms/key:Key": (
        "kms",
        [
            (
                "create_key",
                lambda i: present(
                    Description=i.get("description"),
                    Policy=i.get("policy"),
                    Tags=tags(i, "TagKey", "TagValue"),
                ),
            ),
            (
                "enable_key_rotation",
                lambda i: i.get("enableKeyRotation")
                and present(KeyId=i["made"], RotationPeriodInDays=i.get("rotationPeriodInDays")),
            ),
        ],
    ),
    "kms/alias:Alias": (
        "kms",
        [("create_alias", lambda i: {"AliasName": i["name"], "TargetKeyId": i["targetKeyId"]})],
    ),
    "iam/openIdConnectProvider:OpenIdConnectProvider": (
        "iam",
        [
            (
                "create_open_id_connect_provider",
                lambda i: present(
                    Url=i["url"],
                    ClientIDList=i["clientIdLists"],
                    ThumbprintList=i.get("thumbprintLists"),
                    Tags=tags(i),
                ),
            )
        ],
    ),
    "iam/role:Role": (
        "iam",
        [
            (
                "create_role",
                lambda i: present(
                    RoleName=i["name"],
                    AssumeRolePolicyDocument=i["assumeRolePolicy"],
                    Description=i.get("description"),
                    MaxSessionDuration=i.get("maxSessionDuration"),
                    Path=i.get("path"),
                    PermissionsBoundary=i.get("permissionsBoundary"),
                    Tags=tags(i),
                ),
            )
        ],
    ),
    "eks/podIdentityAssociation:PodIdentityAssociation": (
        "eks",
        [
            (
                "create_pod_identity_association",
                lambda i: {
                    "clusterName": i["clusterName"],
                    "namespace": i["namespace"],
                    "serviceAccount": i["serviceAccount"],
                    "roleArn": i["roleArn"],
                    "tags": i.get("tags") or {},
                },
            )
        ],
    ),
    "iam/policy:Policy": (
        "iam",
        [
            (
                "create_policy",
                lambda i: present(
                    PolicyName=i["name"],
                    PolicyDocument=i["policy"],
                    Description=i.get("description"),
                    Path=i.get("path"),
                    Tags=tags(i),
                ),
            )
        ],
    ),
    "iam/rolePolicy:RolePolicy": (
        "iam",
        [
            (
                "put_role_policy",
                lambda i: {"RoleName": i["role"], "PolicyName": i["name"], "PolicyDocument": i["policy"]},
            )
        ],
    ),
    "iam/rolePolicyAttachment:RolePolicyAttachment": (
        "iam",
        [("attach_role_policy", lambda i: {"RoleName": i["role"], "PolicyArn": i["policyArn"]})],
    ),
    "secretsmanager/secret:Secret": (
        "secretsmanager",
        [
            (
                "create_secret",
                lambda i: present(Name=i["name"], Description=i.get("description"), Tags=tags(i)),
            )
        ],
    ),
    "secretsmanager/secretVersion:SecretVersion": (
        "secretsmanager",
        [("put_secret_value", lambda i: {"SecretId": i["secretId"], "SecretString": i["secretString"]})],
    ),
    "ssm/parameter:Parameter": (
        "ssm",
        [
            (
                "put_parameter",
                lambda i: present(
                    Name=i["name"],
                    Type=i["type"],
                    Value=i["insecureValue"],
                    Description=i.get("description"),
                    Tags=tags(i),
                ),
            )
        ],
    ),
    "ecr/repository:Repository": ("ecr", [("create_repository", repository)]),
    "ecr/lifecyclePolicy:LifecyclePolicy": (
        "ecr",
        [("put_lifecycle_policy", lambda i: {"repositoryName": i["repository"], "lifecyclePolicyText": i["policy"]})],
    ),
    "ecr/repositoryPolicy:RepositoryPolicy": (
        "ecr",
        [("set_repository_policy", lambda i: {"repositoryName": i["repository"], "policyText": i["policy"]})],
    ),
    "ecr/repositoryCreationTemplate:RepositoryCreationTemplate": (
        "ecr",
        [("create_repository_creation_template", template)],
    ),
    "ecr/pullThroughCacheRule:PullThroughCacheRule": (
        "ecr",
        [
            (
                "create_pull_through_cache_rule",
                lambda i: present(
                    ecrRepositoryPrefix=i["ecrRepositoryPrefix"],
                    upstreamRegistryUrl=i["upstreamRegistryUrl"],
                    upstreamRepositoryPrefix=i.get("upstreamRepositoryPrefix"),
                    credentialArn=i.get("credentialArn"),
                    customRoleArn=i.get("customRoleArn"),
                ),
            )
        ],
    ),
    "ecr/registryScanningConfiguration:RegistryScanningConfiguration": (
        "ecr",
        [("put_registry_scanning_configuration", scanning)],
    ),
    "ecr/registryPolicy:RegistryPolicy": ("ecr", [("put_registry_policy", lambda i: {"policyText": i["policy"]})]),
    "ecr/replicationConfiguration:ReplicationConfiguration": ("ecr", [("put_replication_configuration", replication)]),
    "ecr/accountSetting:AccountSetting": (
        "ecr",
        [("put_account_setting", lambda i: {"name": i["name"], "value": i["value"]})],
    ),
    "ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion": (
        "ecr",
        [("register_pull_time_update_exclusion", lambda i: {"principalArn": i["principalArn"]})],
    ),
    "ecrpublic/repository:Repository": (
        "ecr-public",
        [
            (
                "create_repository",
                lambda i: present(
                    repositoryName=i["repositoryName"],
                    catalogData=i.get("catalogData")
                    and present(
                        description=i["catalogData"].get("description"),
                        architectures=i["catalogData"].get("architectures"),
                        operatingSystems=i["catalogData"].get("operatingSystems"),
                        aboutText=i["catalogData"].get("aboutText"),
                        usageText=i["catalogData"].get("usageText"),
                    ),
                    tags=tags(i),
                ),
            )
        ],
    ),
    "ecrpublic/repositoryPolicy:RepositoryPolicy": (
        "ecr-public",
        [("set_repository_policy", lambda i: {"repositoryName": i["repositoryName"], "policyText": i["policy"]})],
    ),
    "codebuild/project:Project": ("codebuild", [("create_project", project)]),
    "codebuild/webhook:Webhook": (
        "codebuild",
        [
            (
                "create_webhook",
                lambda i: present(
                    projectName=i["projectName"],
                    buildType=i.get("buildType"),
                    filterGroups=[group["filters"] for group in i.get("filterGroups", [])],
                ),
            )
        ],
    ),
    "codeconnections/connection:Connection": (
        "codeconnections",
        [
            (
                "create_connection",
                lambda i: {"ConnectionName": i["name"], "ProviderType": i["providerType"], "Tags": tags(i)},
            )
        ],
    ),
    "cloudwatch/logGroup:LogGroup": (
        "logs",
        [
            ("create_log_group", lambda i: {"logGroupName": i["name"], "tags": i.get("tags") or {}}),
            (
                "put_retention_policy",
                lambda i: {"logGroupName": i["name"], "retentionInDays": i["retentionInDays"]},
            ),
        ],
    ),
    "cloudwatch/eventRule:EventRule": (
        "events",
        [
            (
                "put_rule",
                lambda i: present(
                    Name=i["name"],
                    Description=i.get("description"),
                    EventPattern=i.get("eventPattern"),
                    ScheduleExpression=i.get("scheduleExpression"),
                    State="ENABLED",
                    Tags=tags(i),
                ),
            )
        ],
    ),
    "sns/topic:Topic": (
        "sns",
        [
            (
                "create_topic",
                lambda i: {
                    "Name": i["name"],
                    "Attributes": {"KmsMasterKeyId": i["kmsMasterKeyId"]},
                    "Tags": tags(i),
                },
            )
        ],
    ),
    "sns/topicPolicy:TopicPolicy": (
        "sns",
        [
            (
                "set_topic_attributes",
                lambda i: {"TopicArn": i["arn"], "AttributeName": "Policy", "AttributeValue": i["policy"]},
            )
        ],
    ),
    "sns/topicSubscription:TopicSubscription": (
        "sns",
        [
            (
                "subscribe",
                lambda i: {"TopicArn": i["topic"], "Protocol": i["protocol"], "Endpoint": i["endpoint"]},
            )
        ],
    ),
    "cloudwatch/eventTarget:EventTarget": ("events", [("put_targets", target)]),
}

# The ARN in the answer of an operation, which other resources name.
arns = {
    "create_repository": lambda answer: answer["repository"]["repositoryArn"],
    "create_key": lambda answer: answer["KeyMetadata"]["Arn"],
    "create_role": lambda answer: answer["Role"]["Arn"],
    "create_policy": lambda answer: answer["Policy"]["Arn"],
    "create_open_id_connect_provider": lambda answer: answer["OpenIDConnectProviderArn"],
    "create_project": lambda answer: answer["project"]["arn"],
    "create_secret": lambda answer: answer["ARN"],
    "put_rule": lambda answer: answer["RuleArn"],
    "create_topic": lambda answer: answer["TopicArn"],
}


def faults(shape, value, path):
    """What botocore knows of a shape and does not check by itself: patterns, the most there may be, and the values allowed."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                yield from faults(member, value[name], f"{path}.{name}")
    elif shape.type_name == "list":
        yield from bounds(shape, len(value), path, " entries")
        for index, part in enumerate(value):
            yield from faults(shape.member, part, f"{path}[{index}]")
    elif shape.type_name == "map":
        for name, part in value.items():
            yield from faults(shape.key, name, f"{path} key")
            yield from faults(shape.value, part, f"{path}.{name}")
    elif shape.type_name == "string":
        yield from bounds(shape, len(value), path, " characters")
        allowed = getattr(shape, "enum", None)
        if allowed and value not in allowed:
            yield f"{path}: {value} is none of {', '.join(allowed)}"
        pattern = shape.metadata.get("pattern")
        if pattern and not regex.fullmatch(pattern, value, regex.DOTALL):
            yield f"{path}: {value} does not match {pattern}"
    elif shape.type_name in ("integer", "long"):
        yield from bounds(shape, value, path)


def bounds(shape, size, path, of=""):
    most, least = shape.metadata.get("max"), shape.metadata.get("min")
    if most is not None and size > most:
        yield f"{path}: {size}{of}, at most {most}"
    if least is not None and size < least:
        yield f"{path}: {size}{of}, at least {least}"


def replay(stack):
    clients = {}
    invalid, rejected, made = [], [], {}
    # What registrations name in place of what the platform makes up.
    stand_ins = {}

    def client_of(service, region):
        if (service, region) not in clients:
            clients[service, region] = boto3.client(service, region_name=region)
        return clients[service, region]

    def create(kind, name, described):
        text = json.dumps(described)
        for stand_in in sorted(stand_ins, key=len, reverse=True):
            text = text.replace(stand_in, stand_ins[stand_in])
        inputs = json.loads(text)
        service, requests = creations[kind]
        client = client_of(service, inputs.get("region", stack["region"]))
        for operation, parameters in requests:
            given = parameters(inputs)
            if not given:
                continue
            model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
            invalid.extend(f"{operation} of {name}{fault}" for fault in faults(model.input_shape, given, ""))
            try:
                answer = getattr(client, operation)(**given)
            except ParamValidationError as error:
                invalid.append(f"{operation} of {name}: {error}")
                return
            except (ClientError, NotImplementedError) as error:
                rejected.append({"operation": operation, "name": name, "error": str(error)})
                return
            made[operation] = made.get(operation, 0) + 1
            if operation in arns:
                inputs["made"] = arns[operation](answer)
                identifier = hashlib.sha256(f"aws:{kind} {name}".encode()).hexdigest()[:12]
                stand_ins[f"arn:aws:stand-in:eu-central-1:{account}:{name}"] = inputs["made"]
                stand_ins[f"{name}-id"] = stand_ins[identifier] = inputs["made"]

    for role in stack["roles"]:
        trust = {"Version": "2012-10-17", "Statement": []}
        client_of("iam", stack["region"]).create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
    by_kind = {}
    for one in stack["registrations"]:
        if one["type"].startswith("aws:"):
            by_kind.setdefault(one["type"].removeprefix("aws:"), []).append(one)
    for kind in creations:
        for one in by_kind.get(kind, []):
            create(kind, one["name"], one["inputs"])
    untold = sorted(set(by_kind) - set(creations))
    rules = client_of("events", stack["region"]).list_rules()["Rules"]
    patterns = {rule["Name"]: EventPattern.load(rule["EventPattern"]) for rule in rules if "EventPattern" in rule}
    selected = [
        sorted(name for name, pattern in patterns.items() if pattern.matches_event(event))
        for event in stack.get("events", [])
    ]
    return {"made": made, "invalid": invalid, "rejected": rejected, "untold": untold, "selected": selected}


def main():
    answers = []
    for stack in json.load(sys.stdin):
        with mock_aws():
            answers.append(replay(stack))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()

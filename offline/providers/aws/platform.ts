import type { SimulatedTypes } from "../simulated/type";
import { regional, tagged, upTo } from "./regional";

/** Keys, secrets, parameters, network and findings around a registry. */
export const platform: SimulatedTypes = regional({
  "aws:kms/key:Key": {
    id: "{uuid:keyId}",
    replaces: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
    defaults: {
      customerMasterKeySpec: "SYMMETRIC_DEFAULT",
      isEnabled: true,
      keyUsage: "ENCRYPT_DECRYPT",
    },
    outputs: {
      arn: "arn:{partition}:kms:{region}:{account}:key/{id}",
      keyId: "{id}",
      ...tagged,
    },
    documents: ["policy"],
    allowed: {
      keyUsage: ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"],
    },
  },
  "aws:kms/alias:Alias": {
    id: "{name}",
    replaces: ["name", "namePrefix"],
    required: ["name"],
    outputs: {
      arn: "arn:{partition}:kms:{region}:{account}:{name}",
      targetKeyArn: "arn:{partition}:kms:{region}:{account}:key/{targetKeyId/last}",
    },
    patterns: { name: [/^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/, "alias/ and a name of your own"] },
    refusesSecond: true,
  },
  "aws:kms/keyPolicy:KeyPolicy": {
    id: "{keyId}",
    replaces: ["keyId"],
    documents: ["policy"],
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    id: "vpce-{hex17}",
    replaces: [
      "resourceConfigurationArn",
      "serviceName",
      "serviceNetworkArn",
      "serviceRegion",
      "vpcEndpointType",
      "vpcId",
    ],
    defaults: { vpcEndpointType: "Gateway" },
    outputs: {
      arn: "arn:{partition}:ec2:{region}:{account}:vpc-endpoint/{id}",
      dnsEntries: [{ dnsName: "{id}.{serviceName}.vpce.{dnsSuffix}", hostedZoneId: "Z{upper13}" }],
      ownerId: "{account}",
      requesterManaged: false,
      state: "available",
      ...tagged,
    },
    documents: ["policy"],
    allowed: {
      vpcEndpointType: [
        "Gateway",
        "GatewayLoadBalancer",
        "Interface",
        "Resource",
        "ServiceNetwork",
        "Tunnel",
      ],
    },
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    id: "sg-{hex17}",
    named: ["name", "dashed"],
    replaces: ["name", "namePrefix", "description", "vpcId"],
    defaults: { description: "Managed by Pulumi" },
    outputs: {
      arn: "arn:{partition}:ec2:{region}:{account}:security-group/{id}",
      ownerId: "{account}",
      ...tagged,
    },
    patterns: { name: upTo(255), description: upTo(255) },
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    id: "sgr-{hex17}",
    replaces: ["securityGroupId"],
    outputs: {
      arn: "arn:{partition}:ec2:{region}:{account}:security-group-rule/{id}",
      securityGroupRuleId: "{id}",
      ...tagged,
    },
  },
  "aws:ssm/parameter:Parameter": {
    id: "{name}",
    named: ["name", "dashed"],
    replaces: ["name", "dataType"],
    defaults: { dataType: "text", tier: "Standard" },
    outputs: {
      arn: "arn:{partition}:ssm:{region}:{account}:parameter/{name/rooted}",
      hasValueWo: false,
      version: 1,
      ...tagged,
    },
    refusesSecond: true,
  },
  "aws:secretsmanager/secret:Secret": {
    id: "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{upper6}",
    named: ["name", "dashed"],
    replaces: ["name", "namePrefix"],
    defaults: { recoveryWindowInDays: 30 },
    outputs: { arn: "{id}", ...tagged },
    documents: ["policy"],
    patterns: { name: [/^[\w/+=.@-]{1,512}$/, "1 to 512 letters, digits and / _ + = . @ -"] },
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    id: "{secretId}|{uuid:version}",
    replaces: ["secretId", "secretBinary", "secretString"],
    outputs: { arn: "{secretId}", versionId: "{uuid:version}" },
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": {
    id: "{secretArn}",
    replaces: ["secretArn"],
    documents: ["policy"],
  },
});

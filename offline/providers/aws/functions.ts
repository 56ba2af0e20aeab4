import type { EchoPackage } from "../simulated/type";

/** Who and where one is, in AWS's documentation. */
export const functions: EchoPackage["functions"] = {
  "aws:index/getCallerIdentity:getCallerIdentity": {
    accountId: "{account}",
    arn: "arn:{partition}:iam::{account}:user/wharf",
    id: "{account}",
    userId: "AIDACKCEVSQ6C2EXAMPLE",
  },
  "aws:index/getRegion:getRegion": {
    description: "{region}",
    endpoint: "ec2.{region}.{dnsSuffix}",
    id: "{region}",
    name: "{region}",
    region: "{region}",
  },
  "aws:index/getPartition:getPartition": {
    dnsSuffix: "{dnsSuffix}",
    id: "{partition}",
    partition: "{partition}",
    reverseDnsPrefix: "{reverseDnsPrefix}",
  },
  // No parameter stands before the stack's own, so that nobody else has claimed anything.
  "aws:ssm/getParametersByPath:getParametersByPath": {
    id: "{path}",
    path: "{path}",
    region: "{region}",
    arns: [],
    names: [],
    types: [],
    values: [],
  },
};

import { version } from "@pulumi/aws/package.json";
import { regionOfProfile } from "../../../components/aws/shared-config";
import type { SimulatedPackage } from "../simulated/type";
import { build } from "./build";
import { ecr } from "./ecr";
import inputs from "./inputs.json";
import { iam } from "./iam";
import { platform } from "./platform";
import { text, type Values } from "../values";

/** The account of AWS's own documentation. */
const account = "123456789012";

// As the official plugin checks it: a geography, a direction or more, a number.
const regionForm = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/** Region, account and partition. The region comes from `aws:region`, else from the variables that the official plugin reads. */
function settings(config: Values): Values {
  const region =
    text(config, "region") ||
    process.env.AWS_REGION ||
    process.env.AWS_DEFAULT_REGION ||
    regionOfProfile(text(config, "profile"), {
      configFiles: list(config, "sharedConfigFiles"),
      credentialsFiles: list(config, "sharedCredentialsFiles"),
    });
  if (region === "") {
    throw new Error(
      "The provider aws misses its required configuration key aws:region, the region where AWS operations will take place, such as us-east-1. " +
        "Set it: pulumi config set aws:region us-east-1",
    );
  }
  if (!regionForm.test(region)) {
    throw new Error(`invalid AWS Region: ${region}. A region is such as us-east-1.`);
  }
  return { region, account, ...partitionOf(region) };
}

/** A list of the provider's config, which the engine hands on as JSON; undefined where it is not set. */
function list(config: Values, key: string): string[] | undefined {
  const json = text(config, key);
  return json === "" ? undefined : (JSON.parse(json) as string[]);
}

// The partitions that registries are in: https://docs.aws.amazon.com/general/latest/gr/rande.html
function partitionOf(region: string): Values {
  if (region.startsWith("cn-")) {
    return {
      partition: "aws-cn",
      dnsSuffix: "amazonaws.com.cn",
      reverseDnsPrefix: "cn.com.amazonaws",
    };
  }
  const partition = region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return { partition, dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
}

/** Who and where one is, in AWS's documentation. */
const functions: SimulatedPackage["functions"] = {
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
  // No registry has settings before the stack's own.
  "aws:cloudcontrol/getResource:getResource": {
    id: "{identifier}",
    identifier: "{identifier}",
    typeName: "{typeName}",
    region: "{region}",
    properties: "{}",
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

const bare = (url: unknown) =>
  String(url)
    .replace(/^https:\/\//, "")
    .replace(/\/$/, "");

/** Whether two objects agree in what names them, and are in one region where a region is asked for. */
const alike = (property: string) => (args: Values, object: Values) =>
  bare(args[property]) === bare(object[property]) &&
  (args.region === undefined || args.region === object.region);

const lookups: SimulatedPackage["lookups"] = {
  "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": {
    type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    finds: alike("url"),
  },
  "aws:ecr/getPullThroughCacheRule:getPullThroughCacheRule": {
    type: "aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
    finds: alike("ecrRepositoryPrefix"),
  },
  "aws:ecr/getRepositoryCreationTemplate:getRepositoryCreationTemplate": {
    type: "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
    finds: alike("prefix"),
  },
};

/** The stand-in for the official aws plugin, for the types that Wharf's AWS target uses. It returns what it is given, and calls no AWS. */
export const aws: SimulatedPackage = {
  name: "aws",
  version,
  cloud: "AWS",
  types: { ...ecr, ...iam, ...platform, ...build },
  inputs: inputs as SimulatedPackage["inputs"],
  functions,
  lookups,
  settings,
};

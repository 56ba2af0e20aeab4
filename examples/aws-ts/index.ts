import * as aws from "@pulumi/aws";
import { AwsRegistry } from "wharf-registry";

// The registry's region is that of its provider.
const provider = new aws.Provider("frankfurt", { region: "eu-central-1" });

const key = new aws.kms.Key("images", { enableKeyRotation: true }, { provider });
const role = new aws.iam.Role(
  "ci",
  {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "codebuild.amazonaws.com" }),
  },
  { provider },
);

const registry = new AwsRegistry(
  "registry",
  {
    environment: "dev",
    repositories: [{ name: "shop/api", retention: { keepLast: 20 }, push: [role.arn] }],
    encryption: { key: key.arn },
  },
  { provider },
);

export const { endpoint, repositories, login, push } = registry;

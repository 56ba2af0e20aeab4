import { z } from "zod";
import { buildSettings } from "./builds/settings";
import { networkSettings } from "./network-settings";
import { publicRepository } from "./public-settings";
import { registrySettings } from "./registry-wide-settings";
import { replicationSettings } from "./replication/settings";
import { accountId } from "./vocabulary";

export { awsRules } from "./rules";

/** Schema of `wharf:aws.identityPolicies`: what lets the principals of `wharf:access` log in. */
const identityPolicies = z.strictObject({
  account: accountId.optional().meta({
    description:
      "Account, 12 digits in quotes, for whose roles and users policies are made: those of the stack's own account, since no other can attach them. Defaults to none, and no policies.",
  }),
  attach: z.boolean().default(false).meta({
    description:
      "Whether Wharf attaches the policies; else whoever owns the roles and users does. Defaults to false.",
  }),
});

/** Schema of `wharf:aws`: what only this target reads. */
export const awsSettings = z.strictObject({
  signatureTags: z.enum(["movable", "immutable"]).default("movable").meta({
    description:
      "Whether tags `sha256-*` may move where others may not: cosign writes a second attestation under the tag of the first. `immutable` is for those who attach signatures by the referrers API alone. Defaults to movable.",
  }),
  identityPolicies: identityPolicies.prefault({}).meta({
    description:
      "IAM policies for the roles and users that `wharf:access` and the repositories name: a login needs `ecr:GetAuthorizationToken`, which no repository can grant, and a principal of the registry's own account needs the rest there as well.",
  }),
  ...registrySettings,
  replication: z.array(replicationSettings).default([]).meta({
    description:
      "Registries that images are copied to once they are pushed, in other regions and accounts; of the stack that owns the registry's settings. Repositories that appear there get the mutability of tags, retention, access, key and tags of those here. Defaults to none.",
  }),
  oidcProviders: z
    .record(
      z.string(),
      z
        .string()
        .regex(
          /^arn:aws(-[a-z]+)*:iam::\d{12}:oidc-provider\/\S+$/,
          "is no OpenID Connect provider of IAM, such as arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
        ),
    )
    .default({})
    .meta({
      description:
        "OpenID Connect providers that the account has already, since it has one for an issuer: the issuer without https:// to the ARN. Of `wharf:identities` and `wharf:clusters` the others are made. Defaults to none.",
    }),
  builds: buildSettings
    .prefault({})
    .meta({ description: "What CodeBuild has beside what `wharf:builds` says." }),
  publicRepositories: z.array(publicRepository).default([]).meta({
    description:
      "Repositories of the ECR Public Gallery, which anyone may pull from without logging in. Defaults to none.",
  }),
  network: networkSettings.prefault({}).meta({
    description: "The VPC from which the registry is used, and its endpoints.",
  }),
});

/** Checked settings of this target. */
export type AwsSettings = z.output<typeof awsSettings>;

import type { AwsDescription } from "../settings";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider";
import type { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import * as pulumi from "@pulumi/pulumi";
import type { Identity } from "../../model/identities";
import { issuerUrl } from "../../identities/subject";

import { galleryOf, pipelineGrants, stackPolicy } from "../iam-grants";
import { stackTags } from "../names";
import type { Place } from "../place";
import { createRole } from "../roles";
import {
  audience,
  issuerHost,
  issuersOf,
  pipelineConditions,
  webIdentityTrust,
} from "../trust-policies";

/** ARN of IAM's provider for each issuer, by the issuer's URL. */
export type OidcProviders = ReadonlyMap<string, pulumi.Input<string>>;

/**
 * IAM's OpenID Connect provider for each issuer of pipelines and clusters. An account has one for a URL: an existing one is taken from
 * `wharf:aws.oidcProviders`, to which `createRegistry` adds those that it finds. One that is created is kept when the stack is deleted,
 * since roles of other stacks may trust it; it costs nothing, and the next stack uses it.
 */
export function createOidcProviders(
  name: string,
  args: AwsDescription,
  opts: pulumi.CustomResourceOptions,
): OidcProviders {
  const { oidcProviders } = args.aws;
  return new Map(
    issuersOf(args).map((url): [string, pulumi.Input<string>] => {
      const host = issuerHost(url);
      const given = oidcProviders[host];
      if (given !== undefined) return [url, given];
      const provider = new OpenIdConnectProvider(
        `${name}-oidc-${host}`,
        // Without thumbprints: AWS trusts the certificates of public CAs and asks the issuer for its own.
        { url, clientIdLists: [audience], tags: stackTags(args) },
        { ...opts, retainOnDelete: true },
      );
      return [url, provider.arn];
    }),
  );
}

/** Time in seconds after which the credentials of a pipeline expire: one hour, the minimum of IAM for a role. */
const sessionSeconds = 3600;

/** Whether a pipeline may pull anything; one that may only delete may not. */
const pulls = ({ pull, push }: Identity) => pull.length + push.length > 0;

/** The roles of pipelines, by the names of the identities. */
export type PipelineRoles = ReadonlyMap<string, Role>;

/**
 * A role for each of `wharf:identities`, which its pipelines assume with their tokens, and its policy. A repository's own policy
 * need not name it: within an account the policy of the role is enough.
 */
export function createPipelineRoles(
  name: string,
  args: AwsDescription,
  place: Place,
  providers: OidcProviders,
  opts: pulumi.CustomResourceOptions,
): PipelineRoles {
  const { stack } = args;
  return new Map(
    args.identities.map((identity) => {
      const provider = providers.get(issuerUrl(identity)) ?? "";
      const role = createRole(
        `${name}-pipeline-${identity.name}`,
        args,
        {
          part: `pipeline-${identity.name}`,
          description: `Pipelines of ${identity.project} assume it to push and pull images of the Wharf stack ${stack}`,
          maxSessionDuration: sessionSeconds,
          assumeRolePolicy: pulumi
            .output(provider)
            .apply((arn) => webIdentityTrust(arn, pipelineConditions(identity, place.region))),
        },
        opts,
      );
      new RolePolicy(
        `${name}-pipeline-${identity.name}-policy`,
        {
          name: "images",
          role: role.name,
          policy: place.accountId().apply((account) =>
            stackPolicy(
              args,
              pipelineGrants(identity),
              { ...place, account },
              {
                gallery: galleryOf(identity),
                pullThrough: pulls(identity)
                  ? args.pullThroughCaches.map((cache) => cache.name)
                  : [],
              },
            ),
          ),
        },
        opts,
      );
      return [identity.name, role];
    }),
  );
}

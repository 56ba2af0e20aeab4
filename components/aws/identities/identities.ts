import * as pulumi from "@pulumi/pulumi";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { issuerUrl } from "../../identities/subject";
import type { RegistryArgs } from "../../registry";
import { pipelineGrants, stackPolicy } from "../identity-policy";
import { stackTags } from "../labels";
import { accountName } from "../names";
import type { OidcProviders } from "./oidc-providers";
import type { Place } from "../place";
import { pipelineConditions, webIdentityTrust } from "./web-identity";

/** Time in seconds after which the credentials of a pipeline end: one hour, the least that IAM takes for a role. */
const sessionSeconds = 3600;

/** The roles of pipelines, by the names of the identities. */
export type PipelineRoles = ReadonlyMap<string, Role>;

/**
 * A role for each of `wharf:identities`, which tokens of its pipelines are exchanged for, and what it may do. A repository's own
 * policy need not name it: within an account the policy of the identity suffices.
 */
export function createPipelineRoles(
  name: string,
  args: RegistryArgs,
  place: Place,
  providers: OidcProviders,
  opts: pulumi.CustomResourceOptions,
): PipelineRoles {
  const { stack } = args;
  return new Map(
    args.identities.map((identity) => {
      const provider = providers.get(issuerUrl(identity)) ?? "";
      const role = new Role(
        `${name}-pipeline-${identity.name}`,
        {
          name: accountName(stack, `pipeline-${identity.name}`),
          description: `Pipelines of ${identity.project} push and pull images of the Wharf stack ${stack} by it`,
          maxSessionDuration: sessionSeconds,
          assumeRolePolicy: pulumi
            .output(provider)
            .apply((arn) => webIdentityTrust(arn, pipelineConditions(identity, place.region))),
          tags: stackTags(args),
        },
        opts,
      );
      new RolePolicy(
        `${name}-pipeline-${identity.name}-policy`,
        {
          name: "images",
          role: role.name,
          policy: place
            .accountId()
            .apply((account) =>
              stackPolicy(stack, pipelineGrants(identity), { ...place, account }),
            ),
        },
        opts,
      );
      return [identity.name, role];
    }),
  );
}

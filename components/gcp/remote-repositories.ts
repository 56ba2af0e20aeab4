import * as pulumi from "@pulumi/pulumi";
import { Repository, type RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import { SecretIamMember } from "@pulumi/gcp/secretmanager/secretIamMember";
import type { RegistryArgs } from "../registry";
import { dockerHub, type GcpSettings } from "./description";
import type { Place } from "./place";
import { repositorySettings, type RepositoryInputs } from "./repository-settings";
import { scansOthers, vulnerabilityScanning } from "./scanning";

type Remote = GcpSettings["remotes"][number];

/** The repositories that keep copies of other registries' images, by name. */
export function createRemoteRepositories(
  name: string,
  args: RegistryArgs,
  place: Place,
  inputs: RepositoryInputs & { agent: ServiceIdentity | undefined },
  opts: pulumi.CustomResourceOptions,
): Record<string, Repository> {
  const settings = repositorySettings(args, place, inputs, opts);
  const vulnerabilityScanningConfig = vulnerabilityScanning(scansOthers(args));
  return Object.fromEntries(
    args.gcp.remotes.map((remote) => {
      const grant = grantSecret(`${name}-secret-grant-${remote.name}`, remote, inputs.agent, opts);
      const repository = new Repository(
        `${name}-repository-${remote.name}`,
        {
          ...settings.args,
          repositoryId: remote.name,
          mode: "REMOTE_REPOSITORY",
          description: `Copies of ${remote.upstream}`,
          remoteRepositoryConfig: remoteConfig(remote),
          vulnerabilityScanningConfig,
        },
        grant === undefined
          ? settings.opts
          : pulumi.mergeOptions(settings.opts, { dependsOn: grant }),
      );
      return [remote.name, repository];
    }),
  );
}

function remoteConfig({
  upstream,
  credentials,
}: Remote): NonNullable<RepositoryArgs["remoteRepositoryConfig"]> {
  return {
    description: upstream,
    ...(upstream === dockerHub
      ? { dockerRepository: { publicRepository: "DOCKER_HUB" } }
      : { commonRepository: { uri: upstream } }),
    ...(credentials === undefined
      ? {}
      : {
          upstreamCredentials: {
            usernamePasswordCredentials: {
              username: credentials.username,
              passwordSecretVersion: credentials.passwordSecret,
            },
          },
        }),
  };
}

/** Lets Artifact Registry read the one secret that holds an upstream's password, and no other of the project. */
function grantSecret(
  name: string,
  { credentials }: Remote,
  agent: ServiceIdentity | undefined,
  opts: pulumi.CustomResourceOptions,
): SecretIamMember | undefined {
  if (credentials === undefined || agent === undefined) return undefined;
  const [, project, , secretId = ""] = credentials.passwordSecret.split("/");
  return new SecretIamMember(
    name,
    { project, secretId, role: "roles/secretmanager.secretAccessor", member: agent.member },
    opts,
  );
}

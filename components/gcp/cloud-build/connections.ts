import { isToken } from "../../core/tokens";
import type { GcpDescription } from "../settings";
import { Connection, type ConnectionArgs } from "@pulumi/gcp/cloudbuildv2/connection";
import { SecretIamMember } from "@pulumi/gcp/secretmanager/secretIamMember";
import * as pulumi from "@pulumi/pulumi";

import { shortened } from "../labels";
import type { Place } from "../place";
import { secretOf } from "../secret-versions";
import { after, projectNumber, type Services } from "../services";
import {
  checkedSource,
  type CloudBuildSettings,
  type ConnectedHost,
  connectedHosts,
} from "./settings";

/** Full names of connections by the host that each reaches. */
export type Connections = Partial<Record<ConnectedHost, pulumi.Input<string>>>;

type Settings = CloudBuildSettings["connections"];
type Host<Name extends ConnectedHost> = NonNullable<Settings[Name]>;

/**
 * The connections that the builds' sources need, by host: existing ones that the description names, and those that Wharf creates
 * with tokens in Secret Manager. A host of the first generation has none.
 */
export function createConnections(
  name: string,
  args: GcpDescription,
  place: Place,
  services: Services,
  opts: pulumi.CustomResourceOptions,
): Connections {
  const { connections } = args.gcp.builds;
  const hosts = new Set<string>(args.builds.map((build) => checkedSource(build).host));
  const { project, location } = place;
  const connectionTo = (host: ConnectedHost): pulumi.Input<string> | undefined => {
    const existing = connections[host]?.existing;
    if (existing !== undefined) {
      return `projects/${project}/locations/${location}/connections/${existing}`;
    }
    const config = configOf(host, connections);
    if (config === undefined) return undefined;
    return createConnection(name, host, config, args, place, services, opts).id;
  };
  const used = connectedHosts.filter((host) => hosts.has(host) && connections[host] !== undefined);
  return Object.fromEntries(used.map((host) => [host, connectionTo(host)]));
}

/** Secrets that Cloud Build reads for a connection, and the connection's settings for the host. */
interface ConnectionConfig {
  secrets: string[];
  args: Pick<ConnectionArgs, "githubConfig" | "gitlabConfig" | "bitbucketCloudConfig">;
}

function configOf(host: ConnectedHost, connections: Settings): ConnectionConfig | undefined {
  switch (host) {
    case "github.com":
      return githubConfig(connections[host] ?? { firstGeneration: false });
    case "gitlab.com":
      return gitlabConfig(connections[host] ?? {});
    case "bitbucket.org":
      return bitbucketConfig(connections[host] ?? {});
  }
}

function githubConfig(settings: Host<"github.com">): ConnectionConfig | undefined {
  const { installationId, tokenSecret, firstGeneration } = settings;
  if (firstGeneration || tokenSecret === undefined) return undefined;
  return {
    secrets: [tokenSecret],
    args: {
      githubConfig: {
        appInstallationId: installationId,
        authorizerCredential: { oauthTokenSecretVersion: tokenSecret },
      },
    },
  };
}

function gitlabConfig(settings: Host<"gitlab.com">): ConnectionConfig | undefined {
  const { tokenSecret = "", readTokenSecret = "", webhookSecret = "" } = settings;
  return {
    secrets: [tokenSecret, readTokenSecret, webhookSecret],
    args: { gitlabConfig: credentialsOf(tokenSecret, readTokenSecret, webhookSecret) },
  };
}

function bitbucketConfig(settings: Host<"bitbucket.org">): ConnectionConfig | undefined {
  const { tokenSecret = "", readTokenSecret = "", webhookSecret = "", workspace = "" } = settings;
  return {
    secrets: [tokenSecret, readTokenSecret, webhookSecret],
    args: {
      bitbucketCloudConfig: {
        workspace,
        ...credentialsOf(tokenSecret, readTokenSecret, webhookSecret),
      },
    },
  };
}

function credentialsOf(token: string, readToken: string, webhook: string) {
  return {
    authorizerCredential: { userTokenSecretVersion: token },
    readAuthorizerCredential: { userTokenSecretVersion: readToken },
    webhookSecretSecretVersion: webhook,
  };
}

/** A connection. Before it, Cloud Build's service agent is allowed to read the secrets that it needs, and no others. */
function createConnection(
  name: string,
  host: ConnectedHost,
  config: ConnectionConfig,
  args: GcpDescription,
  { project, location }: Place,
  services: Services,
  opts: pulumi.CustomResourceOptions,
): Connection {
  const number = projectNumber(args, project, services, opts);
  const member = pulumi.interpolate`serviceAccount:service-${number}@gcp-sa-cloudbuild.iam.gserviceaccount.com`;
  const secrets = new Map(
    config.secrets.map((version) => {
      const secret = secretOf(args, version);
      // An Output is known by its place in the args.
      return [isToken(version) ? version : `${secret.project}/${secret.secretId}`, secret];
    }),
  );
  const grants = [...secrets].map(
    ([path, secret]) =>
      new SecretIamMember(
        `${name}-connection-grant-${host}/${path}`,
        { ...secret, role: "roles/secretmanager.secretAccessor", member },
        // Google creates the service agent when the API is enabled.
        after(opts, services.cloudBuild, services.secretManager),
      ),
  );
  const word = host.slice(0, host.indexOf("."));
  return new Connection(
    `${name}-connection-${host}`,
    { project, location, name: shortened(`${args.namePrefix}-${word}`, 60), ...config.args },
    after(opts, services.cloudBuild, ...grants),
  );
}

import type { AwsDescription } from "../settings";
import type * as pulumi from "@pulumi/pulumi";
import { Connection } from "@pulumi/aws/codeconnections/connection";

import { authorised } from "./settings";
import { connectedHosts, connectionName, connectionProviders } from "./sources";
import { stackTags } from "../names";

/** The connection by which CodeBuild reaches a host of source code. */
export interface HostConnection {
  arn: pulumi.Input<string>;
  /** Whether somebody has authorised it; until then CodeBuild refuses a project that uses it. */
  usable: boolean;
  /** The connection, where the stack creates it. */
  connection?: Connection;
}

/** The connections of a description by the host. */
export type Connections = ReadonlyMap<string, HostConnection>;

/**
 * A connection for each host of source code: the one that the description names, or one that the stack creates, which somebody
 * has to authorise once in the console: AWS has no API for that.
 */
export function createConnections(
  name: string,
  args: AwsDescription,
  opts: pulumi.CustomResourceOptions,
): Connections {
  const { connections } = args.aws.builds;
  return new Map(
    connectedHosts(args.builds).map((host): [string, HostConnection] => {
      const given = connections[host];
      if (given?.startsWith("arn:") === true) return [host, { arn: given, usable: true }];
      const connection = new Connection(
        `${name}-connection-${host}`,
        {
          name: connectionName(args.namePrefix, host),
          providerType: connectionProviders[host],
          tags: stackTags(args),
        },
        // Another name would replace a connection that somebody has authorised.
        { ...opts, ignoreChanges: ["name"] },
      );
      return [host, { arn: connection.arn, usable: given === authorised, connection }];
    }),
  );
}

import { z } from "zod";
import { inputOf } from "../../core/tokens";
import { type Source, sourceOf } from "../../model/build-sources";

/** Region word for triggers of the first generation that belong to no region. */
export const globalLocation = "global";

const secretVersion = (what: string) =>
  inputOf(z.string().min(1))
    .optional()
    .meta({ description: `Version of a secret in Secret Manager that holds ${what}.` });

const existing = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/,
    "is not a name of a connection: lower-case letters, digits and -, starting with a letter",
  )
  .optional()
  .meta({ description: "Name of an existing connection, in place of the other keys." });

const github = z.strictObject({
  existing,
  installationId: z.int().positive().optional().meta({
    description:
      "Number of the installation of the Cloud Build GitHub App: the last part of the URL of its settings on GitHub.",
  }),
  tokenSecret: secretVersion("the token of the account that authorised the app"),
  firstGeneration: z.boolean().default(false).meta({
    description:
      "Whether the repositories are connected by hand as of the first generation, in place of the other keys. Defaults to false.",
  }),
});

const gitlab = z.strictObject({
  existing,
  tokenSecret: secretVersion("an access token with the scope api"),
  readTokenSecret: secretVersion("an access token with the scope read_api"),
  webhookSecret: secretVersion("a text by which GitLab's events are verified"),
});

const bitbucket = z.strictObject({
  existing,
  workspace: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Workspace of Bitbucket that is connected." }),
  tokenSecret: secretVersion(
    "an access token that may read repositories and administer their webhooks",
  ),
  readTokenSecret: secretVersion("an access token that may read repositories"),
  webhookSecret: secretVersion("a text by which Bitbucket's events are verified"),
});

/** Schema of `wharf:gcp.builds`: where Cloud Build runs, and how it reaches the hosts of source code. */
export const cloudBuildSettings = z.strictObject({
  location: z.string().min(1).optional().meta({
    description:
      "Region of triggers and connections, or `global` where all sources are connected as of the first generation. Defaults to the repositories' region.",
  }),
  workerPool: z
    .string()
    .regex(
      /^projects\/[a-z0-9.:-]+\/locations\/[a-z0-9-]+\/workerPools\/[a-z][a-z0-9-]{0,62}$/,
      "is not a private pool, as in projects/acme-registry/locations/europe-west3/workerPools/builders",
    )
    .optional()
    .meta({
      description:
        "Private pool of the same region whose workers run the builds. Defaults to Google's own workers.",
    }),
  connections: z
    .strictObject({
      "github.com": github.optional().meta({ description: "How GitHub is reached." }),
      "gitlab.com": gitlab.optional().meta({ description: "How GitLab is reached." }),
      "bitbucket.org": bitbucket.optional().meta({ description: "How Bitbucket is reached." }),
    })
    .prefault({})
    .meta({
      description:
        "Connections to the hosts of the sources, by host: an existing one, or the settings for a new one. Cloud Source Repositories need none.",
    }),
});

/** Checked `wharf:gcp.builds`. */
export type CloudBuildSettings = z.output<typeof cloudBuildSettings>;

/** A host that Cloud Build reaches by a connection. */
export type ConnectedHost = keyof CloudBuildSettings["connections"];

/** The hosts that Cloud Build reaches by a connection. */
export const connectedHosts: readonly ConnectedHost[] = [
  "github.com",
  "gitlab.com",
  "bitbucket.org",
];

/** Whether a host of source code is one that Cloud Build reaches by a connection. */
export function isConnected(host: string): host is ConnectedHost {
  return connectedHosts.some((one) => one === host);
}

/** The source of a checked build. */
export function checkedSource({ source }: { source: string }): Source {
  const read = sourceOf(source);
  if (read === undefined) throw new Error(`${source} is not a source`);
  return read;
}

/** A build's source as the rules see it, and the index of the build. */
export interface DescribedSource extends Source {
  index: number;
}

/** The sources of builds, except those that cannot be read. */
export function sourcesOf({
  builds,
}: {
  builds: readonly { source: string }[];
}): DescribedSource[] {
  return builds.flatMap(({ source }, index) => {
    const read = sourceOf(source);
    return read === undefined ? [] : [{ ...read, index }];
  });
}

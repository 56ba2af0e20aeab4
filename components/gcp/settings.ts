import type { SharedDescription } from "../model/description";
import { z } from "zod";
import { inputOf } from "../core/tokens";

import { cloudBuildSettings } from "./cloud-build/settings";
import { domains } from "./locations";
import { repositoryIdGrammar, repositoryIdRule } from "./repository-ids";
import { VpcServiceControls, PlatformLogs, DownloadAction } from "./choices";

const repositoryName = z
  .string()
  .regex(
    repositoryIdGrammar,
    `is not a valid name for a repository in Artifact Registry: a name ${repositoryIdRule}`,
  );

const virtual = z.strictObject({
  name: repositoryName.meta({ description: "Name of the repository." }),
  upstreams: z.array(z.string()).min(1).optional().meta({
    description:
      "Names of this description's repositories and caches, in the order in which an image is looked up. Defaults to all repositories, then all caches.",
  }),
});

const downloadRule = z.strictObject({
  name: z
    .string()
    .regex(
      /^[\w.~:@+^-]{1,256}$/,
      "is not a name of a download rule: letters, digits and - . _ ~ : @ + ^, 256 at most",
    )
    .meta({ description: "Name of the rule." }),
  repository: z
    .string()
    .meta({ description: "Repository of this description that the rule is for." }),
  action: z.enum(DownloadAction).meta({ description: "What happens to a download that matches." }),
  condition: z.string().min(1).optional().meta({
    description:
      "Which downloads match, in CEL, as in `pkg.version.id == 'sha256:...'`. Defaults to all.",
  }),
});

const projectSettings = z.strictObject({
  owner: z
    .string("is missing; name the stack that manages these settings")
    .min(1, "is empty; name the stack that manages these settings")
    .meta({
      description:
        "Name of the one stack that manages these settings: a project has them once for each location.",
    }),
  platformLogs: z.enum(PlatformLogs).optional().meta({
    description:
      "Least severity of Artifact Registry's platform logs, or `disabled`. Defaults to the project's existing setting.",
  }),
  vpcServiceControls: z.enum(VpcServiceControls).optional().meta({
    description:
      "Whether remote repositories may reach their upstream from inside a VPC Service Controls perimeter. Defaults to the project's existing setting.",
  }),
});

/** Schema of `wharf:gcp`: settings that only this target has. */
export const gcpSettings = z.strictObject({
  location: z.string().min(1).optional().meta({
    description:
      "Location of the repositories: a region, or `asia`, `europe` or `us`. Defaults to the provider's region, `gcp:region`.",
  }),
  enableServices: z.boolean().default(true).meta({
    description:
      "Whether Wharf enables the APIs that it needs. They stay enabled when the stack is removed. Defaults to true; set false where somebody else enables them.",
  }),
  sharedRepositories: z.array(repositoryName).default([]).meta({
    description:
      "Artifact Registry repositories that hold several of `wharf:repositories`: with `shop`, `shop/api` and `shop/web` are the images `api` and `web` of the repository `shop`. Who may pull and push, immutable tags and scans are the same for all images of one; retention may differ. Only for a new stack, since an image's address changes with it. Defaults to none, one repository for each.",
  }),
  virtualRepositories: z.array(virtual).default([]).meta({
    description: "Virtual repositories, which answer for several others. Defaults to none.",
  }),
  domains: z.array(z.enum(domains)).default([]).meta({
    description:
      "Domains of Container Registry, such as `gcr.io`, whose images move to Artifact Registry under their old names. Defaults to none.",
  }),
  conditions: z.array(z.unknown()).default([]).meta({
    description:
      "Refused: the provider loses conditions on grants of repositories. Grant with a condition on the project.",
  }),
  deletingRole: z
    .string()
    .regex(
      /^[a-zA-Z0-9_.]{3,64}$/,
      "is not the id of a custom role: 3 to 64 letters, digits, _ and .",
    )
    .optional()
    .meta({
      description:
        "Id of the project's custom role for only deleting images, which is created where somebody has only that right. Google keeps the id of a deleted role for 37 days; `up` takes it back in the first 7, and needs another one in the 30 after. Defaults to wharf_, the stack's name and _delete.",
    }),
  downloadRules: z.array(downloadRule).default([]).meta({
    description: "Downloads that are allowed or denied, whoever may pull. Defaults to none.",
  }),
  identityPool: z
    .string()
    .regex(
      /^(?!gcp-)[a-z][a-z0-9-]{3,17}$/,
      "is not a prefix for the id of an identity pool: 4 to 18 lower-case letters, digits and -, starting with a letter, not with gcp-",
    )
    .optional()
    .meta({
      description:
        "Prefix of the ids of the workload identity pools, of which each issuer of `wharf:identities` has one. Google keeps the id of a deleted pool for 30 days, during which another prefix is needed. Defaults to wharf- and the stack's name.",
    }),
  jwks: z
    .record(z.url({ protocol: /^https$/ }), inputOf(z.string().min(1)))
    .default({})
    .meta({
      description:
        "Public keys (JWKS, as JSON) of issuers of `wharf:identities` that Google cannot reach, such as a self-managed GitLab in a private network, by the issuer's URL: curl ISSUER/oauth/discovery/keys. Defaults to the keys that Google reads from the issuer.",
    }),
  builds: cloudBuildSettings.prefault({}).meta({
    description: "Where Cloud Build runs `wharf:builds`, and how it reaches their sources.",
  }),
  projectSettings: projectSettings.optional().meta({
    description:
      "Settings of Artifact Registry in the whole project. Defaults to leaving them unchanged.",
  }),
});

/** Checked `wharf:gcp`. */
export type GcpSettings = z.output<typeof gcpSettings>;

/** A checked description as this target reads it. */
export interface GcpDescription extends SharedDescription {
  gcp: GcpSettings;
  /** Id of the project, where a component's args name it. */
  project?: string;
}

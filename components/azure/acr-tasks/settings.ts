import { z } from "zod";
import { inputOf } from "../../core/tokens";
import { resourceId } from "../resource-id";
import { AgentPoolTier } from "../choices";

/** Hosts whose commits can start a task, and whose code a task reads with a token. */
export const TokenHost = { GitHub: "github.com", AzureRepos: "dev.azure.com" } as const;
export type TokenHost = (typeof TokenHost)[keyof typeof TokenHost];

const token = z.strictObject({
  token: inputOf(
    z.string().min(1).meta({
      description:
        "Personal access token, with which ACR creates the webhook that starts a build and reads private code. On GitHub it needs the scopes repo and admin:repo_hook, on Azure Repos Code (read and status).",
      secret: true,
    }),
  ),
  expires: z.iso.date("is not a date such as 2027-01-31").meta({
    description:
      "Day on which the token expires, for example 2027-01-31: every such token has one.",
  }),
});

const agentPool = z.strictObject({
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9-]{3,20}$/,
      "is not the name of an agent pool: 3 to 20 letters, digits and -",
    )
    .meta({ description: "Name of the agent pool." }),
  tier: z.enum(AgentPoolTier).optional().meta({
    description:
      "Size of its machines: S1, S2 and S3 have 2, 4 and 8 processors, I6 has 64 on a dedicated machine. With it the pool is created; without it, `name` is an existing pool.",
  }),
  count: z.int().min(0).max(100).default(1).meta({
    description: "Machines of a pool that is created, billed by the hour. Defaults to 1.",
  }),
  subnet: resourceId("a subnet", "Microsoft.Network", "virtualNetworks", "subnets")
    .optional()
    .meta({
      description:
        "Subnet of a pool that is created, so that builds reach private addresses. Defaults to Azure's own network.",
    }),
});

/** Schema of `wharf:azure.builds`: the settings of builds that only this target has. */
export const azureBuildSettings = z.strictObject({
  tokens: z
    .strictObject({
      [TokenHost.GitHub]: token.optional().meta({ description: "Token for github.com." }),
      [TokenHost.AzureRepos]: token.optional().meta({ description: "Token for dev.azure.com." }),
    })
    .prefault({})
    .meta({
      description:
        "Tokens by the host of the source code. Without one, a build of github.com needs public code and is started by its schedule, a new base image or by hand; builds of dev.azure.com are refused. Defaults to none.",
    }),
  taskFiles: z.record(z.string(), z.string().min(1)).default({}).meta({
    description:
      "Task file in the source code by a build's name, instead of the steps that Wharf generates from its tags, platforms, arguments, Dockerfile and cache. Defaults to none.",
  }),
  agentPool: agentPool.optional().meta({
    description:
      "Agent pool that the builds run on, on Premium (preview). Defaults to Azure's own machines.",
  }),
});

/** Checked settings of builds of this target. */
export type AzureBuildSettings = z.output<typeof azureBuildSettings>;

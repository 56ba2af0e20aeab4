import { z } from "zod";
import { inputOf } from "../../core/tokens";
import { resourceId } from "../resource-id";
import { AgentPoolTier } from "../choices";

/** Hosts that a task starts on commits of, and takes code from by a token. */
export const TokenHost = { GitHub: "github.com", AzureRepos: "dev.azure.com" } as const;
export type TokenHost = (typeof TokenHost)[keyof typeof TokenHost];

const token = z.strictObject({
  token: inputOf(
    z.string().min(1).meta({
      description:
        "Personal access token, by which ACR sets up the webhook that starts a build and reads code that is not public. On GitHub it needs the scopes repo and admin:repo_hook, on Azure Repos Code (read and status).",
      secret: true,
    }),
  ),
  expires: z.iso.date("is no date such as 2027-01-31").meta({
    description: "Day on which the token ends, as 2027-01-31: every such token has one.",
  }),
});

const agentPool = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9-]{3,20}$/, "is no agent pool's name: 3 to 20 letters, digits and -")
    .meta({ description: "Name of the agent pool." }),
  tier: z.enum(AgentPoolTier).optional().meta({
    description:
      "Size of its machines, 2, 4 and 8 processors and 64 of a machine of one's own; a pool of it is created. Without it the pool is one that is there.",
  }),
  count: z.int().min(0).max(100).default(1).meta({
    description: "Machines of a pool that is created, billed by the hour. Defaults to 1.",
  }),
  subnet: resourceId("a subnet", "Microsoft.Network", "virtualNetworks", "subnets")
    .optional()
    .meta({
      description:
        "Subnet of a pool that is created, so that builds reach what is private there. Defaults to Azure's own.",
    }),
});

/** Schema of `wharf:azure.builds`: what only this target asks of builds. */
export const azureBuildSettings = z.strictObject({
  tokens: z
    .strictObject({
      [TokenHost.GitHub]: token.optional().meta({ description: "Token for github.com." }),
      [TokenHost.AzureRepos]: token.optional().meta({ description: "Token for dev.azure.com." }),
    })
    .prefault({})
    .meta({
      description:
        "Tokens by the host of the source code. Without one a build of github.com is of public code and starts by its schedule, a new base image or by hand, and none of dev.azure.com can be. Defaults to none.",
    }),
  taskFiles: z.record(z.string(), z.string().min(1)).default({}).meta({
    description:
      "Task file in the source code by a build's name, in place of the steps that Wharf makes of its tags, platforms, arguments, Dockerfile and cache. Defaults to none.",
  }),
  agentPool: agentPool.optional().meta({
    description:
      "Machines of one's own that the builds run on, on Premium (preview). Defaults to Azure's.",
  }),
});

/** Checked settings of builds of this target. */
export type AzureBuildSettings = z.output<typeof azureBuildSettings>;

import type { TaskArgs } from "@pulumi/azure-native/containerregistry/task";
import * as pulumi from "@pulumi/pulumi";
import { sourceOf } from "../../model/build-sources";
import { type Build, defaultBranch } from "../../model/builds";
import { isTokenHost } from "../rules/builds";
import { type AzureBuildSettings, TokenHost } from "./settings";

/** Where a task finds the code of a build. */
export interface BuildContext {
  /** Host of the code; the rules refuse any other. */
  host: TokenHost;
  /** URL of the repository. */
  url: string;
  branch: string;
  /** Token for the host, a secret; undefined for public code. */
  token: pulumi.Output<string> | undefined;
}

/** Where the code of a build is, and the token that reads it. */
export function contextOf(build: Build, { tokens }: AzureBuildSettings): BuildContext {
  const { host = "", url = "" } = sourceOf(build.source) ?? {};
  const known = isTokenHost(host) ? host : TokenHost.GitHub;
  const token = tokens[known]?.token;
  return {
    host: known,
    url,
    branch: build.branch ?? defaultBranch,
    token: token === undefined ? undefined : pulumi.secret(token),
  };
}

/**
 * What starts a build: commits on its branch, where a token lets ACR create the webhook; a new base image in this registry, on
 * Docker Hub or in Microsoft's registry; and its schedule, in UTC.
 */
export function triggersOf(
  { schedule, onBaseImage }: Build,
  { host, url, branch, token }: BuildContext,
): NonNullable<TaskArgs["trigger"]> {
  return {
    ...(token !== undefined && {
      sourceTriggers: [
        {
          name: "commits",
          status: "Enabled",
          sourceTriggerEvents: ["commit"],
          sourceRepository: {
            repositoryUrl: url,
            branch,
            sourceControlType: host === TokenHost.GitHub ? "Github" : "VisualStudioTeamService",
            sourceControlAuthProperties: { token, tokenType: "PAT" },
          },
        },
      ],
    }),
    ...(onBaseImage && {
      baseImageTrigger: {
        name: "base-image",
        status: "Enabled",
        // The base image of the last stage; those of earlier stages are not in the image that is pushed.
        baseImageTriggerType: "Runtime",
        updateTriggerPayloadType: "Default",
      },
    }),
    ...(schedule !== undefined && {
      timerTriggers: [{ name: "schedule", schedule, status: "Enabled" }],
    }),
  };
}

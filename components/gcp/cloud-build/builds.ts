import type { GcpDescription } from "../settings";
import type * as pulumi from "@pulumi/pulumi";
import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import { Trigger, type TriggerArgs } from "@pulumi/gcp/cloudbuild/trigger";
import { isExact } from "../../builds/branches";
import { cloudBuild } from "../../builds/cloud-build";
import { BuildCache, type Build } from "../../model/builds";

import { createBuildAccount, type BuildAccount } from "./accounts";
import { createConnections } from "./connections";
import { createBuildSchedule, type BuildSchedule } from "./schedules";
import { eventOf, linkSources } from "./sources";
import type { Place } from "../place";
import { after, type Services } from "../services";
import { shortened } from "../labels";

/** A build of an image by Cloud Build. */
export interface ImageBuild extends BuildAccount {
  /** Starts it when somebody pushes. */
  trigger: Trigger;
  /** Starts it on a schedule; undefined where it has none. */
  schedule?: BuildSchedule;
}

/** Where Cloud Build runs for a stack: in the registry's project, in the region of the builds. */
function buildPlace({ gcp }: Pick<GcpDescription, "gcp">, place: Place): Place {
  return { project: place.project, location: gcp.builds.location ?? place.location };
}

/** Name of a build's trigger on Google Cloud, at most 54 characters: a second trigger adds `scheduled-`, and 64 is the limit. */
function triggerName({ namePrefix }: Pick<GcpDescription, "namePrefix">, { name }: Build): string {
  return shortened(`${namePrefix}-${name}`, 54);
}

/** The builds of a description, by name: each is a trigger that runs as its own service account. */
export function createBuilds(
  name: string,
  args: GcpDescription,
  registryPlace: Place,
  inputs: {
    services: Services;
    repositories: Record<string, Repository>;
    /** Repository name to the address that an image name starts with. */
    addresses: Record<string, string>;
  },
  opts: pulumi.CustomResourceOptions,
): Record<string, ImageBuild> {
  const { services, addresses } = inputs;
  const place = buildPlace(args, registryPlace);
  const connections = createConnections(name, args, place, services, opts);
  const linked = linkSources(name, args, place, { services, connections }, opts);
  const created = args.builds.map((build) => {
    const { account, grants } = createBuildAccount(name, build, args, place, inputs, opts);
    const granted = after(opts, services.cloudBuild, ...grants);
    const shared = {
      ...place,
      serviceAccount: account.id,
      build: definitionOf(build, args, addresses),
      ...(build.approval && { approvalConfig: { approvalRequired: true } }),
    };
    const nameOfTrigger = triggerName(args, build);
    const trigger = new Trigger(
      `${name}-build-${build.name}`,
      {
        ...shared,
        name: nameOfTrigger,
        description: `Builds ${build.repository} when somebody pushes`,
        ...eventOf(build, linked),
        ...(build.paths.length > 0 && { includedFiles: build.paths }),
      },
      granted,
    );
    const schedule = createBuildSchedule(
      name,
      build,
      args,
      place,
      { services, linked, shared, triggerName: nameOfTrigger },
      granted,
    );
    return [build.name, { account, grants, trigger, ...(schedule && { schedule }) }] as const;
  });
  return Object.fromEntries(created);
}

/** What a build does, on the workers that the description names. */
function definitionOf(
  build: Build,
  { gcp }: GcpDescription,
  addresses: Record<string, string>,
): TriggerArgs["build"] {
  const { workerPool } = gcp.builds;
  const { kind, repository } = build.cache;
  const cacheAddress =
    kind === BuildCache.Registry && repository !== undefined ? addresses[repository] : undefined;
  const definition = cloudBuild(build, {
    address: addresses[build.repository] ?? "",
    ...(cacheAddress !== undefined && { cacheAddress }),
  });
  return workerPool === undefined
    ? definition
    : { ...definition, options: { ...definition.options, workerPool } };
}

/** The commands that start builds by hand, by the build's name. */
export function buildCommands(args: GcpDescription, registryPlace: Place): Record<string, string> {
  const { project, location } = buildPlace(args, registryPlace);
  return Object.fromEntries(
    args.builds.map((build) => {
      const { branch, tag } = build;
      const [option, pattern, example] =
        branch === undefined ? ["--tag", tag ?? "", "TAG"] : ["--branch", branch, "BRANCH"];
      const revision = isExact(pattern) ? pattern : example;
      return [
        build.name,
        `gcloud builds triggers run ${triggerName(args, build)} --project ${project} --region ${location} ${option} ${revision}`,
      ];
    }),
  );
}

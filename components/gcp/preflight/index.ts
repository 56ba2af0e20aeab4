import type { GcpDescription } from "../settings";
import type { Problem } from "../../core/problems";

import { buildLocationProblems } from "../cloud-build/locations";
import { credentialProblems } from "./credentials";
import { keyLocationProblems } from "../encryption-key";
import { unknownLocation, unlistedRegion } from "../locations";
import { providerSetting } from "../place";
import { projectId } from "../rules/clusters";
import { ownerProblems } from "../project-settings";
import { repositoryLocations } from "../rules/repositories";

/** What is missing before anything can be created, found without calling Google: project, region, credentials. */
export async function preflight(args: GcpDescription): Promise<Problem[]> {
  return [
    ...projectProblems(),
    ...regionProblems(args),
    ...ownerProblems(args),
    ...(await credentialProblems()),
  ];
}

/** What a preview says of locations that this release does not know. */
export function warnings({ gcp, builds }: GcpDescription): string[] {
  const region = providerSetting("region");
  const what = "location of Artifact Registry";
  return [
    ...(gcp.location !== undefined
      ? unlistedRegion(["gcp", "location"], gcp.location, what)
      : region !== undefined
        ? unlistedRegion(region.from, region.value, what)
        : []),
    ...(builds.length > 0 && gcp.builds.location !== undefined
      ? unlistedRegion(["gcp", "builds", "location"], gcp.builds.location, "region of Cloud Build")
      : []),
  ];
}

function projectProblems(): Problem[] {
  const project = providerSetting("project");
  if (project === undefined) {
    return [
      {
        key: "gcp:project",
        message: "is not set, nor is GOOGLE_PROJECT; set the id of the project",
        fix: "pulumi config set gcp:project PROJECT_ID",
      },
    ];
  }
  if (projectId.test(project.value)) return [];
  return [
    {
      key: project.from,
      message: /^\d+$/.test(project.value)
        ? `${project.value} is the number of a project; set its id, which gcloud projects describe ${project.value} --format 'value(projectId)' shows`
        : `"${project.value}" is not a project id: 6 to 30 lower-case letters, digits and hyphens, starting with a letter`,
      fix: "gcloud projects list",
    },
  ];
}

/** Problems of the provider's region, where the description has no location. */
function regionProblems(args: GcpDescription): Problem[] {
  const { gcp, encryption } = args;
  if (gcp.location !== undefined) return [];
  const region = providerSetting("region");
  if (region === undefined) {
    return [
      {
        key: "gcp:region",
        message: "is not set, nor is GOOGLE_REGION; set the region of the repositories",
        fix: "pulumi config set gcp:region europe-west3",
      },
    ];
  }
  const set = (location: string) => `pulumi config set gcp:region ${location}`;
  const unknown = unknownLocation(region.from, region.value, set);
  if (unknown.length > 0) return unknown;
  return [
    ...keyLocationProblems(encryption.key, repositoryLocations(region.value, gcp.domains)),
    // A location of the builds in the description was checked by its rules.
    ...(gcp.builds.location === undefined ? buildLocationProblems(args, region.value) : []),
  ];
}

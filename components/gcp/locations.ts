import { unknownName, unlistedLocation } from "../core/names";
import type { Path } from "../core/fields";
import { keyOf } from "../core/messages";
import type { Problem } from "../core/problems";

/**
 * Domains of Container Registry that Artifact Registry serves, each from a repository with the name of the domain, and the location
 * that this repository must have (cloud.google.com/artifact-registry/docs/transition/gcr-repositories).
 */
export const domainLocations = {
  "gcr.io": "us",
  "us.gcr.io": "us",
  "eu.gcr.io": "europe",
  "asia.gcr.io": "asia",
} as const;

/** A domain of Container Registry. */
export type Domain = keyof typeof domainLocations;

/** The domains, for a schema. */
export const domains = Object.keys(domainLocations) as [Domain, ...Domain[]];

/** Multi-regional locations of Artifact Registry; Cloud KMS has them under the same names. */
const multiRegions = ["asia", "europe", "us"];

/** Whether a location has several regions; only repositories and keys can be in one. */
export function isMultiRegion(location: string): boolean {
  return multiRegions.includes(location);
}

/**
 * Locations of Artifact Registry: the hosts `LOCATION-docker.pkg.dev` that `gcloud auth configure-docker` of the Google Cloud CLI
 * registered in summer 2026, and Bangkok, `asia-southeast3`. `gcloud artifacts locations list` asks Google for them.
 */
export const locations: readonly string[] = [
  ...multiRegions,
  "africa-south1",
  "asia-east1",
  "asia-east2",
  "asia-northeast1",
  "asia-northeast2",
  "asia-northeast3",
  "asia-south1",
  "asia-south2",
  "asia-southeast1",
  "asia-southeast2",
  "asia-southeast3",
  "australia-southeast1",
  "australia-southeast2",
  "europe-central2",
  "europe-north1",
  "europe-north2",
  "europe-southwest1",
  "europe-west1",
  "europe-west10",
  "europe-west12",
  "europe-west2",
  "europe-west3",
  "europe-west4",
  "europe-west6",
  "europe-west8",
  "europe-west9",
  "me-central1",
  "me-central2",
  "me-west1",
  "northamerica-northeast1",
  "northamerica-northeast2",
  "northamerica-south1",
  "southamerica-east1",
  "southamerica-west1",
  "us-central1",
  "us-central2",
  "us-east1",
  "us-east4",
  "us-east5",
  "us-east7",
  "us-south1",
  "us-west1",
  "us-west2",
  "us-west3",
  "us-west4",
  "us-west8",
];

/** Form of a region's name, as in `europe-west12`. */
const regionForm = /^[a-z]+-[a-z]+\d+$/;

/** Whether a name has the form of a region; whether Google has opened it is not known. */
export function isRegion(location: string): boolean {
  return regionForm.test(location);
}

/** The warning of a region that has Google's form and that `locations` lacks; none where it has it. */
export function unlistedRegion(at: Path | string, location: string, what: string): string[] {
  const warning = isRegion(location) ? unlistedLocation(at, location, locations, what) : undefined;
  return warning === undefined ? [] : [warning];
}

/**
 * The problem of a location that Artifact Registry cannot have: a zone, or a name of another form. One that the list lacks is a
 * warning, `unlistedRegion`.
 * @param at the key that names it: a path of the description, or `gcp:region`
 * @param set the command that sets a known one
 */
export function unknownLocation(
  at: Path | string,
  location: string,
  set: (location: string) => string,
): Problem[] {
  const zone = /^(.+)-[a-f]$/.exec(location)?.[1];
  if (zone !== undefined && isRegion(zone)) {
    return [
      {
        key: typeof at === "string" ? at : keyOf(at),
        message: `"${location}" is a zone; repositories are in a region, ${zone}, or in ${multiRegions.join(", ")}`,
        fix: set(zone),
      },
    ];
  }
  if (isRegion(location)) return [];
  return unknownName(at, location, locations, {
    predicate: "is not a location of Artifact Registry",
    ending: "; gcloud artifacts locations list shows them",
    set,
  });
}

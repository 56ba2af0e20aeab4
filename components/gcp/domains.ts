/**
 * Domains of Container Registry that Artifact Registry serves, each from a repository of the domain's name, and the location that
 * this repository must have (cloud.google.com/artifact-registry/docs/transition/gcr-repositories).
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

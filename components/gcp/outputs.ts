import type { RegistryArgs } from "../registry";
import { hostOf, projectInName, type Place } from "./place";
import { imageName, repositoryId } from "./repository-ids";

/** How clients reach the registry: plain values, since Google's addresses follow from the names. */
export interface Addresses {
  /** Host of the repositories, and the domains of Container Registry. */
  hosts: string[];
  /** Repository name to the address that an image name starts with. */
  repositories: Record<string, string>;
  login: string;
  push: string;
  pull: string;
}

/** The addresses of a description's repositories and the commands that use them. */
export function addressesOf({ caches, gcp, repositories }: RegistryArgs, place: Place): Addresses {
  const host = hostOf(place.location);
  const project = projectInName(place.project);
  const addresses = {
    ...Object.fromEntries(
      repositories.map(({ name }) => [
        name,
        `${host}/${project}/${repositoryId(name)}/${imageName(name)}`,
      ]),
    ),
    ...Object.fromEntries(
      [...caches, ...gcp.virtuals].map(({ name }) => [name, `${host}/${project}/${name}`]),
    ),
    ...Object.fromEntries(gcp.domains.map((domain) => [domain, `${domain}/${project}`])),
  };
  const hosts = [host, ...gcp.domains];
  const example = `${Object.values(addresses)[0] ?? `${host}/${project}/IMAGE`}:1.0.0`;
  return {
    hosts,
    repositories: addresses,
    login: `gcloud auth configure-docker ${hosts.join(",")}`,
    push: `docker tag IMAGE ${example} && docker push ${example}`,
    pull: `docker pull ${example}`,
  };
}

import type * as pulumi from "@pulumi/pulumi";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import type { RegistryArgs } from "../registry";
import type { Place } from "./place";
import { after, type Services } from "./services";

/**
 * Artifact Registry's service agent of the project, which reads the keys and secrets that repositories need; undefined where none
 * needs any. Google makes it with the first repository, which is too late for that one's key. Its name holds the project's
 * number, so that it is read from the resource and not put together.
 */
export function createServiceAgent(
  name: string,
  { encryption, caches }: RegistryArgs,
  { project }: Place,
  services: Services,
  opts: pulumi.CustomResourceOptions,
): ServiceIdentity | undefined {
  const readsSecrets = caches.some(({ credentials }) => credentials !== undefined);
  if (encryption.key === undefined && !readsSecrets) return undefined;
  return new ServiceIdentity(
    `${name}-service-agent`,
    { project, service: "artifactregistry.googleapis.com" },
    after(opts, services.artifactRegistry),
  );
}

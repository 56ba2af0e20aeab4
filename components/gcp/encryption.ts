import type { GcpDescription } from "./settings";
import { CryptoKey } from "@pulumi/gcp/kms/cryptoKey";
import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember";
import { KeyRing } from "@pulumi/gcp/kms/keyRing";
import type { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import type * as pulumi from "@pulumi/pulumi";
import { Deletion, guarded } from "../model/environment";

import { createdKey } from "./encryption-key";
import { stackLabels } from "./labels";
import { locationInNames, type Place } from "./place";
import { after, type Services } from "./services";

/**
 * The provider's `deletionPolicy`. Artifact Registry deletes a repository with all its images without asking, and Cloud KMS destroys
 * a key in the same way, so that this is the only protection.
 */
const policies = {
  [Deletion.Protect]: "PREVENT",
  [Deletion.Retain]: "ABANDON",
  [Deletion.Force]: "DELETE",
} as const;

/** The `deletionPolicy` of what holds images, or the key to them. */
export function deletionPolicy(deletion: Deletion): (typeof policies)[Deletion] {
  return policies[deletion];
}

const secondsPerDay = 24 * 60 * 60;

/** A key for the repositories of one location. */
export interface RepositoryKey {
  /** Name of the key, as `projects/.../cryptoKeys/...`. */
  keyName: pulumi.Input<string>;
  /** Lets Artifact Registry use the key; a repository that is created earlier is refused. */
  grant: CryptoKeyIAMMember;
  /** The key, where the stack created it. */
  created?: CryptoKey;
}

/**
 * The customer-managed keys that encrypt the images, by location, since Artifact Registry accepts only a key in the location of the
 * repository: the one that the description names, or one that the stack creates in each. Empty where Google's own key is used.
 */
export function createEncryption(
  name: string,
  args: GcpDescription,
  place: Place,
  locations: readonly string[],
  inputs: { services: Services; agent: ServiceIdentity | undefined },
  opts: pulumi.CustomResourceOptions,
): Record<string, RepositoryKey> {
  const { deletion, encryption } = args;
  const { services, agent } = inputs;
  if (encryption.key === undefined || agent === undefined) return {};
  const kept = guarded(deletion, opts);
  const keys = locations.map((location) => {
    const created =
      encryption.key === createdKey
        ? createKey(name, args, place, location, services, opts)
        : undefined;
    const keyName = created?.id ?? (encryption.key as string);
    const grant = new CryptoKeyIAMMember(
      `${name}-key-grant-${locationInNames(location)}`,
      {
        cryptoKeyId: keyName,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: agent.member,
      },
      // Images that stay are useless once Artifact Registry may no longer decrypt them.
      kept,
    );
    return [location, { keyName, grant, ...(created === undefined ? {} : { created }) }] as const;
  });
  return Object.fromEntries(keys);
}

/** A key with rotation, in its own key ring. Cloud KMS never frees a name, so that the provider generates both. */
function createKey(
  name: string,
  args: GcpDescription,
  { project }: Place,
  location: string,
  { kms }: Services,
  opts: pulumi.CustomResourceOptions,
): CryptoKey {
  const kept = guarded(args.deletion, opts);
  const ring = new KeyRing(
    `${name}-key-ring-${locationInNames(location)}`,
    { project, location },
    named(after(kept, kms)),
  );
  return new CryptoKey(
    `${name}-key-${locationInNames(location)}`,
    {
      keyRing: ring.id,
      purpose: "ENCRYPT_DECRYPT",
      rotationPeriod: `${args.encryption.rotationDays * secondsPerDay}s`,
      labels: stackLabels(args),
      deletionPolicy: deletionPolicy(args.deletion),
    },
    named(kept),
  );

  // What an up takes over of an earlier stack keeps the name that was generated then.
  function named(options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return { ...options, ignoreChanges: ["name"] };
  }
}

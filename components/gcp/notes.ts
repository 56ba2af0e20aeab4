import { estimate } from "../cost/estimate";
import { Deletion } from "../description/choices";
import type { RegistryArgs } from "../registry";
import { compileArtifactRegistry } from "../retention/artifact-registry";
import { expiresTagged } from "../retention/settings";
import { deliveryNotes } from "./delivery-notes";
import { createdKey } from "./encryption-key";
import type { Place } from "./place";
import { repositoryId } from "./repository-ids";

/** What a person should know about a registry on this target, a sentence each. */
export function notesFor(args: RegistryArgs, place: Place): string[] {
  return [
    ...imageNotes(args),
    ...deliveryNotes(args, place),
    ...deletionNotes(args, place),
    ...estimate(args).warnings,
    ...projectNotes(args),
  ];
}

/** What becomes of images and their tags. */
function imageNotes({ access, gcp, immutableTags, repositories }: RegistryArgs): string[] {
  const asked = new Set(repositories.map(({ retention }) => retention));
  const differences = [...asked].flatMap(
    (retention) => compileArtifactRegistry(retention).differences,
  );
  const wantsExceptions = repositories.some(
    (repository) => repository.immutableTags.enabled && repository.immutableTags.except.length > 0,
  );
  return [
    ...(access.public ? ["Anyone may pull from every repository without logging in."] : []),
    ...(wantsExceptions && immutableTags === undefined
      ? [
          "No tag may move, not even latest and stable: immutable tags of Artifact Registry know no exceptions. Push tags that move to a repository with immutableTags.enabled false.",
        ]
      : []),
    ...(repositories.some(({ retention }) => retention.dryRun)
      ? [
          "Cleanup policies in dry run delete nothing: what they would delete stands in Artifact Registry's Data Write audit log, with validateOnly. Set wharf:retention.dryRun to false once it is right.",
        ]
      : []),
    ...(repositories.some(({ retention }) => expiresTagged(retention) && !retention.dryRun)
      ? [
          "Cleanup policies delete images that have tags. To see first which ones, let wharf:retention.dryRun be true for some days.",
        ]
      : []),
    ...new Set(differences),
    ...(gcp.domains.length > 0
      ? [`Tags in ${gcp.domains.join(", ")} may move, as they could in Container Registry.`]
      : []),
  ];
}

/** What becomes of images when the stack goes. */
function deletionNotes(
  { deletion, encryption, repositories }: RegistryArgs,
  place: Place,
): string[] {
  const [first] = repositories;
  if (first === undefined) return [];
  const id = repositoryId(first.name);
  const imported = `projects/${place.project}/locations/${place.location}/repositories/${id}`;
  switch (deletion) {
    case Deletion.Force:
      return ["The repositories go with the stack, and all images with them."];
    case Deletion.Retain:
      return [
        `The repositories stay when the stack goes, its grants do not. The next up takes them over once they are imported, as by pulumi import gcp:artifactregistry/repository:Repository registry-repository-${id} ${imported}`,
        ...(encryption.key === createdKey
          ? [
              `Their key stays as well: name it in wharf:encryption.key before they are imported (gcloud artifacts repositories describe ${id} --location ${place.location} --format 'value(kmsKeyName)').`,
            ]
          : []),
      ];
    case Deletion.Protect:
      return [
        "The repositories are protected: set wharf:deletion to retain and run up before the stack can go.",
      ];
  }
}

/** What stays in the project. */
function projectNotes({ gcp }: RegistryArgs): string[] {
  return [
    ...(gcp.enableServices ? ["The APIs that Wharf enabled stay so when the stack goes."] : []),
    ...(gcp.projectSettings === undefined
      ? []
      : ["The project's settings of Artifact Registry stay as they are when the stack goes."]),
  ];
}

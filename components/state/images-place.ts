import type { SharedDescription } from "../model/description";
import { setCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import { selfHosted, Target } from "../model/environment";

import { agreement } from "./kept-images";
import type { StandingOutputs } from "./standing";

/** What of a description says where its images are. */
interface Described extends Pick<SharedDescription, "storage" | "target"> {
  kubernetes?: { volume: { existingClaim?: string } };
}

/**
 * Where a self-hosted registry keeps its images, in words that are the same as long as it is the same place; undefined
 * where the platform keeps them. It is an output of the stack, so that the next `up` knows what another place would hide.
 */
export function imagesPlace({ kubernetes, storage, target }: Described): string | undefined {
  if (!selfHosted.includes(target)) return undefined;
  const under = (directory: string | undefined) => (directory ?? "").replace(/^\/?|\/?$/g, "/");
  switch (storage.kind) {
    case "volume": {
      const claim = target === Target.Kubernetes ? kubernetes?.volume.existingClaim : undefined;
      const place = claim === undefined ? (storage.path ?? "volume") : `claim ${claim}`;
      return `${place}, ${storage.rootDirectory}`;
    }
    case "s3":
      return `s3 bucket ${storage.bucket}${under(storage.rootDirectory)} at ${storage.regionEndpoint ?? "Amazon"}`;
    case "gcs":
      return `gcs bucket ${storage.bucket}${under(storage.rootDirectory)}`;
    case "azure":
      return `azure container ${storage.accountName}/${storage.container}${under(storage.rootDirectory)}`;
  }
}

/** The word by which somebody agrees to another place of the images. */
export const storageName = "wharf:storage";

/**
 * The problem of a stack whose description now names another place for its images: the registry would start without them. Empty
 * where somebody agreed to that.
 */
export function placeProblems(
  args: Described & Pick<SharedDescription, "stack">,
  { images }: StandingOutputs,
  agreed: ReadonlySet<string>,
): Problem[] {
  const now = imagesPlace(args);
  if (images === undefined || now === undefined || images === now || agreed.has(storageName)) {
    return [];
  }
  return [
    {
      key: storageName,
      message: `the images are in ${images}, and the registry would look for them in ${now}: it would start without them. Put the description back, or take them along: npx wharf backup --to PLACE --stack ${args.stack} before it, npx wharf restore --from PLACE --stack ${args.stack} after it`,
      fix: agreement(storageName, args.stack),
    },
  ];
}

/**
 * The problem of a stack that is deployed on another target than its description now names: an update would delete the old
 * registry with its images before anyone could copy them. Empty for a new stack, and where the target is the same.
 */
export function switchingProblems(
  { target, stack }: Pick<SharedDescription, "target" | "stack">,
  standing: StandingOutputs,
): Problem[] {
  if (standing.target === undefined || standing.target === target) return [];
  return [
    {
      key: "wharf:target",
      message: `"${target}" is not the target that the stack is deployed on, ${standing.target}: its registry and the images in it would be deleted. Describe ${target} in a stack of its own (pulumi stack init ${stack}-${target} --copy-config-from ${stack}), copy the images, and remove this one`,
      fix: setCommand(["target"], standing.target),
    },
  ];
}

import { withDefaults } from "../components/description/defaults";
import type { Deletion, Environment, Target } from "../components/description/choices";
import { descriptionSchema } from "../components/description/schema";
import type { ImageReferences, StackFile } from "./stack-file";

/** What a command needs to know of a description before the engine reads the whole of it. */
export interface Essentials {
  target: Target;
  environment: Environment;
  /** What becomes of images when the stack goes. */
  deletion: Deletion;
  /** References of the images that will run, those left out that will not. */
  images: ImageReferences;
  /** Docker host that the stack's config names; undefined where it names none. */
  dockerHost?: string;
}

/**
 * Reads the essentials from a stack's config file. Undefined where one of them is wrong: the program, which reads the
 * whole description, then reports it together with all else that is.
 */
export function essentials(file: StackFile): Essentials | undefined {
  const parsed = descriptionSchema
    .pick({ target: true, environment: true, deletion: true, images: true })
    .safeParse({
      target: file.config("wharf:target"),
      environment: file.config("wharf:environment"),
      deletion: file.config("wharf:deletion"),
      images: file.chosenImages(),
    });
  if (!parsed.success) return undefined;
  const { target, environment, deletion, images } = withDefaults({
    ...descriptionSchema.parse({}),
    ...parsed.data,
  });
  const cache = (file.config("wharf:engine") as { cache?: Record<string, unknown> } | undefined)
    ?.cache;
  const redisBeside = cache?.kind === "redis" && cache.addresses === undefined;
  return {
    target,
    environment,
    deletion,
    images: { registry: images.registry, ...(redisBeside && { redis: images.redis }) },
    dockerHost: file.config("docker:host") as string | undefined,
  };
}

import { withDefaults } from "../../components/model/description";
import type { Deletion, Environment, Target } from "../../components/model/environment";
import { descriptionSchema, type Key } from "../../components/description/schema";
import { z } from "zod";
import type { DockerHost } from "../../components/docker/host";
import type { Images } from "../../offline/images/images";
import type { StackFile } from "./stack-file";

/** What a command needs to know of a description before the engine reads the whole of it. */
export interface Essentials {
  target: Target;
  environment: Environment;
  /** What becomes of images when the stack goes. */
  deletion: Deletion;
  /** References of the images that will run, those left out that will not. */
  images: Images;
  /** What the stack's config says of its Docker host; what is encrypted there is left out. */
  docker: Partial<DockerHost>;
}

/** Some keys of a stack's config file, checked by themselves; undefined where one of them is wrong, which the program reports. */
export function partOf<K extends Key>(
  file: StackFile,
  keys: readonly K[],
): Pick<z.output<typeof descriptionSchema>, K> | undefined {
  const shape = Object.fromEntries(keys.map((key) => [key, descriptionSchema.shape[key]]));
  const values = Object.fromEntries(keys.map((key) => [key, file.config(`wharf:${key}`)]));
  const parsed = z.object(shape).safeParse(values);
  return parsed.success
    ? (parsed.data as unknown as Pick<z.output<typeof descriptionSchema>, K>)
    : undefined;
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
      images: file.config("wharf:images"),
    });
  if (!parsed.success) return undefined;
  const { target, environment, deletion, images } = withDefaults({
    ...descriptionSchema.parse({}),
    ...parsed.data,
  });
  const cache = (file.config("wharf:engine") as { cache?: Record<string, unknown> } | undefined)
    ?.cache;
  const text = (key: string) => {
    const value = file.config(key);
    return typeof value === "string" ? value : undefined;
  };
  const redisBeside = cache?.kind === "redis" && cache.addresses === undefined;
  return {
    target,
    environment,
    deletion,
    images: { registry: images.registry, ...(redisBeside && { redis: images.redis }) },
    docker: { host: text("docker:host"), certPath: text("docker:certPath") },
  };
}

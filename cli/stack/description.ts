import { z } from "zod";
import { checkDescription, descriptionOf } from "../../components/description/check";
import type { Deletion, Environment, Target } from "../../components/model/environment";
import { withDefaults } from "../../components/model/defaults";
import { keyOf } from "../../components/core/messages";
import { DescriptionError, type Problem } from "../../components/core/problems";
import { descriptionSchema, type Description, type Key } from "../../components/description/schema";
import { placed, withShared } from "../../components/description/shared";
import type { DockerHost } from "../../components/docker/host";
import type { Images } from "../../offline/images/images";
import { type StackConfig, withoutCiphers } from "./stack-config";

/** A description as it is written, without the defaults that follow from other parts. */
type Parsed = z.output<typeof descriptionSchema>;

/** What a stack's config describes, as far as that can be told without its secrets and without the engine. */
export interface ReadDescription {
  /** The description; undefined where it has problems. */
  args?: Description;
  /** What is wrong with it. What only the machine or the platform can tell is not among them. */
  problems: Problem[];
  /** Keys that are encrypted as a whole, so that nobody looked at them. */
  unread: string[];
}

/** Reads and checks the whole description. */
export function describedBy(config: StackConfig): ReadDescription {
  const { stack } = config;
  const { values: own, secrets, unread: unreadKeys } = config.opened();
  const unread = unreadKeys.map((key) => keyOf([key]));
  const secretKeys = new Set(secrets.map(([key]) => String(key)));
  let shared: Record<string, unknown> = {};
  let values = own;
  try {
    shared = config.shared;
    values = withShared(shared, own);
    const args = checkDescription({ stack, values, secretKeys });
    return { args, problems: [], unread };
  } catch (caught) {
    const error = placed(caught, shared, own);
    if (!(error instanceof DescriptionError)) throw error;
    // What replaces a secret here is not a key or a certificate; what is wrong with it is nobody's fault.
    const ofSecrets = new Set(secrets.map(keyOf));
    const problems = error.problems.filter(({ key }) => !ofSecrets.has(key));
    if (problems.length > 0) return { problems, unread };
    return { args: descriptionOf(descriptionSchema.parse(values), stack), problems, unread };
  }
}

/**
 * Some keys of a description, checked by themselves. Undefined where one of them is wrong, which the program reports together with
 * all else, and where one is encrypted as a whole.
 */
export function partOf<K extends Key>(
  config: StackConfig,
  keys: readonly K[],
): Pick<Parsed, K> | undefined {
  const { values: own, unread } = config.opened();
  if (keys.some((key) => unread.includes(key))) return undefined;
  const shape = Object.fromEntries(keys.map((key) => [key, descriptionSchema.shape[key]]));
  const values = Object.fromEntries(keys.map((key) => [key, config.overShared(key, own[key])]));
  const parsed = z.object(shape).safeParse(values);
  return parsed.success ? (parsed.data as unknown as Pick<Parsed, K>) : undefined;
}

/** What a command needs to know of a description before the engine reads the whole of it. */
export interface Essentials {
  target: Target;
  environment: Environment;
  /** What happens to images when the stack is removed. */
  deletion: Deletion;
  /** References of the images that will run, those left out that will not. */
  images: Images;
  /** What the stack's config says of its Docker host; what is encrypted there is left out. */
  docker: Partial<DockerHost>;
}

/** Reads the essentials; undefined as in {@link partOf}. */
export function essentials(config: StackConfig): Essentials | undefined {
  const parsed = partOf(config, ["target", "environment", "deletion", "images"]);
  if (parsed === undefined) return undefined;
  const { target, environment, deletion, images } = withDefaults({
    ...descriptionSchema.parse({}),
    // Whether the registry's image must have roles.
    ...partOf(config, ["auth", "users", "groups", "access", "repositories"]),
    ...partOf(config, ["immutableTags", "retention", "identities", "clusters", "endpoint"]),
    ...parsed,
  });
  const cache = partOf(config, ["distribution"])?.distribution.cache;
  const text = (key: string) => {
    const value = config.value(key);
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

/**
 * What a stack's config comes to: its file over wharf.yaml, with every default filled in and its secrets hidden. A key that is
 * wrong is left as it was written, since the differences of a wrong description are worth seeing too.
 * @returns values by config key, `wharf:target` as `aws:region`
 */
export function effectiveConfig(config: StackConfig): Record<string, unknown> {
  const foreign = Object.entries(config.own).filter(([key]) => !key.startsWith("wharf:"));
  const shape = descriptionSchema.shape;
  const written = (Object.keys(shape) as Key[]).map(
    (key) => [key, withoutCiphers(config.value(`wharf:${key}`))] as const,
  );
  const parsed = written.map(([key, value]) => {
    const result = shape[key].safeParse(value);
    return [key, result.success ? result.data : undefined, result.success, value] as const;
  });
  const right = Object.fromEntries(
    parsed.flatMap(([key, data, success]) => (success ? [[key, data]] : [])),
  );
  const filled = withDefaults({ ...descriptionSchema.parse({}), ...right } as Parsed);
  const wrong = Object.fromEntries(
    parsed.flatMap(([key, , success, value]) => (success ? [] : [[key, value]])),
  );
  const own = Object.entries({ ...filled, ...wrong })
    .filter(([key]) => key in shape)
    .map(([key, value]) => [`wharf:${key}`, value] as const);
  return withoutCiphers(Object.fromEntries([...own, ...foreign])) as Record<string, unknown>;
}

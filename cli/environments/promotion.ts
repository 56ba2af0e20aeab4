import { isDeepStrictEqual } from "node:util";
import { accessLists } from "../../components/model/access";
import { nearest } from "../../components/core/messages";
import { isBlock } from "../../components/core/fields";
import { newNamesOf } from "../../components/description/renamed-keys";
import { merged } from "../../components/description/shared";
import { descriptionSchema, type Key } from "../../components/description/schema";
import { refusal } from "../failure";
import { isCipher, type StackConfig } from "../stack/stack-config";

/** What belongs to an environment: where the registry is and answers, who may do what there, and what happens to it. */
const ofAnEnvironment: readonly Key[] = [
  ...(["target", "environment", "deletion", "lab", "endpoint", "tls", "storage"] as const),
  ...(["access", "auth", "groups", "clusters", "encryption", "resources", "usage"] as const),
  ...(["kubernetes", "aws", "gcp", "azure"] as const),
];

const keys = Object.keys(descriptionSchema.shape) as Key[];

/** A key of a stack's file that a promotion changes. */
export interface Promoted {
  /** Config key, `wharf:repositories`. */
  key: string;
  before: unknown;
  after: unknown;
}

/**
 * What carrying one stack's description over to another changes in the latter's file. What the former's own file says goes over, by
 * the rule of every merge: what only the latter says stays, and nothing is taken away. What belongs to an environment stays, unless
 * it is asked for by name; secrets always do, since each stack encrypts its own.
 * @param chosen keys to carry, without `wharf:`; those that do not belong to an environment where not given
 * @throws Failure where one is unknown
 */
export function promotion(from: StackConfig, to: StackConfig, chosen?: string[]): Promoted[] {
  const [source, target] = [from.own, to.own];
  const carried = chosen?.map(known) ?? keys.filter((key) => !ofAnEnvironment.includes(key));
  return carried.flatMap((name) => {
    const key = `wharf:${name}`;
    const value = source[key];
    const mine = chosen === undefined && name === "repositories" ? withoutAccess(value) : value;
    const after = merged(target[key], withoutSecrets(mine));
    return after === undefined || isDeepStrictEqual(after, target[key])
      ? []
      : [{ key, before: target[key], after }];
  });
}

function known(word: string): Key {
  const [name = ""] = newNamesOf([word.trim().replace(/^wharf:/, "")]);
  const key = keys.find((one) => one === name);
  if (key !== undefined) return key;
  const meant = nearest(name, keys);
  throw refusal(
    `--keys ${name} is not a key of a description${meant === undefined ? `. Keys: ${keys.join(", ")}` : `; did you mean ${meant}?`}`,
  );
}

/** Repositories without who may do what with each, which belongs to an environment. */
function withoutAccess(repositories: unknown): unknown {
  if (!Array.isArray(repositories)) return repositories;
  return repositories.map((repository) =>
    isBlock(repository)
      ? Object.fromEntries(Object.entries(repository).filter(([key]) => !(key in accessLists)))
      : (repository as unknown),
  );
}

function withoutSecrets(value: unknown): unknown {
  if (isCipher(value)) return undefined;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isBlock(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, part]) => [key, withoutSecrets(part)] as const)
      .filter(([, part]) => part !== undefined),
  );
}

import type { AwsDescription } from "./settings";
import { createHash } from "node:crypto";

/**
 * What each service of AWS allows in a name, by the service models of botocore 1.44: the characters, and the length. A name of a
 * project of CodeBuild is also part of its log group and of ARNs, and an alias of KMS has `alias/` in front.
 */
const rules = {
  alias: { refused: /[^A-Za-z0-9_-]/g, longest: 250 },
  connection: { refused: /[^A-Za-z0-9_.-]/g, longest: 32 },
  eventRule: { refused: /[^A-Za-z0-9_.-]/g, longest: 64 },
  policy: { refused: /[^\w+=,.@-]/g, longest: 128 },
  project: { refused: /[^A-Za-z0-9_-]/g, longest: 64 },
  role: { refused: /[^\w+=,.@-]/g, longest: 64 },
  secret: { refused: /[^\w/+=.@-]/g, longest: 256 },
  securityGroup: { refused: /[^\w .:/()#,@[\]+=&;{}!$*-]/g, longest: 255 },
  topic: { refused: /[^A-Za-z0-9_-]/g, longest: 256 },
} as const;

/** A kind of resource that has a name of its own in an account. */
export type Named = keyof typeof rules;

/**
 * The name of a resource that a registry has once in its account: `<prefix>-<part>`. Where the service does not allow a character, a
 * hyphen takes its place, and a name that is too long is cut at the end of its prefix. Then six digits of a hash of what was changed
 * keep two names apart.
 * @param part what tells it from others of its kind; none for a resource that a registry has once
 */
export function nameOf(kind: Named, namePrefix: string, part?: string): string {
  const { refused, longest } = rules[kind];
  const end = part === undefined ? "" : `-${part}`;
  const plain = (text: string) => text.replace(refused, "-");
  const whole = namePrefix + end;
  if (whole.length <= longest && plain(whole) === whole) return whole;
  // The hash is of the stack's name where the prefix is made from it, so that names of earlier versions stay.
  const cut = whole.length > longest;
  const hashed = cut && plain(whole) === whole ? namePrefix.replace(/^wharf-/, "") : whole;
  const digits = createHash("sha256").update(hashed).digest("hex").slice(0, 6);
  const room = Math.max(0, longest - digits.length - 1 - end.length);
  return `${plain(namePrefix).slice(0, room)}-${digits}${plain(end)}`.slice(0, longest);
}

/** The alias of a stack's key. */
export function keyAlias(namePrefix: string): string {
  return `alias/${nameOf("alias", namePrefix)}`;
}

/** A description that a service limits in length: the whole text, or its beginning. */
export function within(longest: number, text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 3).trimEnd()}...`;
}

/** Tag of every resource of a stack; its value is the stack's name. IAM policies match the stack's repositories by it. */
export const stackTag = "io.wharf.stack";

/** Tags of every resource of a stack: `wharf:labels` and Wharf's own; in a lab also the time when it expires. */
export function stackTags({
  stack,
  environment,
  expiresAt,
  labels,
}: Pick<AwsDescription, "stack" | "environment" | "expiresAt" | "labels">): Record<string, string> {
  return {
    ...labels,
    [stackTag]: stack,
    "io.wharf.environment": environment,
    ...(expiresAt !== undefined && { "io.wharf.expires-at": expiresAt }),
  };
}

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { checkDescription } from "../../components/description/check";
import { withDefaults } from "../../components/model/description";
import { fieldAt, type Path } from "../../components/core/fields";
import { keyOf } from "../../components/core/messages";
import { DescriptionError, type Problem } from "../../components/core/problems";
import { descriptionSchema } from "../../components/description/schema";
import { parseShared, placed, sharedFile, withShared } from "../../components/description/shared";
import type { Description } from "../../components/description/schema";
import { checkout, project, stackFilePath } from "../checkout";

/** What a stack's file describes, as far as that can be told without its secrets and without the engine. */
export interface FileDescription {
  /** The description; undefined where it has problems. */
  args?: Description;
  /** What is wrong with it. What only the machine or the platform can tell is not among them. */
  problems: Problem[];
  /** Keys that are encrypted as a whole, so that nobody looked at them. */
  unread: string[];
}

/** Texts that stand in for what is encrypted; each secret field takes one of them. */
const standIns: unknown[] = [
  "stands-in-for-a-secret",
  "c2VjcmV0",
  "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n",
  { type: "service_account", client_email: "stands-in", private_key: "stands-in" },
  JSON.stringify({ type: "service_account", client_email: "stands-in", private_key: "stands-in" }),
  {},
];

/**
 * Reads and checks the description that the text of a stack's file holds.
 * @param text what Pulumi.<stack>.yaml holds
 * @param stack name of the stack
 * @param sharedText what wharf.yaml holds, which all stacks share; nothing where there is none
 */
export function readFileDescription(text: string, stack: string, sharedText = ""): FileDescription {
  const config = (parse(text) as { config?: Record<string, unknown> } | null)?.config ?? {};
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith(`${project}:`))
    .map(([key, value]) => [key.slice(project.length + 1), value] as const);
  const unread = own.filter(([, value]) => isSecure(value)).map(([key]) => keyOf([key]));
  const secrets: Path[] = [];
  const raw = Object.fromEntries(own.filter(([, value]) => !isSecure(value)));
  const written = opened(raw, [], raw, secrets) as Record<string, unknown>;
  const secretKeys = new Set(secrets.map(([key]) => String(key)));
  let shared: Record<string, unknown> = {};
  let values = written;
  try {
    shared = parseShared(sharedText);
    values = withShared(shared, written);
    return {
      args: { ...checkDescription({ stack, values, secretKeys }), stack },
      problems: [],
      unread,
    };
  } catch (caught) {
    const error = placed(caught, shared, written);
    if (!(error instanceof DescriptionError)) throw error;
    // What stands in for a secret is no key and no certificate; what is wrong with it is nobody's fault.
    const ofSecrets = new Set(secrets.map(keyOf));
    const problems = error.problems.filter(({ key }) => !ofSecrets.has(key));
    if (problems.length > 0) return { problems, unread };
    return { args: { ...withDefaults(descriptionSchema.parse(values)), stack }, problems, unread };
  }
}

/**
 * The description of a stack of the checkout, read as it stands in its files.
 * @see readFileDescription
 */
export function readStackDescription(stack: string): FileDescription {
  const shared = path.join(checkout, sharedFile);
  return readFileDescription(
    readFileSync(stackFilePath(stack), "utf8"),
    stack,
    existsSync(shared) ? readFileSync(shared, "utf8") : "",
  );
}

/** Whether a value is one that Pulumi encrypted. */
function isSecure(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "secure" in value &&
    typeof value.secure === "string" &&
    Object.keys(value).length === 1
  );
}

/** A value with its encrypted parts replaced, whose paths are added to `secrets`. */
function opened(value: unknown, path: Path, values: unknown, secrets: Path[]): unknown {
  if (isSecure(value)) {
    secrets.push(path);
    const field = fieldAt(descriptionSchema, path, values);
    return (
      standIns.find((text) => field !== undefined && z.safeParse(field, text).success) ??
      standIns[0]
    );
  }
  if (Array.isArray(value))
    return value.map((part, index) => opened(part, [...path, index], values, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      opened(part, [...path, key], values, secrets),
    ]),
  );
}

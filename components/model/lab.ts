import { z } from "zod";
import { keyOf, removeCommand, setCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import { type Rule, wrote } from "../core/rule";
import { Deletion, Environment } from "./environment";

/** Schema of `wharf:lab`: when a lab expires. */
export const labSettings = z.strictObject({
  ttlHours: z
    .number()
    .positive("is not above 0")
    .max(24 * 365, "is longer than a year; a registry that stays is not a lab")
    .optional()
    .meta({
      description:
        "Time in hours from the first `up` after which `wharf reap` removes the stack with its images. Defaults to never.",
    }),
});

/**
 * Variable of the environment by which `wharf extend` tells the program when the lab expires, ISO 8601. It holds for one `up`;
 * for the next one, on whatever machine, it is in the stack's outputs.
 */
export const expiryVariable = "WHARF_LAB_EXPIRES_AT";

/** What a stack's outputs say of an earlier `up`, as far as a lab's end follows from it. */
export interface Remembered {
  /** When the lab was to expire, ISO 8601; empty where it was not. */
  expiresAt?: string;
  /** The block `wharf:lab` as it was. */
  lab?: { ttlHours?: number };
}

/**
 * What the state says of a stack from the first moment on: the inputs of its component, which is deleted after all of its parts.
 */
export interface Lifetime {
  /** What the registry is for. */
  environment: string;
  /** When the lab expires, ISO 8601; left out where it does not. */
  expiresAt?: string;
}

const hourMs = 3_600_000;
const longestMs = 365 * 24 * hourMs;

/** What of a description says how long a lab lives. */
interface Described {
  environment: Environment;
  deletion: Deletion;
  lab: z.output<typeof labSettings>;
}

/** Rules of the block `wharf:lab`. */
export const labRules: Rule<Described>[] = [
  {
    needs: ["environment", "lab"],
    find: ({ environment, lab: { ttlHours } }) =>
      ttlHours === undefined || environment === Environment.Lab
        ? []
        : [
            {
              key: keyOf(["lab", "ttlHours"]),
              message: `${ttlHours} would remove a stack of environment ${environment}; only a lab expires`,
              fix: removeCommand(["lab", "ttlHours"]),
            },
          ],
  },
  {
    needs: ["deletion", "lab"],
    // Outside of a lab protection is the default, and only the hours are wrong there.
    find: ({ deletion, lab: { ttlHours } }, written) =>
      ttlHours === undefined || deletion !== Deletion.Protect || !wrote(written, ["deletion"])
        ? []
        : [
            {
              key: keyOf(["lab", "ttlHours"]),
              message: `${ttlHours} would remove a stack that wharf:deletion, "protect", keeps`,
              fix: setCommand(["deletion"], Deletion.Force),
            },
          ],
  },
];

/** What the state is to say of a stack. Nothing in it is a secret, since a component's inputs are in plaintext there. */
export function lifetimeOf({
  environment,
  expiresAt,
}: Pick<Described, "environment"> & { expiresAt?: string }): Lifetime {
  return { environment, ...(expiresAt !== undefined && { expiresAt }) };
}

/**
 * When a lab expires, ISO 8601 in whole seconds; undefined where it does not. The first `up` counts from now. A later one keeps
 * what the first one said, so that it changes nothing; where `ttlHours` has changed since, the end moves by the difference, so
 * that it counts from the stack's creation and an extension stays. A time that the environment names wins over both.
 */
export function expiryOf(
  { lab: { ttlHours } }: Pick<Described, "lab">,
  remembered: Remembered,
  { now = Date.now(), told = process.env[expiryVariable] } = {},
): string | undefined {
  if (ttlHours === undefined) return undefined;
  if (told !== undefined && told !== "") return inSeconds(Date.parse(told));
  const before = remembered.lab?.ttlHours;
  return remembered.expiresAt === undefined || remembered.expiresAt === "" || before === undefined
    ? inSeconds(now + ttlHours * hourMs)
    : inSeconds(Date.parse(remembered.expiresAt) + (ttlHours - before) * hourMs);
}

/** Problems of the time that the environment names. */
export function expiryProblems(
  { lab: { ttlHours }, environment }: Pick<Described, "lab" | "environment">,
  { now = Date.now(), told = process.env[expiryVariable] } = {},
): Problem[] {
  if (told === undefined || told === "") return [];
  const problem = (message: string) => [{ key: expiryVariable, message }];
  const time = Date.parse(told);
  if (!/^\d{4}-\d\d-\d\dT/.test(told) || Number.isNaN(time)) {
    return problem(`"${told}" is not a time such as 2027-01-31T18:00:00Z`);
  }
  if (environment !== Environment.Lab) {
    return problem(`is set, and a stack of environment ${environment} does not expire`);
  }
  if (ttlHours === undefined) {
    return problem(
      "is set, and the lab's description has no wharf:lab.ttlHours that it could extend",
    );
  }
  if (time <= now) return problem(`${told} has passed`);
  return time - now > longestMs
    ? problem(`${told} is more than a year away; a registry that stays is not a lab`)
    : [];
}

function inSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

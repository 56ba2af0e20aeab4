/** A written exception: what a rule does not refuse, why, for whom, and until when. */
export interface Exception {
  /** Pattern of the whole name of the resources; undefined where they are named by URN. */
  name?: RegExp;
  /** URN of the one resource; undefined where resources are named by a pattern. */
  urn?: string;
  /** Words of the messages that it is for; undefined where it is for every check of the rule. */
  check?: string;
  /** Why the resources may be as they are. */
  reason: string;
  /** Who answers for it: a person, a team or an address. */
  owner: string;
  /** Last day on which it holds, `2027-03-31`, in UTC; `permanent` where it has no end. */
  until: string;
}

/** What is said of a violation after an exception was looked for. */
export interface Said {
  message: string;
  /** Whether an exception holds, so that the violation is told and refuses nothing. */
  excepted: boolean;
}

/** Word of an exception that has no end. */
export const permanent = "permanent";

const keys = ["name", "urn", "check", "reason", "owner", "until"];
const shape = "{ name or urn, check, reason, owner, until }";
const shown = (value: unknown) => JSON.stringify(value);

/**
 * A violation with what an exception says of it. One that is over no longer holds, and is told, so that its owner sees why the rule
 * refuses again.
 */
export function withException(
  message: string,
  { name, urn }: { name: string; urn: string },
  exceptions: readonly Exception[],
): Said {
  const matching = exceptions.filter(
    (one) =>
      (one.urn === urn || one.name?.test(name) === true) && message.includes(one.check ?? ""),
  );
  const today = new Date().toISOString().slice(0, 10);
  const holding = matching.find(({ until }) => until === permanent || today <= until);
  if (holding !== undefined) {
    const { reason, owner, until } = holding;
    const end = until === permanent ? "permanently" : `until ${until}`;
    return { message: `${message} Excepted ${end} by ${owner}: ${reason}`, excepted: true };
  }
  const [over] = matching;
  if (over === undefined) return { message, excepted: false };
  const told = `The exception of ${over.owner} ended on ${over.until}: ${over.reason}`;
  return { message: `${message} ${told}`, excepted: false };
}

/** Reads apart what `withException` wrote; undefined where no exception holds. */
export function exceptionIn(
  said: string,
): { message: string; reason: string; owner: string; until: string } | undefined {
  const [, message = "", until = permanent, owner = "", reason = ""] =
    /^(.*?) Excepted (?:permanently|until (\d{4}-\d\d-\d\d)) by (.+?): (.*)$/s.exec(said) ?? [];
  return message === "" ? undefined : { message, reason, owner, until };
}

/**
 * Reads the exceptions of a rule as they stand in the pack's configuration.
 * @param problem told of each mistake: key, message
 */
export function readExceptions(
  value: unknown,
  problem: (key: string, message: string) => void,
): Exception[] {
  if (!Array.isArray(value)) {
    problem("exclude", `is ${shown(value)}; it takes a list of ${shape}.`);
    return [];
  }
  return value.flatMap((entry: unknown, index) => {
    const key = `exclude[${index}]`;
    if (typeof entry !== "object" || entry === null) {
      problem(key, `is ${shown(entry)}; it takes ${shape}.`);
      return [];
    }
    const found: [string, string][] = [];
    const read = readEntry(entry as Record<string, unknown>, (part, message) =>
      found.push([part === "" ? key : `${key}.${part}`, message]),
    );
    for (const [part, message] of found) problem(part, message);
    return found.length === 0 ? [read] : [];
  });
}

function readEntry(
  entry: Record<string, unknown>,
  problem: (key: string, message: string) => void,
): Exception {
  const { name, urn, check, reason, owner, until } = entry;
  for (const other of Object.keys(entry).filter((key) => !keys.includes(key))) {
    problem(other, `is not part of an exception; it takes ${keys.join(", ")}.`);
  }
  let pattern: RegExp | undefined;
  if ((name === undefined) === (urn === undefined)) {
    problem("", "takes either name, a pattern of whole resource names, or urn, one resource.");
  } else if (urn !== undefined) {
    if (!isText(urn) || !urn.startsWith("urn:pulumi:")) {
      problem(
        "urn",
        `is ${shown(urn)}; it is a resource's URN, as pulumi stack --show-urns tells.`,
      );
    }
  } else pattern = readPattern(name, problem);
  if (check !== undefined && !isText(check)) {
    problem("check", `is ${shown(check)}; it takes words of the messages that it is for.`);
  }
  if (!isText(reason)) {
    problem("reason", "is missing; say why these resources may be as they are.");
  }
  if (!isText(owner)) problem("owner", "is missing; say who answers for it.");
  if (until !== permanent && !isDay(until)) {
    problem(
      "until",
      `is ${until === undefined ? "missing" : shown(until)}; it is the last day on which it holds, as 2027-03-31, or ${permanent}.`,
    );
  }
  return { ...entry, name: pattern } as Exception;
}

function readPattern(
  name: unknown,
  problem: (key: string, message: string) => void,
): RegExp | undefined {
  if (!isText(name)) {
    problem("name", `is ${shown(name)}; it is a regular expression of whole resource names.`);
    return undefined;
  }
  try {
    // First by itself: a pattern such as "a)(b" would be one inside of the parentheses.
    new RegExp(name, "u");
    return new RegExp(`^(?:${name})$`, "u");
  } catch (error) {
    problem("name", `"${name}" is not a regular expression: ${(error as Error).message}.`);
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/** Whether a value is a day that there is, as `2027-03-31`. */
function isDay(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

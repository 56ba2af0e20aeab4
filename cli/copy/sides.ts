import { spawnSync } from "node:child_process";
import path from "node:path";
import { nearest, shown } from "../../components/core/messages";
import type { Problem } from "../../components/core/problems";
import { selfHosted, type Target } from "../../components/model/environment";
import type { Description } from "../../components/description/schema";
import { command, describedStacks } from "../checkout";
import { ExitCode, Failure } from "../failure";
import { scratchDirectory } from "../scratch";
import { describedBy } from "../stack/description";
import { openOutputsOf, plainOutputs, registryHost } from "../stack/outputs";
import { findStack } from "../stack/stack";
import { StackFile } from "../stack/stack-file";
import type { Progress } from "../ui/progress";
import { commandLogin } from "../registry/signed-token";
import type { CopiedRegistry } from "./copier";

/** A registry that images are copied from or to. */
export interface Side {
  /** As the command line names it. */
  name: string;
  registry: CopiedRegistry;
  /** What stands before every repository, as `acme/` of `ghcr.io/acme`; empty for the whole registry. */
  prefix: string;
  /** The stack that it is of; undefined for a host. */
  stack?: SideStack;
}

/** What is known of a registry by its stack. */
export interface SideStack {
  name: string;
  target: Target;
  /** The description; undefined where it is wrong, or a part of it is encrypted. */
  description: Description | undefined;
  /** Name of a repository to its address, on a managed target. */
  addresses: Record<string, string>;
}

/** How a registry is named on the command line. */
type Named = { stack: string } | { host: string; prefix: string; plain: boolean };

const hostForm =
  /^(?:(https?):\/\/)?((?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?)((?:\/[^/]+)*)\/?$/i;

/** A stack by its name, or a host as Docker tells one from a repository: by a dot, a colon, or `localhost`. */
function named(text: string): Named | undefined {
  if (describedStacks().includes(text)) return { stack: text };
  const [, scheme, host, inside = ""] = hostForm.exec(text) ?? [];
  if (host === undefined) return undefined;
  if (scheme === undefined && !/[.:]/.test(host) && host !== "localhost") return undefined;
  const prefix = inside === "" ? "" : `${inside.slice(1)}/`;
  return { host: host.toLowerCase(), prefix, plain: scheme === "http" };
}

/** How long a login may be needed to read or write all images of a registry, in seconds: a day. */
const longestSeconds = 24 * 3600;

/** A place on the command line. */
type Place = "FROM" | "TO";

/**
 * Both registries of a copy.
 * @returns them, or all that is wrong with them
 */
export async function sidesOf(
  from: string,
  to: string,
  progress: Progress,
): Promise<{ from: Side; to: Side } | { problems: Problem[] }> {
  const texts: Record<Place, string> = { FROM: from, TO: to };
  const places: Place[] = ["FROM", "TO"];
  const found = places.map((place) => ({ place, text: texts[place], named: named(texts[place]) }));
  const problems = found.flatMap(({ place, text, named }) =>
    named === undefined ? [unknown(place, text)] : [],
  );
  if (from === to) problems.push(sameProblem(from));
  if (problems.length > 0) return { problems };
  const sides: Partial<Record<Place, Side>> = {};
  for (const { place, text, named } of found) {
    if (named === undefined) continue;
    const side =
      "stack" in named
        ? await ofStack(place, named.stack, { progress, written: place === "TO" })
        : ofHost(text, named);
    if (Array.isArray(side)) problems.push(...side);
    else sides[place] = side;
  }
  const { FROM: source, TO: target } = sides;
  if (problems.length > 0 || source === undefined || target === undefined) return { problems };
  if (source.registry.host === target.registry.host && source.prefix === target.prefix) {
    return { problems: [sameProblem(target.registry.host)] };
  }
  return { from: source, to: target };
}

function unknown(key: string, text: string): Problem {
  const known = describedStacks().sort();
  const meant = nearest(text, known);
  const end =
    meant === undefined
      ? `; stacks are ${known.join(", ") || "none"}, and a host has a dot or a port, as in registry.example.com or registry:5000`
      : `; did you mean ${meant}?`;
  return { key, message: `${shown(text)} is neither a stack of this checkout nor a host${end}` };
}

function sameProblem(host: string): Problem {
  return { key: "TO", message: `${shown(host)} is the registry that FROM names` };
}

function ofHost(name: string, { host, prefix, plain }: Exclude<Named, { stack: string }>): Side {
  return { name, prefix, registry: { host, plain, ca: "" } };
}

/**
 * One registry, by the name of a stack or by its host.
 * @param key what names it, for the problems with it
 * @param written whether images are pushed to it
 */
export async function sideOf(
  key: string,
  text: string,
  { progress, written }: { progress: Progress; written: boolean },
): Promise<Side | Problem[]> {
  const found = named(text);
  if (found === undefined) return [unknown(key, text)];
  if ("stack" in found) return ofStack(key, found.stack, { progress, written });
  return ofHost(text, found);
}

/** The registry of a stack, by its outputs. */
async function ofStack(
  key: string,
  name: string,
  { progress, written }: { progress: Progress; written: boolean },
): Promise<Side | Problem[]> {
  progress.start("registry", `reading the outputs of stack ${name}`);
  const open = await findStack(name, progress, { preview: true });
  const all = open === undefined ? {} : await openOutputsOf(open);
  if (all.endpoint === undefined) {
    return [{ key, message: `stack ${name} is not up`, fix: command("up", name) }];
  }
  const outputs = plainOutputs(all, name);
  const target = outputs.target as Target;
  const { args: description } = describedBy(new StackFile(name).config);
  const problems = unusable(key, { name, description, written });
  if (problems.length > 0) return problems;
  const registry: CopiedRegistry = {
    host: registryHost(outputs),
    plain: outputs.endpoint.startsWith("http:"),
    ca: outputs.caCertificate,
  };
  const side = { name, registry, prefix: "" };
  if (!selfHosted.includes(target)) {
    registry.dockerConfig = platformLogin(name, outputs.login, progress);
    return { ...side, stack: { name, target, description, addresses: outputs.repositories } };
  }
  // Without users of its own a token server, or nobody, asks for a login: Docker's config has it.
  Object.assign(registry, commandLogin(outputs, longestSeconds));
  return { ...side, stack: { name, target, description, addresses: {} } };
}

/** Why the registry of a stack cannot be copied from or to, by its description. */
function unusable(
  key: string,
  {
    name,
    description,
    written,
  }: { name: string; description: Description | undefined; written: boolean },
): Problem[] {
  const distribution = description?.distribution;
  const { prefix } = distribution?.http ?? {};
  const takesNoPush = [
    distribution?.readOnly === true ? "is read-only" : undefined,
    distribution?.proxy === undefined ? undefined : "is a pull-through cache",
  ].filter((reason) => reason !== undefined);
  return [
    ...(prefix === undefined || prefix === "/"
      ? []
      : [
          {
            key,
            message: `stack ${name} answers under the path ${prefix}, which clients of images cannot name`,
          },
        ]),
    ...(written ? takesNoPush : []).map((reason) => ({
      key,
      message: `the registry of stack ${name} ${reason}: it accepts no push`,
    })),
  ];
}

/**
 * Logs in to a managed registry by the command that its stack gives, into a Docker config of this run only, which is removed at
 * its end: the user's own is left as it is.
 * @returns the config's file
 */
function platformLogin(stack: string, login: string, progress: Progress): string {
  const directory = scratchDirectory("login");
  // A signal must not leave the login behind.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => process.exit(ExitCode.Interrupted));
  }
  progress.start("registry", `logging in to stack ${stack}`);
  const { status, stdout, stderr } = spawnSync("sh", ["-c", login], {
    encoding: "utf8",
    env: { ...process.env, DOCKER_CONFIG: directory },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status === 0) return path.join(directory, "config.json");
  throw new Failure(
    `The login to stack ${stack} failed:\n  ${login}\n${`${stdout}${stderr}`.trim().replace(/^/gm, "  ")}`,
  );
}

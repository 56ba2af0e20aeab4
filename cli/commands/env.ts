import { dollars } from "../../components/cost/lines";
import { Environment } from "../../components/model/environment";
import { nothingChanged } from "../../components/core/problems";
import { sharedFile } from "../../components/description/shared";
import { describedStacks } from "../checkout";
import { effectiveConfig, essentials } from "../stack/description";
import { differences, differenceTable } from "../environments/difference";
import { promotion } from "../environments/promotion";
import { distanceTo } from "../ui/expiry";
import { ExitCode, refusal } from "../failure";
import { Session, type CommonOptions } from "../ui/session";
import { command, describingFile, openBackend, stacksOf } from "../stack/stack";
import { withoutCiphers } from "../stack/stack-config";
import { renameSharedKeys, StackFile } from "../stack/stack-file";
import { lifetimeIn, outputsIn, platformResources, targetIn } from "../stack/state";
import { readState } from "../stack/state-reading";
import { terminalTable } from "../ui/table";

/** Options of the commands that work on several stacks. */
export type EnvOptions = Omit<CommonOptions, "stack">;

/** A stack that is described here, or exists in the backend. */
interface Listed {
  stack: string;
  target?: string;
  environment?: string;
  /** Whether any of its resources exists. */
  up: boolean;
  described: boolean;
  expiresAt?: string;
  /** US dollars of a month. */
  monthlyCost?: number;
  endpoint?: string;
}

/** `wharf env list`: the stacks that are described here and those that are up, by their states. */
export async function list(options: EnvOptions): Promise<void> {
  const session = new Session({ stack: "", ...options }, { asks: true });
  const workspace = await openBackend(session.progress);
  const standing = workspace === undefined ? [] : await stacksOf(workspace);
  const described = describedStacks();
  const listed: Listed[] = [];
  for (const stack of [...new Set([...described, ...standing])].sort()) {
    const own = described.includes(stack) ? essentials(new StackFile(stack).config) : undefined;
    const state =
      workspace !== undefined && standing.includes(stack)
        ? await readState({ name: stack, workspace })
        : { resources: [], pending: [] };
    const { endpoint, monthlyCost } = outputsIn(state);
    listed.push({
      stack,
      target: targetIn(state) ?? own?.target,
      environment: lifetimeIn(state)?.environment ?? own?.environment,
      up: platformResources(state).length > 0,
      described: described.includes(stack),
      expiresAt: lifetimeIn(state)?.expiresAt,
      ...(typeof monthlyCost === "number" && { monthlyCost }),
      ...(typeof endpoint === "string" && { endpoint }),
    });
  }
  session.print(
    terminalTable(
      ["stack", "target", "environment", "up", "expires", "a month", "endpoint"],
      listed.map((one) => [
        one.stack,
        one.target ?? "",
        one.environment ?? "",
        one.up ? "yes" : one.described ? "no" : "not described",
        one.expiresAt === undefined ? "" : distanceTo(one.expiresAt),
        one.monthlyCost === undefined ? "" : dollars(one.monthlyCost),
        one.endpoint ?? "",
      ]),
    ),
  );
  session.answer(listed);
}

/** `wharf env diff`: the differences of two descriptions, defaults and wharf.yaml included. Needs no engine. */
export function diff(a: string, b: string, options: EnvOptions & { exitCode?: boolean }): void {
  const session = new Session({ stack: a, ...options }, { asks: true });
  const found = differences(
    effectiveConfig(describingFile(a).config),
    effectiveConfig(describingFile(b).config),
  );
  session.print(
    found.length === 0
      ? `The descriptions of ${a} and ${b} do not differ.`
      : differenceTable(found, a, b),
  );
  session.answer(found);
  if (options.exitCode && found.length > 0) process.exitCode = ExitCode.Failed;
}

/** Options of `wharf env promote`. */
export interface PromoteOptions extends EnvOptions {
  /** Keys to carry, with commas between them. */
  keys?: string;
  /** Name of the stack that is changed once more: with `--yes`, the answer where it is prod. */
  confirm?: string;
}

/** `wharf env promote`: carries one stack's description over to another's file, after showing what changes there. */
export async function promote(a: string, b: string, options: PromoteOptions): Promise<void> {
  const session = new Session({ stack: b, ...options });
  if (a === b) throw refusal(`${a} cannot be promoted to itself. ${nothingChanged}`);
  const [from, to] = [describingFile(a), describingFile(b)];
  const prod = essentials(to.config)?.environment === Environment.Prod;
  const promoted = promotion(from.config, to.config, options.keys?.split(","));
  const found = promoted.flatMap(({ key, before, after }) =>
    differences(withoutCiphers(before), withoutCiphers(after), key),
  );
  if (found.length === 0) {
    session.print(`${b} already has all that ${a} says. ${nothingChanged}`);
    return session.answer([]);
  }
  session.print(differenceTable(found, `${b} now`, `then, from ${a}`));
  session.mustBeAnswerable();
  if (prod && options.yes && options.confirm !== b) {
    throw refusal(
      `Stack ${b} is prod, so --yes is not enough to change its description. ${nothingChanged} Repeat its name: npx wharf env promote ${a} ${b} --yes --confirm ${b}`,
    );
  }
  if (prod) await session.agreeByTyping(`Type ${b} to write this to Pulumi.${b}.yaml`, b);
  else await session.agree(`Write this to Pulumi.${b}.yaml?`);
  for (const { key, after } of promoted) to.assign(key, after);
  session.print(`\nPulumi.${b}.yaml is written. See what it means: ${command("preview", b)}`);
  session.answer(found);
}

/** `wharf env rename`: gives the keys of a stack's file and of wharf.yaml their current names. */
export function rename(stack: string, options: EnvOptions): void {
  const session = new Session({ stack, ...options }, { asks: true });
  const renamed = [
    ...describingFile(stack)
      .renameKeys()
      .map((key) => ({ file: `Pulumi.${stack}.yaml`, ...key })),
    ...renameSharedKeys().map((key) => ({ file: sharedFile, ...key })),
  ];
  session.print(
    renamed.length === 0
      ? `The keys of ${stack} already have their current names. ${nothingChanged}`
      : terminalTable(
          ["file", "before", "now"],
          renamed.map(({ file, before, now }) => [file, before, now]),
        ),
  );
  session.answer(renamed);
}

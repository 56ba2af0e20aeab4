import * as pulumi from "@pulumi/pulumi";
import type { OutputMap } from "@pulumi/pulumi/automation";
import type { CertificateRenewal } from "../../components/certificates/validity";
import { registryNameOf } from "../../components/core/registry-name";
import { Failure } from "../failure";
import { command, notStanding } from "./stack";
import { outputsIn, type State } from "./state";
import { readOpenState, readState, type ReadStack } from "./state-reading";

/** The outputs of a stack as plain values; components/registry.ts says what each one is. */
export interface StackOutputs {
  target: string;
  endpoint: string;
  hosts: string[];
  repositories: Record<string, string>;
  login: string;
  push: string;
  pull: string;
  caCertificate: string;
  credentials: Record<string, string>;
  /** Private key, a JWK as JSON, that signs tokens; empty without roles, undefined for a stack from before there were any. */
  tokenSigningKey?: string;
  certificateExpiresAt: string;
  /** How that is renewed; left out where nobody need do so, and by an `up` of an older Wharf. */
  certificateRenewal?: CertificateRenewal;
  builds: Record<string, string>;
  workflows: Record<string, string>;
  mirrors: Record<string, string>;
  expiresAt: string;
  monthlyCost: number;
  notes: string[];
}

/** How a state marks a secret (SigKey and SecretSig in Pulumi's sdk/go/common/resource/sig). */
const mark = {
  key: "4dabf18193072939515e22adb298388d",
  secret: "1b47061264138c4ac30d75fd1eb44270",
};

/** The outputs that are secret in every stack. */
const secretOutputs = ["credentials", "tokenSigningKey"];

/**
 * Outputs of a stack; none where no `up` has begun. Those that are secret in every stack are only marked as such, and are not to be
 * read.
 */
export async function outputsOf(stack: ReadStack): Promise<OutputMap> {
  const outputs = outputsAmong(await readState(stack));
  const others = Object.entries(outputs).filter(([name]) => !secretOutputs.includes(name));
  return others.some(([, { secret }]) => secret) ? openOutputsOf(stack) : outputs;
}

/**
 * Outputs of a stack, secrets in plaintext. `Stack.outputs` of the Automation API gives the same by two commands that derive the key of
 * the secrets each, a quarter of a second of processor time.
 */
export async function openOutputsOf(stack: ReadStack): Promise<OutputMap> {
  const holdsSecrets = (state: State) =>
    Object.values(outputsAmong(state)).some(({ secret }) => secret);
  return outputsAmong(await readOpenState(stack, holdsSecrets));
}

/**
 * The outputs of a program that ran in this process and came to its end, secrets in plaintext: what the state holds of them, without
 * the command that reads it, a third of a second of processor time.
 */
export async function exportedOutputs(exported: Record<string, unknown>): Promise<OutputMap> {
  const known = Object.entries(exported).map(async ([name, value]) => {
    const output = pulumi.output(value) as pulumi.Output<unknown> & Known;
    return [name, { value: await output.promise(), secret: await output.isSecret }] as const;
  });
  return Object.fromEntries((await Promise.all(known)).filter(([, { value }]) => value != null));
}

/** What the SDK keeps of an output; it leaves this out of its types. */
interface Known {
  promise(): Promise<unknown>;
  isSecret: Promise<boolean>;
}

/** The outputs that a state holds, secrets in plaintext as far as they are so in it. */
export function outputsAmong(state: State): OutputMap {
  return Object.fromEntries(
    Object.entries(outputsIn(state)).map(([name, held]) => {
      let secret = false;
      const value = JSON.parse(JSON.stringify(held), (_, part: unknown) => {
        if (!isSecret(part)) return part;
        secret = true;
        return part.plaintext === undefined ? undefined : (JSON.parse(part.plaintext) as unknown);
      }) as unknown;
      return [name, { value, secret }];
    }),
  );
}

function isSecret(part: unknown): part is { plaintext?: string } {
  return (
    typeof part === "object" &&
    part !== null &&
    (part as Record<string, unknown>)[mark.key] === mark.secret
  );
}

/**
 * Outputs of a deployed stack, as {@link outputsOf}.
 * @throws Failure where its last `up` did not come to its end.
 */
export async function readOutputs(stack: ReadStack): Promise<StackOutputs> {
  return plainOutputs(await outputsOf(stack), stack.name);
}

/**
 * Outputs of a deployed stack, its secrets in plaintext.
 * @throws Failure where its last `up` did not come to its end.
 */
export async function readOpenOutputs(stack: ReadStack): Promise<StackOutputs> {
  return plainOutputs(await openOutputsOf(stack), stack.name);
}

/** The values of `outputs`, as they come from the Automation API. */
export function plainOutputs(outputs: OutputMap, stack: string): StackOutputs {
  if (outputs.endpoint === undefined) throw notStanding(stack);
  return valuesOf(outputs) as StackOutputs;
}

/** The same of a stack that may not exist, or whose last `up` did not come to its end: what there is. */
export function valuesOf(outputs: OutputMap): Partial<StackOutputs> {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, { value }]) => [key, value as unknown]),
  );
}

/** Outputs with every secret replaced by a mark. */
export function withoutSecrets(outputs: OutputMap): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, { value, secret }]) => [
      key,
      secret ? "[secret]" : (value as unknown),
    ]),
  );
}

/** `host:port` of a registry, as Docker names it. */
export function registryHost({ endpoint }: Pick<StackOutputs, "endpoint">): string {
  return registryNameOf(endpoint);
}

/**
 * The user of that name, with the password; where none is named the one in the output `login`. The state holds `credentials` in
 * the order of the alphabet, so that its first one is another.
 * @throws Failure where there is no such user.
 */
export function credentialsOf(
  { credentials, login }: Pick<StackOutputs, "credentials" | "login">,
  stack: string,
  name?: string,
): { user: string; password: string } {
  const shown = / --username (\S+)$/.exec(login)?.[1];
  const user = name ?? shown ?? Object.keys(credentials)[0];
  const password = user === undefined ? undefined : credentials[user];
  if (user === undefined) {
    throw new Failure(
      "This registry has no users of its own. Log in with what its token server accepts.",
    );
  }
  if (password === undefined) {
    throw new Failure(
      `There is no user ${user}. Users: ${Object.keys(credentials).join(", ")}. Add one under wharf:users, then: ${command("up", stack)}`,
    );
  }
  return { user, password };
}

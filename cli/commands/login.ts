import { spawnSync } from "node:child_process";
import { Failure } from "../failure";
import { credentialsOf, readOutputs, registryHost } from "../outputs";
import { Session, type CommonOptions } from "../session";
import { command, openStack } from "../stack";

/** `wharf login`: logs this user's Docker client in, the password on standard input alone. */
export async function login(options: CommonOptions & { user?: string }): Promise<void> {
  const session = new Session(options, { asks: true });
  const open = await openStack(options.stack, session.progress);
  const outputs = await readOutputs(open);
  const { user, password } = credentialsOf(outputs, open.name, options.user);
  const host = registryHost(outputs);
  const docker = spawnSync("docker", ["login", "--username", user, "--password-stdin", host], {
    input: password,
    encoding: "utf8",
  });
  if (docker.error !== undefined) {
    throw new Failure(
      `No docker command can be run here (${docker.error.message}). With another client: ${command("outputs --show-secrets", open.name)} shows the password.`,
    );
  }
  if (docker.status !== 0) {
    const hint = /x509|certificate/.test(docker.stderr)
      ? `\nThis machine's Docker does not trust the registry's CA yet: ${command("trust", open.name)}`
      : "";
    throw new Failure(`docker login to ${host} as ${user} failed: ${docker.stderr.trim()}${hint}`);
  }
  session.print(`Logged in to ${host} as ${user}.`);
  session.answer({ host, user });
}

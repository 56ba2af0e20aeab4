import { spawnSync } from "node:child_process";
import { noteCertificate } from "../certificates/certificate-end";
import { Failure } from "../failure";
import { selfHosted, type Target } from "../../components/model/environment";
import { credentialsOf, readOpenOutputs, registryHost, type StackOutputs } from "../stack/outputs";
import { Session, type CommonOptions } from "../ui/session";
import { command, openStack } from "../stack/stack";

/** `wharf login`: logs this user's Docker client in, the password only on standard input, or by the platform's own command. */
export async function login(options: CommonOptions & { user?: string }): Promise<void> {
  const session = new Session(options, { asks: true });
  const open = await openStack(options.stack, session.progress);
  const outputs = await readOpenOutputs(open);
  session.noteExpiry(outputs.expiresAt);
  await noteCertificate(session, outputs);
  if (!selfHosted.includes(outputs.target as Target)) return platformLogin(outputs, session);
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
  // It tells where the password is kept, and of a store that keeps it encrypted.
  if (docker.stderr.trim() !== "") session.print(docker.stderr.trim());
  session.print(`Logged in to ${host} as ${user}.`);
  session.answer({ host, user });
}

/** A managed registry takes the logins of its platform: the command is the stack's own output. */
function platformLogin(outputs: StackOutputs, session: Session): void {
  const { login } = outputs;
  const host = registryHost(outputs);
  const { status } = spawnSync("sh", ["-c", login], { stdio: ["inherit", 2, "inherit"] });
  if (status !== 0) throw new Failure(`This command failed, as shown above:\n  ${login}`);
  session.print(`Logged in to ${host}.`);
  session.answer({ host });
}

import { writeFileSync } from "node:fs";
import path from "node:path";
import { noteCertificate } from "../certificates/certificate-end";
import { wharfDirectory } from "../checkout";
import { Failure } from "../failure";
import { connectDocker } from "../../offline/docker/docker-host";
import { readOutputs } from "../stack/outputs";
import { Session, type CommonOptions } from "../ui/session";
import { command, openStack } from "../stack/stack";
import {
  desktopCertificates,
  rootlessCertificates,
  dockerCertificates,
  foreignFiles,
  isPermission,
  removeTrust,
  trustFile,
  trustPaths,
  writeTrust,
  writtenTrust,
  otherClients,
  removalAsRoot,
} from "../certificates/trusted-certificates";

/** Options of `wharf trust`. */
export interface TrustOptions extends CommonOptions {
  /** Takes back what an earlier `trust` wrote. */
  remove?: boolean;
  /** Where this host's Docker looks for CAs. Found out where not given. */
  directory?: string;
}

/** `wharf trust`: puts the registry's CA where this host's Docker looks for it, or takes it away again. */
export async function trust(options: TrustOptions): Promise<void> {
  const session = new Session(options, { asks: true });
  if (options.remove) return withdraw(options, session);
  const { stack } = options;
  const outputs = await readOutputs(await openStack(stack, session.progress));
  const { caCertificate, hosts } = outputs;
  session.noteExpiry(outputs.expiresAt);
  await noteCertificate(session, outputs);
  if (caCertificate === "") {
    session.print("This registry has no CA of its own: clients need no setup.");
    return session.answer({ written: [] });
  }
  const directory = options.directory ?? (await certificatesDirectory());
  const files = trustPaths(directory, hosts);
  const [foreign] = foreignFiles(files, stack, caCertificate);
  if (foreign !== undefined) {
    throw new Failure(
      `${foreign} holds another CA, which Wharf did not write. Move the file away, then run this command again.`,
    );
  }
  let written: string[];
  try {
    written = writeTrust(files, stack, caCertificate);
  } catch (error) {
    if (!isPermission(error)) throw error;
    throw new Failure(
      `${directory} is not writable for this user. Run:\n\n${asRoot(files, stack, caCertificate)}`,
    );
  }
  const takeBack =
    options.directory === undefined ? "trust --remove" : `trust --remove --directory ${directory}`;
  session.print(
    [
      written.length === 0
        ? "This host's Docker already trusts the registry."
        : `This host's Docker now trusts the registry:\n${written.map((file) => `  ${file}`).join("\n")}`,
      ...(directory === desktopCertificates()
        ? ["Restart Docker Desktop: it reads these files only when it starts."]
        : []),
      "Docker never verifies names that resolve to 127.0.0.0/8, such as localhost, whatever these files hold.",
      `Undo it with: ${command(takeBack, stack)}`,
      "",
      otherClients(hosts, command("outputs --json", stack)),
    ].join("\n"),
  );
  session.answer({ written });
}

/** Where the engine that this user's Docker commands reach looks for CAs; where it does not answer, where a Linux engine looks. */
async function certificatesDirectory(): Promise<string> {
  const info = await connectDocker()
    .info()
    .then(
      (said) => said as { OperatingSystem?: string; SecurityOptions?: string[] | null },
      () => undefined,
    );
  if (info === undefined) {
    return process.platform === "linux" ? dockerCertificates : desktopCertificates();
  }
  if (info.OperatingSystem === "Docker Desktop") return desktopCertificates();
  const rootless = info.SecurityOptions?.includes("name=rootless");
  return rootless ? rootlessCertificates() : dockerCertificates;
}

/** Removes what was written for the stack, also where the stack no longer exists. */
async function withdraw({ stack, ...options }: TrustOptions, session: Session): Promise<void> {
  const directory = options.directory ?? (await certificatesDirectory());
  const files = writtenTrust(directory, stack);
  try {
    removeTrust(directory, files);
  } catch (error) {
    if (!isPermission(error)) throw error;
    throw new Failure(
      `${directory} is not writable for this user. Run:\n\n${removalAsRoot(files)}`,
    );
  }
  session.print(
    files.length === 0
      ? `Nothing of stack ${stack} is in ${directory}.`
      : `Removed:\n${files.map((file) => `  ${file}`).join("\n")}`,
  );
  session.answer({ removed: files });
}

/** The one command that writes the trust files as root, from a copy of the CA that this user can write. */
function asRoot(files: string[], stack: string, certificate: string): string {
  const copy = path.join(wharfDirectory, `${stack}-ca.crt`);
  writeFileSync(copy, trustFile(stack, certificate));
  const installs = files.map((file) => `install -D -m 644 "${copy}" "${file}"`);
  return `sudo sh -c '${installs.join(" && ")}'`;
}

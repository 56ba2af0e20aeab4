import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** Where Docker looks for the CAs of registries, `<host:port>/ca.crt` in it (docs.docker.com, "Verify repository client with certificates"). */
export const dockerCertificates = "/etc/docker/certs.d";

/**
 * Where Docker Desktop looks: it copies this folder of the user's to its virtual machine's /etc/docker/certs.d when it starts, and
 * never sees this machine's own (docs.docker.com, Docker Desktop FAQs, "How do I add custom CA certificates?").
 */
export function desktopCertificates(): string {
  return path.join(homedir(), ".docker", "certs.d");
}

/**
 * Where a rootless engine looks, in the home of the user that it runs as (moby's registry/config.go, `CertsDir`); it reads the files
 * at every connection, as any other.
 */
export function rootlessCertificates(): string {
  const config = process.env.XDG_CONFIG_HOME || path.join(homedir(), ".config");
  return path.join(config, "docker", "certs.d");
}

const fileName = "ca.crt";

/** First line of every file that Wharf writes; PEM readers skip what is before a certificate. */
function marker(stack: string): string {
  return `# Written by wharf trust for stack ${stack}; wharf trust --remove deletes it.\n`;
}

/** Text of a trust file. */
export function trustFile(stack: string, certificate: string): string {
  return marker(stack) + certificate.trimEnd() + "\n";
}

/** Paths at which Docker looks for the CA of each host. */
export function trustPaths(directory: string, hosts: string[]): string[] {
  return hosts.map((host) => path.join(directory, host, fileName));
}

/** Of `files`, those that hold another CA, which is not Wharf's to overwrite. */
export function foreignFiles(files: string[], stack: string, certificate: string): string[] {
  return files.filter((file) => {
    if (!existsSync(file)) return false;
    const text = readFileSync(file, "utf8");
    return !text.startsWith(marker(stack)) && text.trim() !== certificate.trim();
  });
}

/**
 * Writes the certificate for each path, except where a file already holds it.
 * @returns the files written
 */
export function writeTrust(files: string[], stack: string, certificate: string): string[] {
  const missing = files.filter(
    (file) => !existsSync(file) || !readFileSync(file, "utf8").includes(certificate.trim()),
  );
  for (const file of missing) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, trustFile(stack, certificate), { mode: 0o644 });
  }
  return missing;
}

/** The files below `directory` that Wharf wrote for a stack. */
export function writtenTrust(directory: string, stack: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .map((host) => path.join(directory, host, fileName))
    .filter((file) => existsSync(file) && readFileSync(file, "utf8").startsWith(marker(stack)));
}

/** Removes files that Wharf wrote, and the directories that are empty then, `directory` too. */
export function removeTrust(directory: string, files: string[]): void {
  for (const file of files) {
    rmSync(file);
    removeEmpty(path.dirname(file));
  }
  if (files.length > 0) removeEmpty(directory);
}

function removeEmpty(directory: string): void {
  if (readdirSync(directory).length === 0) rmdirSync(directory);
}

/** Whether an error says that this user may not write there. */
export function isPermission(error: unknown): boolean {
  return ["EACCES", "EPERM", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "");
}

/** The one command that removes trust files as root, and the directories that are empty then. */
export function removalAsRoot(files: string[]): string {
  const quoted = files.map((file) => `"${file}"`).join(" ");
  const directories = files.map((file) => `"${path.dirname(file)}"`).join(" ");
  return `sudo sh -c 'rm ${quoted} && rmdir ${directories}'`;
}

/**
 * How clients other than this host's Docker come to trust the registry's CA. Sources: docs.docker.com (certs.d),
 * containerd's docs/hosts.md, containers-certs.d(5), docs.k3s.io (Private Registry Configuration), update-ca-certificates(8).
 * @param hosts every `host:port` by which clients name the registry
 * @param outputsCommand command that prints the stack's outputs as JSON
 */
export function otherClients(hosts: string[], outputsCommand: string): string {
  const host = hosts[0] ?? "";
  return `Elsewhere, with the CA in a file ca.crt:
  ${outputsCommand} | node -p 'JSON.parse(fs.readFileSync(0)).caCertificate' > ca.crt

  Docker on another host   /etc/docker/certs.d/${host}/ca.crt
  Podman, Skopeo, Buildah  /etc/containers/certs.d/${host}/ca.crt
  containerd               /etc/containerd/certs.d/${host}/ca.crt, and beside it hosts.toml:
                             server = "https://${host}"
                             [host."https://${host}"]
                               ca = "/etc/containerd/certs.d/${host}/ca.crt"
                           config.toml must name the directory: config_path = "/etc/containerd/certs.d"
  k3s                      /etc/rancher/k3s/registries.yaml, then restart k3s:
                             configs:
                               "${host}":
                                 tls:
                                   ca_file: /etc/rancher/k3s/ca.crt
  The whole system         Debian, Ubuntu: /usr/local/share/ca-certificates/wharf.crt, then update-ca-certificates
                           Fedora, RHEL: /etc/pki/ca-trust/source/anchors/wharf.crt, then update-ca-trust`;
}

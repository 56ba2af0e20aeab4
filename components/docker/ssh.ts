import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";

/** How long the far side may take to accept a connection, in seconds; as long as the docker command gives it. */
const connectTimeoutS = 30;

/** What ssh said where it did not connect to the Docker engine of the far side. */
export class SshError extends Error {
  readonly code = "ESSH";
}

/**
 * The command that connects to the Docker engine behind an ssh:// address, as the docker command and the official provider run
 * it: the user's own ssh client, so that ~/.ssh/config, keys, the agent and known_hosts count. BatchMode, since there may be no
 * terminal to ask in: an unknown host key is refused, and nothing is sent to it.
 *
 * @throws TypeError where the address has a password, or a path that is not the plain path of a socket
 */
export function sshCommand(address: string): [file: string, ...args: string[]] {
  const { username, password, hostname, port, pathname } = new URL(address);
  if (hostname === "") throw new TypeError(`"${address}" names no host`);
  if (password !== "")
    throw new TypeError("an ssh:// address cannot have a password; ssh uses keys");
  const socket = pathname === "/" ? "" : decodeURIComponent(pathname);
  // The far side's shell reads it.
  if (!/^[\w./-]*$/.test(socket)) throw new TypeError(`"${socket}" is not the path of a socket`);
  return [
    "ssh",
    "-o",
    "BatchMode=yes",
    "-o",
    `ConnectTimeout=${connectTimeoutS}`,
    "-T",
    ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
    ...(port === "" ? [] : ["-p", port]),
    // After `--` a host that begins with a dash is not an option.
    "--",
    hostname.replace(/^\[|\]$/g, ""),
    "docker",
    ...(socket === "" ? [] : ["--host", `unix://${socket}`]),
    "system",
    "dial-stdio",
  ];
}

/**
 * An agent whose connections go through `ssh` to the Docker engine behind an ssh:// address; they stay open for further requests.
 */
export function sshAgent(address: string): Agent {
  const command = sshCommand(address);
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  return Object.assign(agent, { createConnection: () => new SshConnection(command) });
}

/** One connection: what a process of ssh reads and writes, and what it said where it failed. */
class SshConnection extends Duplex {
  private readonly child: ChildProcessWithoutNullStreams;
  private said = "";

  constructor([file, ...args]: [string, ...string[]]) {
    super();
    const child = spawn(file, args);
    this.child = child;
    child.stdout.on("data", (part) => {
      if (!this.push(part)) child.stdout.pause();
    });
    child.stderr.on("data", (part: Buffer) => (this.said += part.toString()));
    // That ssh has ended is told by its exit, with the reason.
    child.stdin.on("error", () => undefined);
    child.once("error", (error: NodeJS.ErrnoException) => {
      const missing = "the command ssh is not installed on this machine";
      this.destroy(new SshError(error.code === "ENOENT" ? missing : error.message));
    });
    child.once("close", (status) => {
      if (status === 0 || this.destroyed) this.push(null);
      else this.destroy(new SshError(this.said.trim() || `ssh ended with exit code ${status}`));
    });
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(part: Buffer, encoding: BufferEncoding, done: () => void): void {
    this.child.stdin.write(part, encoding, () => done());
  }

  override _final(done: () => void): void {
    this.child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill();
    done(error);
  }

  // What an agent asks of a socket: an idle one keeps no process from ending.
  ref(): this {
    return this.forAll("ref");
  }
  unref(): this {
    return this.forAll("unref");
  }
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }

  private forAll(change: "ref" | "unref"): this {
    const { stdin, stdout, stderr } = this.child;
    for (const each of [this.child, stdin, stdout, stderr]) {
      (each as Partial<Record<typeof change, () => void>>)[change]?.();
    }
    return this;
  }
}

import { execa, type Options, type ResultPromise } from "execa";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { createCgroup, removeCgroup } from "./cgroups";
import { connect, disconnect, type Link } from "./link";

/** Name of the only node, and of the host that it is. */
export const nodeName = "node";

/** The namespaces of the node, in the words of unshare and nsenter. */
const namespaces = ["--mount", "--net", "--uts", "--ipc", "--pid"];

/**
 * Sets up the file system and the kernel's settings that the node sees, and goes on as the program that holds its namespaces.
 * $1 is the node's directory, $2 the address of the cluster's DNS, $3 that program, $4 the node's name.
 */
const setUp = `
# The kubelet and containerd mount what their pods see: within the node, these mounts are shared.
mount --make-rshared /
hostname "$4"

mkdir -p "$1/etc/upper" "$1/etc/work" "$1/lib" "$1/log" "$1/kernel"
mount -t overlay -o "lowerdir=/etc,upperdir=$1/etc/upper,workdir=$1/etc/work" etc /etc
mount --bind "$1/lib" /var/lib
mount --bind "$1/log" /var/log
mount -t tmpfs tmpfs /run
rm -rf /etc/containerd /etc/cni /etc/resolv.conf
mkdir -p /etc/containerd/certs.d /etc/cni/net.d
echo "nameserver $2" >/etc/resolv.conf
printf '127.0.0.1 localhost\\n' >/etc/hosts

# What the kubelet would set for the whole machine: where it reads the value that it wants, it writes nothing.
while read -r setting value; do
  echo "$value" >"$1/kernel/$(basename "$setting")"
  mount --bind "$1/kernel/$(basename "$setting")" "/proc/sys/$setting"
done <<END
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
END

ip link set lo up
ip address add "$2/32" dev lo
echo 1 >/proc/sys/net/ipv4/ip_forward
echo ready
exec "$3"
`;

/** A program of the node that runs until it is told to end. */
interface Daemon {
  process: ResultPromise;
  log: string;
  /** How many times it may still end by itself. */
  attempts: number;
}

/** How much of a program's log is shown where it has ended for good, in lines. */
const shownLines = 12;

/**
 * A machine for the cluster's only node, made of namespaces: it has its own network, processes, mounts and host name, an empty
 * /run, /var/lib and /var/log, and an /etc where changes stay its own. The host reaches it at `address`. Needs root. All of its
 * processes end with the process that made it, however that ends.
 */
export class Node {
  private readonly daemons = new Map<string, Daemon>();

  private constructor(
    /** Holds all files of the node, and is seen at this path inside of it too. */
    readonly directory: string,
    /** Name of the control group of all pods. */
    readonly cgroup: string,
    private readonly link: Link,
    private readonly holder: ResultPromise,
    private readonly pid: string,
  ) {}

  /**
   * @param dns address that the node asks for names; it becomes the node's own
   * @param pause path of the program that holds the namespaces
   */
  static async create(dns: string, pause: string): Promise<Node> {
    const directory = await mkdtemp(join(tmpdir(), "wharf-cluster-"));
    const name = basename(directory);
    // Should this process be killed, its node is to end with it.
    const die = ["--pdeathsig", "KILL", "unshare", "--kill-child", "--fork", "--mount-proc"];
    const script = ["sh", "-euc", setUp, "sh", directory, dns, pause, nodeName];
    const holder = execa("setpriv", [...die, ...namespaces, ...script], {
      stdio: ["ignore", "pipe", { file: join(directory, "node.log") }],
      buffer: false,
      reject: false,
    });
    try {
      await untilReady(holder, directory);
      const children = `/proc/${holder.pid}/task/${holder.pid}/children`;
      const pid = (await readFile(children, "utf8")).trim();
      const link = await connect(pid);
      await createCgroup(name);
      return new Node(directory, name, link, holder, pid);
    } catch (error) {
      holder.kill("SIGKILL");
      await holder;
      await removeCgroup(name);
      await rm(directory, { recursive: true });
      throw error;
    }
  }

  /** The address at which the host's processes reach the node. */
  get address(): string {
    return this.link.address;
  }

  /** The address at which the node and its pods reach the host's processes. */
  get hostAddress(): string {
    return this.link.hostAddress;
  }

  /** Runs a command on the node; rejects where it fails, unless the options say otherwise. */
  run<O extends Options = object>(file: string, args: string[], options?: O) {
    return execa(
      "nsenter",
      ["--target", this.pid, ...namespaces, "--wdns=/", "--", file, ...args],
      options,
    );
  }

  /**
   * Starts a program that keeps running; its log is the file `<name>.log` of the node's directory.
   *
   * @param attempts how many times it may end by itself and is started again at once, as a service manager does
   */
  start(name: string, file: string, args: string[], attempts = 0): void {
    const log = join(this.directory, `${name}.log`);
    const script = `echo $$ >"${this.pidFile(name)}"; exec "$@"`;
    const process = this.run("sh", ["-c", script, "sh", file, ...args], {
      stdio: ["ignore", { file: log, append: true }, { file: log, append: true }],
      reject: false,
    });
    const daemon = { process, log, attempts };
    this.daemons.set(name, daemon);
    void process.then(() => {
      const own = this.daemons.get(name) === daemon;
      if (own && attempts > 0) this.start(name, file, args, attempts - 1);
    });
  }

  /** Tells a program to end and waits until it has. */
  async halt(name: string): Promise<void> {
    const daemon = this.daemons.get(name);
    if (daemon === undefined) throw new Error(`The node runs no ${name}.`);
    this.daemons.delete(name);
    const pid = (await readFile(this.pidFile(name), "utf8")).trim();
    await this.run("kill", [pid], { reject: false });
    await daemon.process;
  }

  /** Throws where a program has ended for good, with why it says it has: its panic, or the last lines of its log. */
  async check(): Promise<void> {
    for (const [name, { process, log, attempts }] of this.daemons) {
      if (attempts > 0 || (process.exitCode === null && process.signalCode === null)) continue;
      const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
      const panic = lines.findLastIndex((line) => line.startsWith("panic: "));
      const shown = lines.slice(panic < 0 ? -shownLines : panic).slice(0, shownLines);
      throw new Error(`The node's ${name} has ended by itself:\n${shown.join("\n")}`);
    }
  }

  /** Ends all that runs on the node, and removes it with its mounts, its network, its control groups and its files. */
  async remove(): Promise<void> {
    await disconnect(this.link);
    const daemons = [...this.daemons.values()];
    // What ends now is not to be started again.
    this.daemons.clear();
    // The first process of a process namespace takes all others with it, and they the mounts and the network.
    this.holder.kill("SIGKILL");
    await this.holder;
    await Promise.all(daemons.map(({ process }) => process));
    await removeCgroup(this.cgroup);
    await rm(this.directory, { recursive: true, maxRetries: 5 });
  }

  private pidFile(name: string): string {
    return join(this.directory, `${name}.pid`);
  }
}

/** Waits until the node's file system is set up. */
async function untilReady(holder: ResultPromise, directory: string): Promise<void> {
  const lines = createInterface({ input: holder.stdout as NodeJS.ReadableStream });
  const [line] = (await Promise.race([once(lines, "line"), once(lines, "close")])) as string[];
  if (line === "ready") return;
  const said = await readFile(join(directory, "node.log"), "utf8");
  throw new Error(`The node's namespaces could not be set up:\n${said.trimEnd()}`);
}

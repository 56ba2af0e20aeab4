import { execa } from "execa";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import type { Announce } from "../../../offline/announce";
import { announce } from "../announce";
import { connect, disconnect } from "../../cluster/link";
import { freePort } from "../free-port";
import { pythonPackages } from "../python/packages";

/** A program that answers as ECR does. */
export interface Emulator {
  /** Where it answers: the API, and where it keeps images the registry. */
  url: string;
  /** Ends it, and what was set up for it. */
  stop(): Promise<void>;
}

/** moto, which checks what it is given as ECR does and keeps no images, on a port of loopback. */
export async function startMoto(): Promise<Emulator> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await start([], ["moto.server", "--host", "127.0.0.1", "--port", String(port)]);
  return ready({ url, stop: server.end }, `${url}/moto-api/`);
}

/** Port of ministack in its own network. */
const ministackPort = 4566;

/**
 * ministack, which keeps images and hands them out, and looks at hardly any document. It listens on every address, and so gets a
 * network of its own, which has a link to this host and to nothing else. Needs root.
 */
export async function startMinistack(): Promise<Emulator> {
  const server = await start(
    ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"],
    ["ministack"],
    { GATEWAY_PORT: String(ministackPort), SERVICES: "ecr" },
  );
  try {
    const link = await vi.waitFor(() => linkTo(server.pid), { timeout: 30_000, interval: 100 });
    const url = `http://${link.address}:${ministackPort}`;
    const stop = async () => {
      await server.end();
      await disconnect(link);
    };
    return await ready({ url, stop }, `${url}/v2/`);
  } catch (error) {
    await server.end();
    throw error;
  }
}

/** Connects the network of a process to the host, once it has left the host's own. */
async function linkTo(pid: number) {
  const networks = ["self", pid].map((process) => `/proc/${process}/ns/net`);
  const [own, other] = await Promise.all(
    networks.map(async (path) => (await execa("readlink", [path])).stdout),
  );
  if (own === other) throw new Error(`Process ${pid} is still in this host's network.`);
  return connect(String(pid));
}

/** Starts a Python module, with the packages of requirements.txt and a directory of its own for all that it writes. */
async function start(through: string[], module: string[], env: Record<string, string> = {}) {
  const packages = await emulatorPackages(announce);
  const directory = await mkdtemp(join(tmpdir(), "wharf-ecr-"));
  const [file = "python3", ...args] = [...through, "python3", "-m", ...module];
  const server = execa(file, args, {
    env: { ...env, PYTHONPATH: packages, HOME: directory, TMPDIR: directory },
    stdio: ["ignore", "ignore", { file: join(directory, "log") }],
    reject: false,
  });
  const { pid } = server;
  if (pid === undefined) throw new Error(`${file} does not start: ${(await server).message}`);
  const end = async () => {
    server.kill("SIGTERM");
    await server;
    await rm(directory, { recursive: true, force: true });
  };
  return { pid, end };
}

/** An emulator once it answers; one that does not is stopped. */
async function ready(emulator: Emulator, url: string): Promise<Emulator> {
  try {
    await vi.waitFor(() => fetch(url), { timeout: 120_000, interval: 200 });
    return emulator;
  } catch (error) {
    await emulator.stop();
    throw error;
  }
}

/** The directory of the Python packages that the emulators are made of. */
export function emulatorPackages(announce: Announce): Promise<string> {
  const requirements = join(__dirname, "requirements.txt");
  return pythonPackages({ name: "ecr", requirements, what: "moto and ministack" }, announce);
}

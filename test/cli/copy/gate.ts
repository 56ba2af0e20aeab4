import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that a gate let through, or answered itself. */
export interface Passed {
  method: string;
  /** Path and query. */
  path: string;
  status: number;
}

/** A proxy in front of a registry, which counts what passes and can hold it up. */
export interface Gate {
  /** `host:port`. */
  host: string;
  url: string;
  passed: Passed[];
  /** Answers a request in place of the registry where it returns true. */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  close(): Promise<void>;
}

/** Opens a gate on loopback to the registry at a URL. */
export async function openGate(registry: string): Promise<Gate> {
  const { hostname, port } = new URL(registry);
  const server = createServer((asked, answer) => {
    const note = (status: number) =>
      gate.passed.push({ method: asked.method ?? "", path: asked.url ?? "", status });
    if (gate.instead?.(asked, answer) === true) {
      answer.once("finish", () => note(answer.statusCode));
      return;
    }
    // With the client's own Host, so that the registry's Location leads to this gate.
    const { headers, method, url: path } = asked;
    const passing = request({ hostname, port, method, path, headers }, (came) => {
      note(came.statusCode ?? 0);
      answer.writeHead(came.statusCode ?? 502, came.headers);
      came.pipe(answer);
    });
    passing.on("error", () => answer.destroy());
    // The client was killed: an upload of half a layer does not arrive as a whole one.
    asked.on("aborted", () => passing.destroy());
    asked.pipe(passing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const gate: Gate = { host, url: `http://${host}`, passed: [], instead: undefined, close };
  return gate;
}

import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below 32768, where Linux begins to hand out ports to outgoing connections (net.ipv4.ip_local_port_range): one of those
// may be taken between the moment it was found free and the moment a server binds it.
const [lowest, beyond] = [12_000, 30_000];

/** A port of loopback that nothing listens on, drawn at random, so that two tests at once do not draw the same. */
export function freePort(): Promise<number> {
  const port = randomInt(lowest, beyond);
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(freePort()));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () =>
      server.close(() => resolve(port)),
    );
  });
}

import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { service } from "./provider";
import type { Package } from "./resource";

// Loaded by name, so that a plugin starts without the libraries of the other two.
const packages: Record<string, () => Promise<Package>> = {
  docker: async () => (await import("./docker")).docker,
  random: async () => (await import("./random")).random,
  tls: async () => (await import("./tls")).tls,
};

/**
 * Serves one plugin until the engine ends the process: `node providers.js docker|random|tls
 * [engine address]`. Prints the port it listens on, on the loopback address only, as the engine
 * expects of every plugin.
 */
async function main(name: string | undefined): Promise<void> {
  const load = packages[name ?? ""];
  if (load === undefined) {
    throw new Error(`Say which plugin to serve: ${Object.keys(packages).join(", ")}.`);
  }
  // A container's uploads and a certificate chain may well exceed gRPC's 4 MiB; so does Pulumi's own limit.
  const unlimited = 1024 * 1024 * 400;
  const server = new grpc.Server({
    "grpc.max_receive_message_length": unlimited,
    "grpc.max_send_message_length": unlimited,
  });
  server.addService(ResourceProviderService, service(await load()));
  const credentials = grpc.ServerCredentials.createInsecure();
  server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
    if (error !== null) {
      fail(error);
      return;
    }
    process.stdout.write(`${port}\n`);
    stopWithEngine();
  });
}

// The engine holds the other end of the standard input. Where it was killed, nobody else ends us.
function stopWithEngine(): void {
  process.stdin.on("end", () => process.exit()).resume();
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

main(process.argv[2]).catch(fail);

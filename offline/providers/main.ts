import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { simulatedService } from "./simulated/service";
import { service } from "./provider";

// Loaded by name, so that a plugin starts without the libraries of the others.
const plugins: Record<string, () => Promise<grpc.UntypedServiceImplementation>> = {
  aws: async () => simulatedService((await import("./aws")).aws, process.argv[3]),
  "azure-native": async () =>
    simulatedService((await import("./azure-native")).azureNative, process.argv[3]),
  docker: async () => service((await import("./docker")).docker),
  gcp: async () => simulatedService((await import("./gcp")).gcp, process.argv[3]),
};

/**
 * Serves one plugin until the engine ends the process: `node providers.js <plugin> [engine
 * address]`. Prints the port it listens on, on the loopback address only, as the engine
 * expects of every plugin.
 */
async function main(name: string | undefined): Promise<void> {
  const load = plugins[name ?? ""];
  if (load === undefined) {
    throw new Error(`Say which plugin to serve: ${Object.keys(plugins).join(", ")}.`);
  }
  // A container's uploads and a certificate chain may well exceed gRPC's 4 MiB; so does Pulumi's own limit.
  const unlimited = 1024 * 1024 * 400;
  const server = new grpc.Server({
    "grpc.max_receive_message_length": unlimited,
    "grpc.max_send_message_length": unlimited,
  });
  server.addService(ResourceProviderService, await load());
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

// The engine interrupts its plugins in the end, and holds the other end of the standard input: where it was killed, nobody else ends us.
function stopWithEngine(): void {
  process.once("SIGINT", () => process.exit());
  process.stdin.on("end", () => process.exit()).resume();
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

main(process.argv[2]).catch(fail);

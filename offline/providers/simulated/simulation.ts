import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { SimulatedPackage } from "./type";
import { simulateVariable, mayPlayDeployments } from "./variable";

/**
 * Keeps a simulated deployment from someone who means a real one, however the engine came to start it.
 * @throws Error where the variable is not set to 1.
 */
export function assertMayDeploy({ name, version, cloud }: SimulatedPackage): void {
  if (mayPlayDeployments()) {
    return;
  }
  throw new Error(
    `This is Wharf's built-in stand-in for the ${name} plugin, which talks to no cloud: it can preview, and changes nothing in ${cloud}. ` +
      `Install the official plugin: pulumi plugin install resource ${name} ${version}. ` +
      `To play the deployment through without ${cloud}, set ${simulateVariable}=1.`,
  );
}

/** Says through the engine, where a person sees it, that nothing is real. */
export function warn({ name, cloud }: SimulatedPackage, engineAddress: string | undefined) {
  if (engineAddress === undefined) {
    return Promise.resolve();
  }
  const engine = new EngineClient(engineAddress, grpc.credentials.createInsecure());
  const request = new LogRequest()
    .setSeverity(LogSeverity.WARNING)
    .setMessage(
      `${name}: a built-in stand-in that returns what it is given; nothing is created in ${cloud}`,
    );
  return new Promise<void>((resolve) => {
    // An engine that accepts no more messages is about to end, and reports that itself.
    engine.log(request, () => {
      engine.close();
      resolve();
    });
  });
}

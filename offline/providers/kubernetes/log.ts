import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Tells the engine what the user should see while a resource is at work. */
export class Log {
  private readonly engine: EngineClient | undefined;

  /** @param address where the engine listens; without one nothing is told */
  constructor(address: string | undefined) {
    this.engine =
      address === undefined
        ? undefined
        : new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** A line that stays. */
  warn(urn: string, message: string): void {
    this.send(urn, message, LogSeverity.WARNING, false);
  }

  /** What the resource is waiting for just now. */
  status(urn: string, message: string): void {
    this.send(urn, message, LogSeverity.INFO, true);
  }

  private send(urn: string, message: string, severity: LogSeverity, isEphemeral: boolean): void {
    const request = new LogRequest()
      .setUrn(urn)
      .setMessage(message)
      .setSeverity(severity)
      .setEphemeral(isEphemeral);
    // A line that the engine does not take is not worth failing for.
    this.engine?.log(request, () => undefined);
  }
}

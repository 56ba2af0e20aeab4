import { createRequire } from "node:module";
import type { GivenConfiguration } from "./configuration";

/** Who hears what the engine tells a pack before the first resource; an error that it throws is what the engine reports. */
export interface Listener {
  /** The config of the stack, keys with their namespace. The engine does not tell it in `pulumi policy analyze`. */
  stackConfig(config: ReadonlyMap<string, string>): void;
  /** The pack's configuration by rule, and by names that no rule has; the level of a rule that it does not name is the rule's own. */
  packConfig(given: ReadonlyMap<string, GivenConfiguration>): void;
  /** The types of a stack's resources, before the stack is judged as a whole. */
  stackTypes(types: ReadonlySet<string>): void;
}

/** A message of Google's protocol buffers that holds a map. */
interface ProtoMap<T> {
  forEach(visit: (value: T, key: string) => void): void;
}
interface Struct {
  toJavaScript(): Record<string, unknown>;
}
interface StackCall {
  request: { getConfigMap(): ProtoMap<string> };
}
interface PolicyConfig {
  getEnforcementlevel(): number;
  getProperties(): Struct | undefined;
}
interface PackCall {
  request: { getPolicyconfigMap(): ProtoMap<PolicyConfig> };
}
interface WholeStackCall {
  request: { getResourcesList(): { getType(): string }[] };
}
type Callback = (error: object) => void;
type Handler<C> = (call: C, callback: Callback) => unknown;
interface Handlers {
  configureStack?: Handler<StackCall>;
  configure?: Handler<PackCall>;
  analyzeStack?: Handler<WholeStackCall>;
}
interface Grpc {
  Server: { prototype: { addService(service: unknown, handlers: Handlers): unknown } };
}

/** Levels as the engine numbers them (EnforcementLevel in proto/pulumi/analyzer.proto of Pulumi). */
const levels = ["advisory", "mandatory", "disabled", "remediate"];

/** Status of gRPC for what the caller has to fix. */
const invalidArgument = 3;

/**
 * Starts a pack and hears what the engine tells it. @pulumi/policy 1.21 gives a rule its own configuration and nothing else: neither
 * the stack's config, which sets the levels, nor a name in the configuration that no rule has. Both arrive at the service that the
 * pack registers with gRPC, so that is where they are heard.
 * @param start makes the `PolicyPack`, which registers the service before it returns
 */
export function startListening(start: () => void, listener: Listener): void {
  const ofPolicy = createRequire(require.resolve("@pulumi/policy"));
  const { prototype } = (ofPolicy("@grpc/grpc-js") as Grpc).Server;
  const { addService } = prototype;
  prototype.addService = function (this: unknown, service, handlers) {
    return addService.call(this, service, {
      ...handlers,
      configureStack: before(handlers.configureStack, ({ request }) =>
        listener.stackConfig(entries(request.getConfigMap(), (value) => value)),
      ),
      configure: before(handlers.configure, ({ request }) =>
        listener.packConfig(entries(request.getPolicyconfigMap(), givenBy)),
      ),
      analyzeStack: before(handlers.analyzeStack, ({ request }) =>
        listener.stackTypes(new Set(request.getResourcesList().map((one) => one.getType()))),
      ),
    });
  };
  try {
    start();
  } finally {
    prototype.addService = addService;
  }
}

function before<C>(handler: Handler<C> | undefined, hear: (call: C) => void): Handler<C> {
  return (call, callback) => {
    try {
      hear(call);
    } catch (error) {
      callback({ code: invalidArgument, details: (error as Error).message });
      return;
    }
    handler?.(call, callback);
  };
}

function givenBy(config: PolicyConfig): GivenConfiguration {
  return {
    level: levels[config.getEnforcementlevel()],
    properties: config.getProperties()?.toJavaScript() ?? {},
  };
}

function entries<T, U>(map: ProtoMap<T>, read: (value: T) => U): Map<string, U> {
  const all = new Map<string, U>();
  map.forEach((value, key) => all.set(key, read(value)));
  return all;
}

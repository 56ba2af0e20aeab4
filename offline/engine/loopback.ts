/** Where the engine, its plugins and the program listen for each other. */
const loopback = ["localhost", "127.0.0.1", "::1"];

/**
 * Variables that keep what the engine, its plugins and the program say to each other on loopback off a proxy; none where no
 * proxy is named. gRPC for Node.js reads `grpc_proxy`, `https_proxy` and `http_proxy`, only in lower case, and unlike Go and
 * curl it makes no exception for loopback: every run then ends in "Channel has been shut down". Hosts that are exempt already
 * stay so, under both spellings, since programs differ in which they read.
 *
 * @param env the environment to complete; it is not changed
 */
export function loopbackVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  if (!env.grpc_proxy && !env.https_proxy && !env.http_proxy) return {};
  const given = [env.no_proxy, env.NO_PROXY].flatMap((hosts) => hosts?.split(",") ?? []);
  const exempt = (hosts: string[]) =>
    // gRPC compares names as they stand, blanks included.
    [...new Set([...hosts.map((host) => host.trim()), ...loopback])].filter(Boolean).join(",");
  const all = exempt(given);
  return {
    no_proxy: all,
    NO_PROXY: all,
    // Where it is set, gRPC reads it in place of no_proxy.
    ...(env.no_grpc_proxy && { no_grpc_proxy: exempt(env.no_grpc_proxy.split(",")) }),
  };
}

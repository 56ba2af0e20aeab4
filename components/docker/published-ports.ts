import { ofProgram } from "../component/described";
import { DescriptionError, type Problem } from "../core/problems";
import type { SharedDescription } from "../model/description";
import { cachePort } from "./rules";

/** Addresses that stand for every address of a host, so for none that a client could name. */
export const anyAddress: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** A port of a Docker host that a registry or one of its caches is published on. */
interface Published {
  /** Args key that names the port. */
  key: string;
  port: number;
  address: string;
}

/** Published ports by the name of their registry, for each Docker host: the stack's own, or that of a provider. */
const hosts = ofProgram(() => new Map<object | undefined, Map<string, Published[]>>());

/**
 * Notes the ports of a registry on its Docker host, where Docker would refuse to start a second container on one of them.
 * @param name of the component
 * @param provider of the component's options; undefined for the stack's own Docker host
 * @throws DescriptionError where another registry of the program is published on one of the ports
 */
export function publishPorts(
  name: string,
  description: SharedDescription,
  provider: object | undefined,
): void {
  const registries = hosts().get(provider) ?? new Map<string, Published[]>();
  hosts().set(provider, registries);
  const { address, port } = description.endpoint;
  const published = [
    { key: "endpoint.port", port, address },
    ...description.pullThroughCaches.map((_, i) => ({
      key: `pullThroughCaches[${i}].port`,
      port: cachePort(description, i),
      address,
    })),
  ];
  const problems = published.flatMap((own): Problem[] => {
    const other = [...registries].find(
      ([holder, theirs]) => holder !== name && theirs.some((one) => isSame(one, own)),
    );
    if (other === undefined) return [];
    return [
      {
        key: own.key,
        message: `${own.port} of ${address} is published by registry "${other[0]}" as well; a port of a Docker host serves one container`,
      },
    ];
  });
  registries.set(name, published);
  if (problems.length > 0) throw new DescriptionError(`DockerRegistry "${name}"`, problems);
}

/** Whether Docker could not bind both: one address, or one of them stands for all addresses. */
function isSame(one: Published, other: Published): boolean {
  const alike =
    one.address === other.address || anyAddress.has(one.address) || anyAddress.has(other.address);
  return one.port === other.port && alike;
}

import type { NetworkInspectInfo } from "dockerode";
import type { Found, Resource } from "../resource";
import { flag, isObject, objects, text, textMap, type Values } from "../values";
import { ask, engine, isNotFound, removeWhenFree } from "./engine";
import { isPlanned, labelMap, labelPairs, labelsProperty } from "./labels";

/** A network of the engine; every change replaces it. */
export const network: Resource = {
  properties: {
    attachable: { type: "boolean", replaces: true },
    driver: { type: "string", computed: true, replaces: true },
    ingress: { type: "boolean", replaces: true },
    internal: { type: "boolean", computed: true, replaces: true },
    ipamConfigs: {
      type: "set",
      computed: true,
      replaces: true,
      fields: {
        auxAddress: { type: "map" },
        gateway: { type: "string" },
        ipRange: { type: "string" },
        subnet: { type: "string" },
      },
    },
    ipamDriver: { type: "string", default: "default", replaces: true },
    ipamOptions: { type: "map", replaces: true },
    ipv6: { type: "boolean", replaces: true },
    labels: labelsProperty,
    name: { type: "string", replaces: true },
    options: { type: "map", computed: true, replaces: true },
    scope: { type: "string", output: true },
  },
  stateVersion: 1,
  fillsDefaults: true,
  autonamed: true,

  async create(planned) {
    const name = text(planned, "name");
    const leftover = await findLeftover(planned);
    if (leftover !== undefined) {
      return leftover;
    }
    const created = await ask(`The network ${name} could not be created`, async () =>
      (await engine()).createNetwork({
        Name: name,
        // Without it the engine makes a second network of the same name.
        CheckDuplicate: true,
        Driver: text(planned, "driver") || "bridge",
        Internal: flag(planned, "internal"),
        Attachable: flag(planned, "attachable"),
        Ingress: flag(planned, "ingress"),
        EnableIPv6: flag(planned, "ipv6"),
        Labels: labelMap(planned),
        ...(textMap(planned, "options") && { Options: textMap(planned, "options") }),
        IPAM: {
          Driver: text(planned, "ipamDriver"),
          Config: objects(planned, "ipamConfigs").map(ipamConfig),
          Options: textMap(planned, "ipamOptions") ?? {},
        },
      }),
    );
    return (await this.read(created.id, planned)) ?? { id: created.id, state: planned };
  },

  async read(id, state) {
    try {
      return found(
        await ask(`The network ${text(state, "name")} could not be read`, async () =>
          (await engine()).getNetwork(id).inspect(),
        ),
      );
    } catch (error) {
      if (isNotFound(error)) {
        return undefined;
      }
      throw error;
    }
  },

  update: async (_id, state, planned) => ({ ...state, ...planned }),

  delete: (id, state) =>
    removeWhenFree(`The network ${text(state, "name")} could not be removed`, async () =>
      (await engine()).getNetwork(id).remove(),
    ),
};

// An `up` that was killed after the engine made the network and before the state was saved left one
// of our name with our labels. It is taken over: Docker allows several networks of one name.
async function findLeftover(planned: Values): Promise<Found | undefined> {
  const name = text(planned, "name");
  const networks = await ask("The networks could not be listed", async () =>
    (await engine()).listNetworks({ filters: { name: [name] } }),
  );
  const leftover = networks.find(
    (candidate) =>
      candidate.Name === name &&
      Object.keys(labelMap(planned)).length > 0 &&
      isPlanned(candidate.Labels, planned),
  );
  return leftover && found(await (await engine()).getNetwork(leftover.Id).inspect());
}

function found(inspected: NetworkInspectInfo): Found {
  const id = inspected.Id;
  const ipam = inspected.IPAM;
  const state: Values = {
    id,
    attachable: inspected.Attachable,
    driver: inspected.Driver,
    ingress: inspected.Ingress,
    internal: inspected.Internal,
    ipamConfigs: (ipam?.Config ?? []).map((config: Record<string, unknown>) => ({
      auxAddress: isObject(config.AuxiliaryAddresses as Values)
        ? (config.AuxiliaryAddresses as Values)
        : {},
      gateway: String(config.Gateway ?? ""),
      ipRange: String(config.IPRange ?? ""),
      subnet: String(config.Subnet ?? ""),
    })),
    ipamDriver: ipam?.Driver ?? "default",
    ipamOptions: (ipam?.Options as Values | null | undefined) ?? {},
    ipv6: inspected.EnableIPv6 === true,
    labels: labelPairs(inspected.Labels),
    name: inspected.Name,
    options: (inspected.Options as Values | null | undefined) ?? {},
    scope: inspected.Scope,
  };
  return { id, state };
}

function ipamConfig(config: Values): Record<string, unknown> {
  return {
    ...(text(config, "subnet") && { Subnet: text(config, "subnet") }),
    ...(text(config, "ipRange") && { IPRange: text(config, "ipRange") }),
    ...(text(config, "gateway") && { Gateway: text(config, "gateway") }),
    ...(textMap(config, "auxAddress") && { AuxiliaryAddresses: textMap(config, "auxAddress") }),
  };
}

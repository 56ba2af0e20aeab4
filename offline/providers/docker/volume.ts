import type { VolumeInspectInfo } from "dockerode";
import type { Resource } from "../resource";
import { text, textMap, type Values } from "../values";
import { ask, engine, isNotFound, removeWhenFree } from "./engine";
import { bearsStackName, hasLabels, labelMap, labelPairs, labelsProperty } from "./labels";

/** A named volume; its name is its identifier, and every change replaces it. */
export const volume: Resource = {
  properties: {
    driver: { type: "string", computed: true, replaces: true },
    driverOpts: { type: "map", replaces: true },
    labels: labelsProperty,
    mountpoint: { type: "string", output: true },
    name: { type: "string", computed: true, replaces: true },
  },
  stateVersion: 1,
  fillsDefaults: true,
  autonamed: true,

  async create(planned) {
    const name = text(planned, "name");
    // The engine hands out an existing volume of that name as if it were new, whosever it is. One
    // that bears other labels belongs to something else, and its content is not ours to take. Of a stack
    // that has gone it bears that stack's label, and those of the description as it was then.
    const existing = await this.read(name, planned);
    const labels = existing && labelMap(existing.state);
    if (labels && !bearsStackName(labels, planned) && !hasLabels(labels, planned)) {
      throw new Error(
        `The volume ${name} exists already and belongs to something else, as its labels differ. ` +
          `Choose another name, or remove it with its content: docker volume rm ${name}`,
      );
    }
    await ask(`The volume ${name} could not be created`, async () =>
      (await engine()).createVolume({
        Name: name,
        Labels: labelMap(planned),
        ...(text(planned, "driver") && { Driver: text(planned, "driver") }),
        ...(textMap(planned, "driverOpts") && { DriverOpts: textMap(planned, "driverOpts") }),
      }),
    );
    return (await this.read(name, planned)) ?? { id: name, state: planned };
  },

  async read(id, state) {
    try {
      const inspected = await ask(`The volume ${text(state, "name")} could not be read`, async () =>
        (await engine()).getVolume(id).inspect(),
      );
      return { id: inspected.Name, state: found(inspected) };
    } catch (error) {
      if (isNotFound(error)) {
        return undefined;
      }
      throw error;
    }
  },

  update: async (_id, state, planned) => ({ ...state, ...planned }),

  delete: (id) =>
    removeWhenFree(`The volume ${id} could not be removed`, async () =>
      (await engine()).getVolume(id).remove({ force: true }),
    ),
};

function found(inspected: VolumeInspectInfo): Values {
  return {
    id: inspected.Name,
    driver: inspected.Driver,
    driverOpts: inspected.Options ?? {},
    labels: labelPairs(inspected.Labels),
    mountpoint: inspected.Mountpoint,
    name: inspected.Name,
  };
}

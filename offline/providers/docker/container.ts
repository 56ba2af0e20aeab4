import type { Container } from "dockerode";
import type { Failure } from "../properties";
import { Incomplete, type Found, type Resource } from "../resource";
import { flag, number, objects, text, texts, type Values } from "../values";
import { containerProperties } from "./container-properties";
import { createOptions, updatableLimits } from "./container-spec";
import { containerState } from "./container-state";
import { ask, engine, isConflict, isNotFound } from "./engine";
import { waitUntilHealthy } from "./health";
import { isOfSameStack } from "./labels";
import { ensureImage } from "./remote-image";
import { uploadFiles } from "./uploads";

/** A container: created, filled with its uploads, started unless told not to, and waited for. */
export const container: Resource = {
  properties: containerProperties,
  stateVersion: 2,
  fillsDefaults: true,
  autonamed: true,
  deleteBeforeReplace: true,
  check: checkContainer,

  async create(planned) {
    await ensureImage(text(planned, "image"), text(planned, "platform"));
    const created = await createNamed(planned);
    await fill(created, planned);
    return started(created, planned, flag(planned, "start"));
  },

  async read(id, state) {
    try {
      return await inspect((await engine()).getContainer(id), state);
    } catch (error) {
      if (isNotFound(error)) {
        return undefined;
      }
      throw error;
    }
  },

  async update(id, state, planned) {
    const current = (await engine()).getContainer(id);
    const limits = updatableLimits(withSwap(state, planned));
    if (JSON.stringify(limits) !== JSON.stringify(updatableLimits(state))) {
      await ask(`The container ${text(planned, "name")} could not be updated`, () =>
        current.update(limits),
      );
    }
    // One that may stop, such as a task that ends, is not started again.
    const mustRun = flag(planned, "start") && flag(planned, "mustRun");
    return (await started(current, { ...state, ...planned }, mustRun)).state;
  },

  async delete(id, state) {
    const what = `The container ${text(state, "name")} could not be removed`;
    const current = (await engine()).getContainer(id);
    try {
      await ask(what, () => remove(current, state));
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  },
};

function checkContainer(inputs: Values): Failure[] {
  const failures: Failure[] = [];
  if (texts(inputs, "command").includes("")) {
    failures.push({ property: "command", reason: '"command" has an empty word' });
  }
  objects(inputs, "volumes").forEach((volume, index) => {
    const paths = [volume.containerPath, volume.fromContainer].filter((path) => path !== undefined);
    if (paths.length !== 1) {
      const property = `volumes[${index}]`;
      const reason = `"${property}" needs exactly one of containerPath and fromContainer`;
      failures.push({ property, reason });
    }
  });
  return failures;
}

async function inspect(current: Container, before: Values): Promise<Found> {
  const inspected = await ask(`The container ${text(before, "name")} could not be read`, () =>
    current.inspect(),
  );
  return { id: inspected.Id, state: containerState(before, inspected) };
}

// An `up` that was killed before the state was saved left a container of our name. It may lack its
// uploads or networks, so it is not taken over but replaced; what bears another stack's label, or
// none, is not ours to remove.
async function createNamed(planned: Values): Promise<Container> {
  const name = text(planned, "name");
  const create = () =>
    ask(`The container ${name} could not be created`, async () =>
      (await engine()).createContainer(createOptions(planned)),
    );
  try {
    return await create();
  } catch (error) {
    if (!isConflict(error)) {
      throw error;
    }
    const existing = (await engine()).getContainer(name);
    const { Config: config } = await existing.inspect();
    if (!isOfSameStack(config.Labels, planned)) {
      throw new Error(
        `The container ${name} exists already and does not belong to this stack. ` +
          `Choose another name, or remove it: docker rm -f ${name}`,
      );
    }
    await ask(`The leftover container ${name} could not be removed`, () =>
      remove(existing, planned),
    );
    return create();
  }
}

async function connectNetworks(created: Container, planned: Values): Promise<void> {
  const networks = objects(planned, "networksAdvanced");
  if (networks.length === 0) {
    return;
  }
  const { NetworkSettings: settings } = await created.inspect();
  if (settings.Networks.bridge !== undefined) {
    await ask("The container could not leave the default network", async () =>
      (await engine()).getNetwork("bridge").disconnect({ Container: created.id }),
    );
  }
  for (const network of networks) {
    const name = text(network, "name");
    await ask(`The container could not join the network ${name}`, async () =>
      (await engine()).getNetwork(name).connect({
        Container: created.id,
        EndpointConfig: {
          Aliases: texts(network, "aliases"),
          IPAMConfig: {
            IPv4Address: text(network, "ipv4Address"),
            IPv6Address: text(network, "ipv6Address"),
            LinkLocalIPs: texts(network, "linkLocalIps"),
          },
          MacAddress: text(network, "macAddress"),
          DriverOpts: Object.fromEntries(
            texts(network, "driverOpts").map((option) => option.split(/=(.*)/s, 2)),
          ),
          ...(number(network, "gwPriority") > 0 && {
            GwPriority: number(network, "gwPriority"),
          }),
        },
      }),
    );
  }
}

// Starts what must run and does not, waits for its health where asked to, and reads it. Where that
// fails, the container stays and goes into the state, so that the next `up` tries again.
async function started(current: Container, planned: Values, mustRun: boolean): Promise<Found> {
  try {
    if (mustRun) {
      const { State: run } = await current.inspect();
      if (!run.Running) {
        await ask(`The container ${text(planned, "name")} could not be started`, () =>
          current.start(),
        );
      }
      if (flag(planned, "wait")) {
        await waitUntilHealthy(current, planned);
      }
    }
  } catch (error) {
    throw new Incomplete(await inspect(current, planned), messageOf(error));
  }
  return inspect(current, planned);
}

// A container that lacks its networks or files is of no use, and its state could not tell: it goes.
async function fill(created: Container, planned: Values): Promise<void> {
  try {
    await connectNetworks(created, planned);
    await uploadFiles(created, planned);
  } catch (error) {
    await ask(`${messageOf(error)} The container could not be removed again`, () =>
      created.remove({ v: true, force: true }),
    );
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// The engine sets twice the memory where no swap is asked for, and refuses to raise the one above
// the other: what followed the memory at creation follows it now.
function withSwap(state: Values, planned: Values): Values {
  const follows = number(state, "memorySwap") === 2 * number(state, "memory");
  const unchanged = planned.memorySwap === state.memorySwap;
  return follows && unchanged ? { ...planned, memorySwap: 2 * number(planned, "memory") } : planned;
}

// SIGTERM first, and after destroyGraceSeconds SIGKILL; without them at once, as the official plugin
// does it. A container that does not run has nothing to stop.
async function remove(current: Container, state: Values): Promise<void> {
  const grace = number(state, "destroyGraceSeconds");
  const { State: run } = await current.inspect();
  if (run.Running) {
    await current.stop({ t: grace }).catch((error: { statusCode?: number }) => {
      // 304: it has stopped by itself meanwhile.
      if (error.statusCode !== 304) {
        throw error;
      }
    });
  }
  await current.remove({ v: state.removeVolumes !== false, force: true });
}

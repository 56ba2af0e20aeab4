import type { ImageInspectInfo } from "dockerode";
import type { Found, Resource } from "../resource";
import { flag, text, type Values } from "../values";
import { ask, engine, isNotFound } from "./engine";

/** An image on the engine: pulled where it is not there, and removed with the resource unless kept. */
export const remoteImage: Resource = {
  properties: {
    forceRemove: { type: "boolean" },
    imageId: { type: "string", output: true },
    keepLocally: { type: "boolean" },
    name: { type: "string", required: true, replaces: true },
    platform: { type: "string", replaces: true },
    pullTriggers: { type: "set", replaces: true },
    repoDigest: { type: "string", output: true },
    triggers: { type: "map", replaces: true },
  },
  fillsDefaults: true,

  async create(planned) {
    const name = text(planned, "name");
    await ensureImage(name, text(planned, "platform"));
    const found = await this.read("", planned);
    if (found === undefined) {
      throw new Error(`The image ${name} was pulled but is not on the engine.`);
    }
    return found;
  },

  async read(_id, state) {
    const inspected = await inspectImage(text(state, "name"));
    return inspected && found(state, inspected);
  },

  update: async (_id, state, planned) => ({ ...state, ...planned }),

  async delete(_id, state) {
    const name = text(state, "name");
    if (flag(state, "keepLocally") || (await inspectImage(name)) === undefined) {
      return;
    }
    await ask(`The image ${name} could not be removed`, async () =>
      (await engine()).getImage(name).remove({ force: flag(state, "forceRemove") }),
    );
  },
};

/** Pulls an image by its name, unless the engine has it; an identifier or a local tag is never pulled. */
export async function ensureImage(name: string, platform: string): Promise<void> {
  if ((await inspectImage(name)) !== undefined) {
    return;
  }
  await ask(`The image ${name} is not on this machine, and pulling it failed`, async () => {
    const docker = await engine();
    const stream = await docker.pull(withTag(name), platform === "" ? {} : { platform });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
    });
  });
}

// A name without tag or digest would pull every tag of the repository.
function withTag(name: string): string {
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
}

async function inspectImage(name: string): Promise<ImageInspectInfo | undefined> {
  try {
    return await ask(`The image ${name} could not be read`, async () =>
      (await engine()).getImage(name).inspect(),
    );
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}

function found(state: Values, inspected: ImageInspectInfo): Found {
  const name = text(state, "name");
  const id = inspected.Id + name;
  return {
    id,
    state: { ...state, id, imageId: inspected.Id, repoDigest: repoDigest(name, inspected) },
  };
}

// The digest of the repository that the image was asked for by; "" for one that was never pulled.
function repoDigest(name: string, inspected: ImageInspectInfo): string {
  const digests = inspected.RepoDigests ?? [];
  const repository = name.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return (
    digests.find((digest) => digest.startsWith(`${repository}@`)) ??
    (digests.length === 1 ? (digests[0] ?? "") : "")
  );
}

import { genSalt, hash } from "bcryptjs";
import type { Resource } from "../resource";
import type { Values } from "../values";
import {
  characterProperties,
  checkCharacters,
  completeNumeric,
  drawCharacters,
} from "./characters";

// The cost of Go's bcrypt.DefaultCost, which the official plugin uses.
const bcryptCost = 10;

/**
 * A secret drawn at random, with its bcrypt hash. The hash covers the first 72 bytes, all that
 * bcrypt takes. Its identifier is "none", as with the official plugin, since it would tell the secret.
 */
export const password: Resource = {
  properties: {
    ...characterProperties,
    bcryptHash: { type: "string", output: true },
  },
  secrets: ["bcryptHash", "result"],
  stateVersion: 3,
  check: checkCharacters,
  complete: completeNumeric,
  async create(planned: Values) {
    const result = drawCharacters(planned);
    // The official plugin writes the version "2a"; the algorithm of "2b" is the same.
    const salt = (await genSalt(bcryptCost)).replace(/^\$2b\$/, "$2a$");
    const bcryptHash = await hash(result, salt);
    return { id: "none", state: { ...planned, id: "none", result, bcryptHash } };
  },
  read: async (id, state) => ({ id, state }),
  update: async (_id, state, planned) => ({ ...state, ...planned }),
  delete: async () => {},
};

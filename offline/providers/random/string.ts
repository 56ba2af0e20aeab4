import type { Resource } from "../resource";
import type { Values } from "../values";
import {
  characterProperties,
  checkCharacters,
  completeNumeric,
  drawCharacters,
} from "./characters";

/** A string drawn at random that is no secret; it is its own identifier. */
export const string: Resource = {
  properties: characterProperties,
  stateVersion: 2,
  check: checkCharacters,
  complete: completeNumeric,
  async create(planned: Values) {
    const result = drawCharacters(planned);
    return { id: result, state: { ...planned, id: result, result } };
  },
  read: async (id, state) => ({ id, state }),
  update: async (_id, state, planned) => ({ ...state, ...planned }),
  delete: async () => {},
};

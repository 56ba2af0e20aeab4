import type { Announce } from "../offline/announce";

/** Tells on the console what tests wait for. */
export const announce: Announce = {
  start: (step, detail = "") => console.log(`… ${step}: ${detail}`),
  update: (detail) => console.log(`    ${detail}`),
  done: (step, detail) => console.log(`✔ ${step}: ${detail}`),
};

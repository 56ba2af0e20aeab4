import { unhurried, type Announce } from "../../offline/announce";

const isTold = unhurried(() => performance.now());

/** Tells on the console what tests wait for. */
export const announce: Announce = {
  start: (step, detail = "") => {
    isTold(undefined);
    console.log(`… ${step}: ${detail}`);
  },
  update: (detail) => {
    if (isTold(detail)) console.log(`    ${detail}`);
  },
  done: (step, detail) => console.log(`✔ ${step}: ${detail}`),
};

// Which way imports go, those of types included: `npm run imports` checks it, and CONTRIBUTING.md tells the same in words.

const targets = "docker|kubernetes|aws|gcp|azure";

/** Rooms between the model and the targets: what several targets are made with. */
const shared = `(?!core|model|description|plugin|${targets})[^/]+`;

/** What puts the targets together, above all of them. */
const composing = "^components/((index|targets)[.]ts|description([.]ts|/)|plugin/)";
/** The outputs that every target has. */
const outputs = "^components/registry[.]ts";

/** All that is in rooms of components/. */
const rooms = (names) => `^components/(?:${names})/`;

/** No file of `from` imports one of `to`; both are regular expressions over paths. */
const no = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

export default {
  forbidden: [
    no(
      "circle",
      "Two files that import each other are one thought, or one of them holds a piece that both need.",
      { path: "^(components|cli|policies|offline)/" },
      { circular: true },
    ),
    no(
      "components-stand-alone",
      "The component package is installed without the command, what closed networks need, and the policy pack.",
      { path: "^components/" },
      { path: "^(cli|offline|policies|bench|docs|examples|test)/|^index[.]ts$" },
    ),
    no(
      "core-is-lowest",
      "core/ knows no key of a description and no target.",
      { path: rooms("core") },
      { path: [rooms(`model|${shared}|${targets}`), composing, outputs] },
    ),
    no(
      "model-is-below-what-is-made-of-it",
      "model/ describes the shared keys, and not what is made of them.",
      { path: rooms("model") },
      { path: [rooms(`${shared}|${targets}`), composing, outputs] },
    ),
    no(
      "shared-is-below-targets",
      "What several targets are made with is given what it needs of one.",
      { path: rooms(shared) },
      { path: [rooms(targets), composing] },
    ),
    no(
      "targets-are-below-what-puts-them-together",
      "A target can be used without the stack's config and without the others.",
      { path: rooms(targets) },
      { path: composing },
    ),
    no(
      "targets-know-not-one-another",
      "What two targets need is in a room that both may import.",
      { path: `^components/(${targets})/` },
      { path: rooms(targets), pathNot: "^components/$1/" },
    ),
    no(
      "policies-stand-alone",
      "The pack judges resources by their type strings, also those of other programs.",
      { path: "^policies/" },
      { path: "^(components|cli|offline)/|^index[.]ts$" },
    ),
    no(
      "offline-is-below-cli",
      "offline/ is what the command runs with.",
      { path: "^offline/" },
      { path: "^(cli|policies)/|^index[.]ts$" },
    ),
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    exclude: { path: "node_modules|/dist/" },
  },
};

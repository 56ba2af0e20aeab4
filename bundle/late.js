const Module = require("node:module");

/**
 * Has packages loaded when something of them is used, not when something requires them. Pulumi's SDK requires the TypeScript compiler
 * and npm's arborist as it starts, to serialize functions, and Docker's client requires SSH and BuildKit's protocol: a third of the
 * time in which a command starts (measured), and few runs use one of them.
 */
function loadLate() {
  const late = [
    ["typescript", "@pulumi/pulumi"],
    ["@npmcli/arborist", "@pulumi/pulumi"],
    ["docker-modem/lib/ssh.js", "dockerode"],
    ["dockerode/lib/session.js", "dockerode"],
  ];
  for (const [name, requiredBy] of late) {
    const file = resolved(name, requiredBy);
    if (file === undefined || require.cache[file] !== undefined) continue;
    const module_ = new Module(file, module);
    module_.filename = file;
    module_.loaded = true;
    module_.exports = whenUsed(() => {
      delete require.cache[file];
      return require(file);
    });
    require.cache[file] = module_;
  }
}

function resolved(name, requiredBy) {
  try {
    return require.resolve(name, { paths: [require.resolve(`${requiredBy}/package.json`)] });
  } catch {
    // It is not there for people who installed without what only developers need.
    return undefined;
  }
}

/** What `load` returns, which is called at the first use of any part. */
function whenUsed(load) {
  let loaded;
  const real = () => (loaded ??= load());
  return new Proxy(function () {}, {
    // Compiled TypeScript asks for this mark at once, and copies every part where it is not there.
    get: (_, key) => (key === "__esModule" && loaded === undefined ? true : real()[key]),
    has: (_, key) => key in real(),
    apply: (_, self, args) => Reflect.apply(real(), self, args),
    construct: (_, args) => Reflect.construct(real(), args),
  });
}

module.exports = { loadLate };

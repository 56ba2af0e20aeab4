import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Field {
  key: string;
  type: string;
  inline: boolean;
}

/** Fields of every Go struct in the text, by the struct's name; a field without a tag has its name in lower case. */
function structs(go: string): Map<string, Field[]> {
  const found = new Map<string, Field[]>();
  for (const [, name = "", body = ""] of go.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    const fields = [...body.matchAll(/^\t(\w+)\s+([\w.*[\]]+)(?:\s+`yaml:"([^"]*)"`)?/gm)].map(
      ([, field = "", type = "", tag = field.toLowerCase()]): Field => {
        const [key = "", ...flags] = tag.split(",");
        return { key, type, inline: flags.includes("inline") };
      },
    );
    found.set(name, fields);
  }
  return found;
}

/** Every key below `type`, as a path; a list's elements are marked with `[]`. */
function keysBelow(all: Map<string, Field[]>, type: string, prefix: string): string[] {
  const name = type.replace(/^[[\]*]+/, "");
  const fields = all.get(name);
  if (fields === undefined) {
    return [prefix];
  }
  const path = type.startsWith("[]") ? `${prefix}[]` : prefix;
  return fields.flatMap((field) =>
    field.inline
      ? keysBelow(all, field.type, path)
      : keysBelow(all, field.type, path === "" ? field.key : `${path}.${field.key}`),
  );
}

/** First groups of every match. */
function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, group = ""]) => group);
}

/** The keys under `storage` that are not a driver, by the variable that holds their map in handlers/app.go. */
const storageVariables: Record<string, string> = {
  mc: "storage.maintenance",
  readOnly: "storage.maintenance.readonly",
  config: "storage.maintenance.uploadpurging",
  d: "storage.delete",
  p: "storage.tag",
  redirectConfig: "storage.redirect",
  cc: "storage.cache",
};

/** Every key of config.yml that distribution's sources in `directory` read. */
export function keysInSources(directory: string): Set<string> {
  const read = (...path: string[]) => readFileSync(join(directory, ...path), "utf8");
  const driver = (...path: string[]) => read("registry", "storage", "driver", ...path);
  const under = (prefix: string, names: string[]) => names.map((name) => `${prefix}.${name}`);

  const configuration = structs(read("configuration", "configuration.go"));
  const typed = keysBelow(configuration, "Configuration", "").filter(
    // What these hold is a map of its own, read from the sources below.
    (key) => !["storage", "auth", "middleware"].includes(key),
  );

  const app = read("registry", "handlers", "app.go");
  const options = [
    ...app.matchAll(/\b(mc|readOnly|config|d|p|redirectConfig|cc)\["([a-z]+)"\]/g),
  ].map(([, variable = "", name = ""]) => `${storageVariables[variable]}.${name}`);

  const parameters = /(?:parameters\[|getParameterAs\w+(?:\[\w+\])?\(parameters, )"(\w+)"/g;
  const azureTags = [
    ...driver("azure", "parser.go").matchAll(/^\t(\w+)\s+\w+\s+`mapstructure:"(\w+)"`/gm),
  ];
  const credentials = ["Type", "ClientID", "TenantID", "Secret"];
  const azure = azureTags
    .filter(([, field]) => field !== "Credentials")
    .map(([, field = "", tag = ""]) => (credentials.includes(field) ? `credentials.${tag}` : tag));

  const token = read("registry", "auth", "token", "accesscontroller.go");
  const tokenKeys = matches(/keys := \[\]string\{([^}]*)\}/.exec(token)?.[1] ?? "", /"(\w+)"/g);
  const middleware = (name: string) => driver("middleware", name, "middleware.go");

  return new Set([
    ...typed,
    ...options,
    ...under("storage.filesystem", matches(driver("filesystem", "driver.go"), parameters)),
    ...under("storage.s3", matches(driver("s3-aws", "s3.go"), parameters)),
    ...under("storage.gcs", matches(driver("gcs", "gcs.go"), parameters)),
    ...under("storage.azure", azure),
    ...under(
      "auth.htpasswd",
      matches(read("registry", "auth", "htpasswd", "access.go"), /options\["(\w+)"\]/g),
    ),
    ...under("auth.token", [...tokenKeys, ...matches(token, /options\["(\w+)"\]/g)]),
    "middleware.storage[].name",
    "middleware.storage[].disabled",
    ...under("middleware.storage[].options", [
      ...matches(middleware("redirect"), /options\["(\w+)"\]/g),
      ...matches(middleware("rewrite"), /getStringOption\("(\w+)"/g),
      ...matches(middleware("cloudfront"), /options\["(\w+)"\]/g),
    ]),
  ]);
}

const text = { type: "string" };
const texts = { type: "array", items: text, minItems: 1 };
const strictly = (properties: object, required: string[] = []) => ({
  ...{ type: "object", additionalProperties: false, properties, required },
});

const phase = strictly(
  {
    "run-as": text,
    "on-failure": { type: "string", pattern: "^(ABORT|CONTINUE|RETRY(-.*)?)$" },
    commands: texts,
    finally: texts,
    steps: { type: "array" },
  },
  ["commands"],
);

/**
 * A buildspec of version 0.2, after "Build specification reference for CodeBuild": what it may hold, and nothing else. The
 * schema that AWS publishes for editors is only on a web server, in no package.
 */
export const buildspecSchema = strictly(
  {
    version: { const: 0.2 },
    "run-as": text,
    env: strictly({
      shell: { enum: ["bash", "/bin/sh", "powershell.exe", "cmd.exe"] },
      variables: { type: "object", additionalProperties: text },
      "parameter-store": { type: "object", additionalProperties: text },
      "secrets-manager": { type: "object", additionalProperties: text },
      "exported-variables": texts,
      "git-credential-helper": { enum: ["yes", "no"] },
    }),
    proxy: { type: "object" },
    batch: { type: "object" },
    phases: {
      ...strictly({ install: phase, pre_build: phase, build: phase, post_build: phase }),
      minProperties: 1,
    },
    reports: { type: "object" },
    artifacts: { type: "object" },
    cache: { type: "object" },
  },
  ["version", "phases"],
);

import { containerType, variablesOf } from "../docker";
import { eachKnown, known } from "../known";
import { allContainersOf, isWorkload, workloadTypes } from "../kubernetes";
import { azureNative, levels, type ResourceRule } from "../rule";

const configMap = "kubernetes:core/v1:ConfigMap";
const project = "aws:codebuild/project:Project";
const trigger = "gcp:cloudbuild/trigger:Trigger";
const task = azureNative("containerregistry", "Task");

/** Names of variables that hold what is to stay secret, whatever stands before it. */
const secretName =
  /(^|_)(PASSWORD|PASSWD|SECRET|SECRETKEY|SECRET_ACCESS_KEY|ACCOUNTKEY|API_?KEY|PRIVATE_?KEY|TOKEN)$/i;

/** What is not a secret, whatever its name: a switch, as in MYSQL_ALLOW_EMPTY_PASSWORD=yes, nothing, or another variable's name. */
const noSecret = /^(|true|false|yes|no|on|off|[01]|none|null|\$\w+|\$\(\w+\)|\$\{\w+\})$/i;

/** What only a secret looks like: a hash of bcrypt, a private key. */
const secretText = /\$2[aby]\$\d\d\$|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const dockerLogin = /"auth"\s*:\s*"([^"]*)"/g;

/** Whether a text holds a user and a password as Docker writes them down (config.json of the Docker CLI). */
function hasLogin(text: string): boolean {
  return [...text.matchAll(dockerLogin)].some(([, login = ""]) =>
    /^[^:\s]+:.+$/.test(Buffer.from(login, "base64").toString()),
  );
}

/** Whether a variable holds a secret. A value that is not known yet is one as its name says. */
function isSecret(name: string, value: () => string | undefined): boolean {
  return secretName.test(name) && !noSecret.test(known(() => [value() ?? ""])[0] ?? "unknown");
}

export const noInlineSecrets: ResourceRule = {
  name: "no-inline-secrets",
  severity: "critical",
  description:
    "A secret stands where only its reader can read it: in no variable, build setting or ConfigMap.",
  remediation:
    "Mount it as a file, take it from a Secret by valueFrom.secretKeyRef, from Secrets Manager or Parameter Store on CodeBuild, from Secret Manager on Cloud Build, or mark it isSecret in an ACR task.",
  corresponds: ["CKV_K8S_35", "KSV-0109", "C-0012"],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  general: true,
  types: [containerType, ...workloadTypes, configMap, project, trigger, task],
  // Values are never part of a message.
  checks: [
    function* (resource) {
      if (resource.type !== containerType) return;
      for (const [name, value] of variablesOf(resource)) {
        if (isSecret(name, () => value))
          yield `envs holds the value of ${name}; docker inspect shows it.`;
      }
    },
    function* (resource) {
      if (!isWorkload(resource.type)) return;
      const variables = () => allContainersOf(resource).flatMap(({ env = [] }) => env);
      yield* eachKnown(variables, function* (variable) {
        const { name = "" } = variable;
        if (isSecret(name, () => variable.value)) yield `env holds the value of ${name}.`;
      });
    },
    function* ({ type, props }) {
      if (type !== configMap) return;
      const data = () => Object.keys((props.data ?? {}) as object);
      yield* eachKnown(data, function* (key) {
        const text = (props.data as Record<string, string>)[key] ?? "";
        if (secretText.test(text) || hasLogin(text) || isSecret(key, () => text))
          yield `data["${key}"] holds a secret.`;
      });
    },
    function* ({ type, props }) {
      if (type !== project) return;
      const variables = () => props.environment?.environmentVariables as Variable[] | undefined;
      yield* eachKnown(variables, function* (variable) {
        const { name, type: kind = "PLAINTEXT" } = variable;
        if (kind === "PLAINTEXT" && isSecret(name, () => variable.value))
          yield `environment.environmentVariables holds the value of ${name} as PLAINTEXT.`;
      });
    },
    function* ({ type, props }) {
      if (type !== trigger) return;
      const names = () => Object.keys((props.substitutions ?? {}) as object);
      yield* eachKnown(names, function* (name) {
        const value = () => (props.substitutions as Record<string, string>)[name];
        if (isSecret(name, value)) yield `substitutions holds the value of ${name}.`;
      });
    },
    function* ({ type, props }) {
      if (type !== task) return;
      const given = () => [
        ...((props.step?.arguments ?? []) as Argument[]),
        ...((props.step?.values ?? []) as Argument[]),
      ];
      yield* eachKnown(given, function* (argument) {
        const { name } = argument;
        if (argument.isSecret !== true && isSecret(name, () => argument.value))
          yield `step holds the value of ${name}, which is not isSecret.`;
      });
    },
  ],
};

interface Variable {
  name: string;
  value?: string;
  type?: string;
}
interface Argument {
  name: string;
  value?: string;
  isSecret?: boolean;
}

import type { ClusterChoice } from "./connection";
import type { Values } from "../values";

/** The provider's configuration, as the official plugin understands it. */
export interface Settings extends ClusterChoice {
  /** Where objects go that name no namespace; by default the kubeconfig's context says. */
  namespace?: string;
  /** Forget objects whose cluster cannot be reached, on refresh and destroy. */
  deleteUnreachable: boolean;
  /** Take over fields that others manage instead of reporting the conflict. */
  enablePatchForce: boolean;
  /** Let a creation update an object that is there already. */
  upsertExistingObjects: boolean;
  /** Change a Secret's data in place instead of replacing it. */
  enableSecretMutable: boolean;
  /** Change a ConfigMap's data in place instead of replacing it. */
  enableConfigMapMutable: boolean;
}

/**
 * Reads the configuration: what the program or the stack set, else the environment variable that the
 * official plugin reads. Switches may come as booleans or as their words.
 *
 * @throws {Error} a sentence, where something is asked for that only the official plugin does
 */
export function readSettings(config: Values): Settings {
  const text = (name: string): string | undefined => {
    const value = config[name];
    return value === undefined || value === "" ? undefined : textOf(value);
  };
  const flag = (name: string, variable: string, byDefault = false): boolean => {
    const value = text(name) ?? process.env[variable];
    return value === undefined ? byDefault : value === "true";
  };
  if (!flag("enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", true)) {
    throw new Error(onlyOfficial("enableServerSideApply: false"));
  }
  if (text("renderYamlToDirectory") !== undefined) {
    throw new Error(onlyOfficial("renderYamlToDirectory"));
  }
  return {
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    cluster: text("cluster"),
    namespace: text("namespace"),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    enablePatchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsertExistingObjects: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    enableSecretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    enableConfigMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
  };
}

function textOf(value: Values[string]): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function onlyOfficial(setting: string): string {
  return (
    `The built-in stand-in for the kubernetes plugin does not know the setting ${setting}. ` +
    `Leave it out, or install the official plugin: pulumi plugin install resource kubernetes`
  );
}

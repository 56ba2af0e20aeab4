import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { aws } from "../../offline/providers/aws";
import { azureNative } from "../../offline/providers/azure-native";
import { checkSimulated } from "../../offline/providers/simulated/check";
import { withDefaults } from "../../offline/providers/simulated/state";
import { gcp } from "../../offline/providers/gcp";
import { Unknown } from "../../offline/providers/values";

const clouds = new Map([aws, gcp, azureNative].map((plugin) => [plugin.name, plugin]));
/** An identifier of another resource, as tests make it up: in no platform's form. */
const madeUpId = /^registry-.+-id$/;
/** What the providers' configuration gives where a resource says nothing. */
const settings = { location: "westeurope", project: "acme-registry", region: "eu-central-1" };

/**
 * Holds what a program registers without an engine against what the official plugins of the clouds take, so that every
 * description that a test registers is checked as a preview would check it.
 *
 * @throws Error with all that is wrong
 */
export function assertAccepted(type: string, name: string, inputs: Record<string, unknown>): void {
  const plugin = clouds.get(type.split(":")[0] ?? "");
  if (plugin === undefined) {
    return;
  }
  const known = plugin.types[type];
  if (known === undefined) {
    throw new Error(`The stand-in for ${plugin.name} has no ${type}.`);
  }
  const struct = Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>);
  const { values } = withDefaults(known, name, struct, settings);
  for (const [property, value] of Object.entries(values)) {
    if (typeof value === "string" && madeUpId.test(value)) values[property] = Unknown;
  }
  const reasons = checkSimulated(known, plugin.inputs[type] ?? {}, values).map(
    ({ reason }) => reason,
  );
  if (reasons.length > 0) {
    throw new Error(`${type} ${name} would be refused: ${reasons.join("; ")}`);
  }
}

import { createHash } from "node:crypto";
import { isObject, type Values } from "../values";
import { annotation, at, objectsAt, textAt } from "./objects";

// Whose fields go over to the resource: what kubectl set by hand, what was there before anybody applied, and what the
// official plugin sets when it creates. The names are beginnings, such as of kubectl-edit.
const forerunners = [
  "kubectl",
  "before-first-apply",
  "pulumi-kubernetes",
  "pulumi-resource-kubernetes",
];

/**
 * The field manager of a resource: the one that the program names, else the one in the state, else one made of the URN.
 * So an object that an interrupted run created, but did not note, is known again as this resource's.
 */
export function fieldManagerOf(urn: string, inputs: Values, noted = ""): string {
  const digest = createHash("sha256").update(urn).digest("hex").slice(0, 8);
  return (
    annotation(inputs, "pulumi.com/patchFieldManager") || noted || `pulumi-kubernetes-${digest}`
  );
}

/** Whether the manager has applied fields of the object. */
export function isManagedBy(live: Values, manager: string): boolean {
  return objectsAt(live, "metadata", "managedFields").some((entry) => entry.manager === manager);
}

/** Whether fields are held by a forerunner, such as kubectl. */
export function hasForerunner(live: Values): boolean {
  return objectsAt(live, "metadata", "managedFields").some(isForerunner);
}

/**
 * The list of field managers with the forerunners' fields handed over to `manager`: what they set can then be changed
 * without a conflict, and goes when the program does not name it.
 */
export function handedOver(live: Values, manager: string): Values[] {
  const entries = objectsAt(live, "metadata", "managedFields");
  const given = entries.filter(isForerunner);
  const isOwn = (entry: Values): boolean =>
    entry.manager === manager && entry.operation === "Apply" && textAt(entry, "subresource") === "";
  const own = entries.find(isOwn);
  const fieldsV1 = [own, ...given].map((entry) => at(entry, "fieldsV1")).reduce<Values>(merged, {});
  const apiVersion = textAt(live, "apiVersion");
  return [
    ...entries.filter((entry) => !isForerunner(entry) && !isOwn(entry)),
    { apiVersion, ...own, manager, operation: "Apply", fieldsType: "FieldsV1", fieldsV1 },
  ];
}

function isForerunner(entry: Values): boolean {
  const manager = textAt(entry, "manager");
  const { operation } = entry;
  return (
    textAt(entry, "subresource") === "" &&
    forerunners.some((name) => manager.startsWith(name)) &&
    (operation === "Update" || manager.startsWith("kubectl"))
  );
}

function merged(into: Values, from: Values[string] | undefined): Values {
  const result = { ...into };
  for (const [name, fields] of Object.entries(isObject(from) ? from : {})) {
    const before = result[name];
    result[name] = isObject(before) ? merged(before, fields) : fields;
  }
  return result;
}

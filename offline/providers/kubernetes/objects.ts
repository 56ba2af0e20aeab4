import { isObject, type Value, type Values } from "../values";

/** The value at a path into an object; undefined where the path leads nowhere. */
export function at(object: Value | undefined, ...path: string[]): Value | undefined {
  let value = object;
  for (const name of path) {
    if (!isObject(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** The string at a path, "" where there is none. */
export function textAt(object: Value | undefined, ...path: string[]): string {
  const value = at(object, ...path);
  return typeof value === "string" ? value : "";
}

/** The number at a path, undefined where there is none. */
export function numberAt(object: Value | undefined, ...path: string[]): number | undefined {
  const value = at(object, ...path);
  return typeof value === "number" ? value : undefined;
}

/** The objects of the list at a path. */
export function objectsAt(object: Value | undefined, ...path: string[]): Values[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The object's name, "" where it has none yet. */
export function nameOf(object: Values): string {
  return textAt(object, "metadata", "name");
}

/** The object's namespace, "" where it has none. */
export function namespaceOf(object: Values): string {
  return textAt(object, "metadata", "namespace");
}

/** The identifier that Pulumi keeps: namespace/name, or the name of what lives in no namespace. */
export function idOf(object: Values): string {
  return [namespaceOf(object), nameOf(object)].filter(Boolean).join("/");
}

/** How a sentence calls the object: Deployment team-a/registry. */
export function title(object: Values): string {
  return `${textAt(object, "kind")} ${idOf(object)}`;
}

/** The value of an annotation, "" where it is not set. */
export function annotation(object: Values, name: string): string {
  return textAt(object, "metadata", "annotations", name);
}

/** A copy of the object with these fields of its metadata set; undefined removes one. */
export function withMetadata(object: Values, fields: Record<string, Value | undefined>): Values {
  const before = at(object, "metadata");
  const metadata: Values = { ...(isObject(before) ? before : {}) };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) delete metadata[name];
    else metadata[name] = value;
  }
  return { ...object, metadata };
}

/** A copy of the object with the annotation set to "true". */
export function withMark(object: Values, name: string): Values {
  const annotations = at(object, "metadata", "annotations");
  const others = isObject(annotations) ? annotations : {};
  return withMetadata(object, { annotations: { ...others, [name]: "true" } });
}

/** Whether two values are the same, whatever the order of their keys. */
export function isEqual(a: Value | undefined, b: Value | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  }
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length && names.every((name) => isEqual(a[name], b[name]))
    );
  }
  return a === b;
}

/** Kubernetes leaves out of an object what is "", 0, false or empty, unless the field may be absent in its own right. */
export function isEmpty(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === "" || value === 0 || value === false;
}

/** A copy of the object without these of its fields. */
export function without(object: Values, ...names: string[]): Values {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

import { isObject, type Value, type Values } from "../values";

// Fields whose values are quantities: of containers, claims, volumes, quotas, limit ranges and emptyDir.
const quantityMaps = new Set([
  "requests",
  "limits",
  "capacity",
  "hard",
  "overhead",
  "default",
  "defaultRequest",
  "max",
  "min",
  "maxLimitRequestRatio",
]);
const quantityFields = new Set(["sizeLimit"]);

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;
const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** A copy of the value with every quantity written as the API server writes it, so that 0.5 and 500m are no difference. */
export function withCanonicalQuantities(value: Values): Values {
  return Object.fromEntries(
    Object.entries(value).map(([name, nested]) => [name, canonicalField(name, nested)]),
  );
}

function canonicalField(name: string, value: Value): Value {
  if (quantityFields.has(name)) return canonicalLeaf(value);
  if (Array.isArray(value)) {
    return value.map((item) => (isObject(item) ? withCanonicalQuantities(item) : item));
  }
  if (!isObject(value)) return value;
  if (quantityMaps.has(name)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, canonicalLeaf(item)]),
    );
  }
  return withCanonicalQuantities(value);
}

function canonicalLeaf(value: Value): Value {
  if (isObject(value)) return withCanonicalQuantities(value);
  return typeof value === "string" || typeof value === "number"
    ? (canonicalQuantity(String(value)) ?? value)
    : value;
}

/**
 * A quantity in the form that Kubernetes stores: the largest suffix of its own kind (binary, decimal or exponent) that
 * leaves no fraction, and nothing finer than a nano. Undefined where the text is no quantity.
 * See k8s.io/apimachinery/pkg/api/resource, Quantity.CanonicalizeBytes.
 */
export function canonicalQuantity(text: string): string | undefined {
  const match = pattern.exec(text);
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match ?? [];
  if (!match || whole + fraction === "") return undefined;
  // In nanos, rounded up, as the API server does with what is finer.
  const nanos = scaled(BigInt(whole + fraction), -fraction.length + 9, suffix);
  if (nanos === 0n) return "0";
  const written =
    suffix.endsWith("i") && nanos >= 1024n * 10n ** 9n && nanos % 10n ** 9n === 0n
      ? largest(nanos / 10n ** 9n, 1024n, binarySuffixes)
      : /^[eE]./.test(suffix)
        ? exponent(nanos)
        : largest(nanos, 1000n, decimalSuffixes);
  return (sign === "-" ? "-" : "") + written;
}

function scaled(digits: bigint, tens: number, suffix: string): bigint {
  if (suffix.endsWith("i")) {
    return roundUp(digits * 1024n ** BigInt(binarySuffixes.indexOf(suffix)), tens);
  }
  const power = /^[eE]./.test(suffix)
    ? Number(suffix.slice(1))
    : (decimalSuffixes.indexOf(suffix) - decimalSuffixes.indexOf("")) * 3;
  return roundUp(digits, tens + power);
}

function roundUp(digits: bigint, tens: number): bigint {
  if (tens >= 0) return digits * 10n ** BigInt(tens);
  const divisor = 10n ** BigInt(-tens);
  return (digits + divisor - 1n) / divisor;
}

function largest(amount: bigint, step: bigint, suffixes: readonly string[]): string {
  let index = 0;
  while (amount % step === 0n && index < suffixes.length - 1) {
    amount /= step;
    index++;
  }
  return `${amount}${suffixes[index]}`;
}

function exponent(nanos: bigint): string {
  let power = -9;
  while (nanos % 1000n === 0n) {
    nanos /= 1000n;
    power += 3;
  }
  return power === 0 ? String(nanos) : `${nanos}e${power}`;
}

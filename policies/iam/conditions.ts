import { BlockList, isIP } from "node:net";
import { list, type Statement } from "../policy-document";
import { equals, matches, matchesArn, type IamContext, type Match } from "./patterns";

const lower = (text: string) => text.toLowerCase();
const number = (compare: (value: number, wanted: number) => boolean): Match => {
  return (wanted, value) => compare(Number(value), Number(wanted));
};
const date = (compare: (value: number, wanted: number) => boolean): Match => {
  return (wanted, value) => compare(timeOf(value), timeOf(wanted));
};

/** IAM's condition operators without their negations (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html). */
const operators: Record<string, Match> = {
  stringequals: equals,
  stringequalsignorecase: (wanted, value, context) => equals(lower(wanted), lower(value), context),
  stringlike: matches,
  arnequals: matchesArn,
  arnlike: matchesArn,
  binaryequals: (wanted, value) => wanted === value,
  bool: (wanted, value) => lower(wanted) === lower(value),
  numericequals: number((value, wanted) => value === wanted),
  numericlessthan: number((value, wanted) => value < wanted),
  numericlessthanequals: number((value, wanted) => value <= wanted),
  numericgreaterthan: number((value, wanted) => value > wanted),
  numericgreaterthanequals: number((value, wanted) => value >= wanted),
  dateequals: date((value, wanted) => value === wanted),
  datelessthan: date((value, wanted) => value < wanted),
  datelessthanequals: date((value, wanted) => value <= wanted),
  dategreaterthan: date((value, wanted) => value > wanted),
  dategreaterthanequals: date((value, wanted) => value >= wanted),
  ipaddress: inRange,
};

/** Operators that hold where none of the listed values is met, and the operators that they negate. */
const negations: Record<string, string> = {
  stringnotequals: "stringequals",
  stringnotequalsignorecase: "stringequalsignorecase",
  stringnotlike: "stringlike",
  arnnotequals: "arnequals",
  arnnotlike: "arnlike",
  numericnotequals: "numericequals",
  datenotequals: "dateequals",
  notipaddress: "ipaddress",
};

/** Whether all conditions of a statement hold. One with an operator that IAM does not know holds never; IAM refuses it. */
export function conditionsHold({ Condition = {} }: Statement, context: IamContext): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys ?? {}).every(([key, wanted]) =>
      holds(operator, list<unknown>(wanted).map(String), context.get(key.toLowerCase()), context),
    ),
  );
}

function holds(
  written: string,
  wanted: readonly string[],
  values: readonly string[] | undefined,
  context: IamContext,
): boolean {
  const [, set, operator = "", ifExists] =
    /^(?:(forallvalues|foranyvalue):)?(\w+?)(ifexists)?$/.exec(lower(written)) ?? [];
  if (operator === "null")
    return wanted.some((one) => (lower(one) === "true") === (values === undefined));
  const negated = operator in negations;
  const test = operators[negations[operator] ?? operator];
  if (test === undefined) return false;
  // What the request does not have: all of no values pass, none of them is any.
  if (values === undefined || values.length === 0)
    return set === undefined
      ? negated || ifExists !== undefined
      : set === "forallvalues" || ifExists !== undefined;
  // A variable that the request does not have is neither met nor missed.
  const passes = (value: string) => {
    const met = wanted.map((one) => test(one, value, context));
    return negated ? met.every((one) => one === false) : met.includes(true);
  };
  if (set === "forallvalues") return values.every(passes);
  if (set === "foranyvalue") return values.some(passes);
  return negated ? values.every(passes) : values.some(passes);
}

/** Milliseconds since 1970 of a date of ISO 8601 or of seconds since then. */
function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function inRange(range: string, address: string): boolean {
  const [network = "", bits] = range.split("/");
  const family = isIP(network);
  if (family === 0 || isIP(address) !== family) return false;
  const block = new BlockList();
  const type = family === 4 ? "ipv4" : "ipv6";
  block.addSubnet(network, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), type);
  return block.check(address, type);
}

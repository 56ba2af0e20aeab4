import { rules } from "../../policies/rules";
import manifest from "../../policies/package.json";
import { origin } from "../../policies/publication";

const byName = new Map(rules.map((rule) => [rule.name, rule]));

/** What a policy says of itself; undefined for one of another pack. */
export function ruleNamed(name: string) {
  return byName.get(name);
}

/** Where checks of other tools are told of, by how their names begin. */
const documents: readonly (readonly [name: RegExp, url: (name: string) => string])[] = [
  [
    /^ECR\.\d+$/,
    (name) =>
      `https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html#${anchor(name)}`,
  ],
  [
    /^CT\.ECR\./,
    (name) =>
      `https://docs.aws.amazon.com/controltower/latest/controlreference/ecr-rules.html#${anchor(name)}-description`,
  ],
  [/^CKV/, () => "https://www.checkov.io/5.Policy%20Index/all.html"],
  [/^C-\d+$/, (name) => `https://kubescape.io/docs/controls/${anchor(name)}/`],
];

const anchor = (name: string) => name.toLowerCase().replaceAll(".", "-");

/** Address of what another tool says of a check of its own; undefined where none is known. */
export function checkUrl(name: string): string | undefined {
  return documents.find(([pattern]) => pattern.test(name))?.[1](name);
}

let read: { page: string | undefined } | undefined;

/** Address of the README of the policies: of the package, else of the clone's remote; undefined where neither is known. */
export function homepage(): string | undefined {
  if (read === undefined) {
    const page = (manifest as { homepage?: string }).homepage ?? pageOf(origin());
    read = { page: page?.replace(/#.*$/, "") };
  }
  return read.page;
}

function pageOf(address: string | undefined): string | undefined {
  return address && `${address}/tree/HEAD/policies`;
}

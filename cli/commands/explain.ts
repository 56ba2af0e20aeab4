import { capabilities } from "../../components/capabilities";
import type { Support } from "../../components/capabilities/capability";
import { Target } from "../../components/model/environment";
import { nearest } from "../../components/core/messages";
import { refusal } from "../failure";
import { terminalTable } from "../ui/table";

const targets = Object.values(Target);
const signs: Record<Support["how"], string> = { native: "native", wharf: "by Wharf", refused: "-" };

/**
 * `wharf explain [target]`: how every target has every feature; of one target also how, or why not and what to use
 * instead. Looks at no stack.
 * @throws Failure for a word that is not a target.
 */
export function explain(word: string | undefined, { json }: { json?: boolean }): void {
  if (word === undefined) {
    if (json) return print(JSON.stringify(capabilities, null, 2));
    const rows = capabilities.map(({ feature, on }) => [
      feature,
      ...targets.map((target) => signs[on[target].how]),
    ]);
    return print(
      [
        terminalTable(["feature", ...targets], rows),
        "",
        "native: the platform has it. by Wharf: Wharf adds it. -: refused at preview.",
        "How, or why not and what to use instead: npx wharf explain <target>",
      ].join("\n"),
    );
  }
  const target = targets.find((one) => one === word);
  if (target === undefined) {
    const meant = nearest(word, targets);
    throw refusal(
      `"${word}" is not a target. Targets: ${targets.join(", ")}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
    );
  }
  if (json) {
    const rows = capabilities.map(({ feature, keys, on }) => ({ feature, keys, ...on[target] }));
    return print(JSON.stringify(rows, null, 2));
  }
  const rows = capabilities.map(({ feature, on: { [target]: support } }) => [
    feature,
    signs[support.how],
    support.how === "refused" ? `${support.reason}; ${support.instead}` : support.by,
  ]);
  print(terminalTable(["feature", target, "how, or why not and what to use instead"], rows));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

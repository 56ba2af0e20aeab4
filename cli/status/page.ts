import { escapeUTF8 as escape } from "entities";
import type { Finding, StackStatus, Verdict } from "./finding";

const words: Record<Verdict, string> = { good: "fine", note: "note", bad: "wrong" };

/** How often a browser reads the page again, in seconds: a timer may write it as often. */
const readAgain = 60;

const style = `
:root { color-scheme: light dark; --good: #1a7f37; --note: #9a6700; --bad: #cf222e; --line: #8884; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --note: #d29922; --bad: #f85149; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 0; } h2 small { font-weight: normal; opacity: .75; }
section { border: 1px solid var(--line); border-left: .4rem solid var(--of); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; margin-top: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
th { width: 6.5rem; font-weight: 600; } td.verdict { width: 3.5rem; font-weight: 600; color: var(--of); }
code { font: .9em ui-monospace, monospace; }
.good { --of: var(--good); } .note { --of: var(--note); } .bad { --of: var(--bad); }
`;

/**
 * A page on how registries are, one file without anything from elsewhere, for a browser or a mail. It needs no script, and holds no
 * secret.
 */
export function statusPage(statuses: readonly StackStatus[]): string {
  const at = statuses[0]?.at ?? "";
  const wrong = statuses.filter(({ findings }) => worst(findings) === "bad").length;
  const many = statuses.length > 1;
  const title =
    wrong === 0
      ? many
        ? `All ${statuses.length} registries are fine`
        : "The registry is fine"
      : `Something is wrong with ${many ? `${wrong} of ${statuses.length} registries` : "the registry"}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${readAgain}">
<title>${escape(title)}</title>
<style>${style}</style>
<h1>${escape(title)}</h1>
<p>Looked at on <time datetime="${escape(at)}">${escape(at.replace("T", " at ").replace(/\.\d+Z$/, " UTC"))}</time>.</p>
${statuses.map(section).join("\n")}
</html>
`;
}

/** The worst of some verdicts. */
function worst(findings: readonly Finding[]): Verdict {
  const found = findings.map(({ verdict }) => verdict);
  return (["bad", "note"] as const).find((one) => found.includes(one)) ?? "good";
}

function section({ endpoint, findings, stack, target }: StackStatus): string {
  return `<section class="${worst(findings)}">
<h2>${escape(stack)} <small>on ${escape(target)}, <code>${escape(endpoint)}</code></small></h2>
<table>
${findings.map(row).join("\n")}
</table>
</section>`;
}

function row({ about, fix, text, verdict }: Finding): string {
  const remedy = fix === undefined ? "" : `<br><code>${escape(fix)}</code>`;
  return `<tr class="${verdict}"><td class="verdict">${words[verdict]}</td><th scope="row">${escape(about)}</th><td>${escape(text)}${remedy}</td></tr>`;
}

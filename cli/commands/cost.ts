import { estimate } from "../../components/description/estimate";
import { DescriptionError } from "../../components/core/problems";
import { costTree } from "../ui/cost";
import { refusal } from "../failure";
import { describedBy } from "../stack/description";
import type { CommonOptions } from "../ui/session";
import { Session } from "../ui/session";
import { describingFile } from "../stack/stack";

/**
 * `wharf cost`: what a month of the registry costs, only from its description and the price file: no engine, no credentials and
 * no secrets.
 * @throws Failure where the description has problems.
 */
export function cost(options: CommonOptions): void {
  const session = new Session(options, { asks: true });
  const { args, problems, unread } = describedBy(describingFile(options.stack).config);
  if (args === undefined) {
    throw refusal(
      new DescriptionError(`The description of stack ${options.stack}`, problems).message.trimEnd(),
    );
  }
  const estimated = estimate(args);
  session.print(
    [
      costTree(estimated),
      ...(estimated.warnings.length === 0 ? [] : [""]),
      ...estimated.warnings.map((warning) => `- ${warning}`),
      ...(unread.length === 0
        ? []
        : ["", `Encrypted as a whole, so not checked: ${unread.join(", ")}.`]),
    ].join("\n"),
  );
  session.answer({ ...estimated, ...(unread.length === 0 ? {} : { unread }) });
}

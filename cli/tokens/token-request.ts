import {
  actions as allActions,
  rulesOfUser,
  type Action,
  type PolicyRule,
} from "../../components/access/distribution";
import { allows } from "../../components/access/distribution-evaluation";
import { matchesPattern } from "../../components/core/repository-pattern";
import { nearest } from "../../components/core/messages";
import { nothingChanged } from "../../components/core/problems";
import type { SharedDescription } from "../../components/model/description";
import { refusal } from "../failure";

/** What a token is asked for. */
export interface TokenRequest {
  user: string;
  /** Names of repositories, or patterns of them. */
  repositories: readonly string[];
  /** Words of the command line. */
  actions: readonly string[];
}

type Described = Pick<SharedDescription, "users" | "access" | "groups" | "repositories">;

/**
 * What a token may do. The registry holds it to the rights of its user as well; what would be refused there is refused here.
 * @throws Failure with every fault of the request: an unknown user, repository or action, a right that the user does not have, a user
 *   who has expired
 */
export function tokenAccess(
  { user: name, repositories, actions: words }: TokenRequest,
  d: Described,
  now = Date.now(),
): PolicyRule[] {
  const user = d.users.find((one) => one.name === name);
  const described = d.repositories.map((one) => one.name);
  const actions = allActions.filter(
    // Docker asks for what it is about to push.
    (one) => words.includes(one) || (one === "pull" && words.includes("push")),
  );
  const problems = [
    ...(user === undefined
      ? [
          unknown(
            "user",
            name,
            d.users.map((one) => one.name),
          ),
        ]
      : []),
    ...(user?.expires !== undefined && Date.parse(user.expires) <= now
      ? [`User ${name} has expired: wharf:users says ${user.expires}.`]
      : []),
    ...words
      .filter((word) => !allActions.some((one) => one === word))
      .map((word) => unknown("action", word, allActions)),
    ...repositories.flatMap((pattern) => {
      const meant = described.filter((one) => matchesPattern(pattern, one));
      if (meant.length === 0) return [unknown("repository", pattern, described)];
      return user === undefined ? [] : meant.flatMap((one) => missing(user, one, actions, d));
    }),
  ];
  if (problems.length > 0) throw refusal([...new Set(problems), nothingChanged].join("\n"));
  return [{ repositories: [...repositories], actions }];
}

function missing(
  user: Described["users"][number],
  repository: string,
  actions: readonly Action[],
  d: Described,
): string[] {
  const rules = rulesOfUser(user, d);
  const may = allActions.filter((one) => allows(rules, one, repository));
  const not = actions.filter((one) => !may.includes(one));
  if (not.length === 0) return [];
  const has = may.length === 0 ? "no rights there" : `only ${may.join(" and ")}`;
  return [`User ${user.name} may not ${not.join(" or ")} in ${repository}: it has ${has}.`];
}

function unknown(kind: string, word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  const hint = meant === undefined ? `Known: ${known.join(", ")}.` : `Did you mean ${meant}?`;
  return `There is no ${kind} ${word}. ${hint}`;
}

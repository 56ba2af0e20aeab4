import { AuthMode } from "../model/auth";
import type { SharedDescription } from "../model/description";
import { actions, rulesOfUser } from "./distribution";

/** What a person should know of who may do what on a registry that Wharf runs. */
export function accessNote(
  d: Pick<SharedDescription, "auth" | "users" | "access" | "groups" | "repositories">,
  ...more: string[]
): string {
  switch (d.auth.mode) {
    case AuthMode.Roles:
      return [rolesNote(d), ...more].join(" ");
    case AuthMode.Htpasswd:
      return ["Every user may pull, push and delete: htpasswd has no roles.", ...more].join(" ");
    case AuthMode.Token:
      return "The token server decides who may pull and push.";
    case AuthMode.Off:
      return "Nobody logs in: everybody who reaches the registry may pull, push and delete.";
  }
}

/** Users by what they may do in any repository. */
function rolesNote(
  d: Pick<SharedDescription, "users" | "access" | "groups" | "repositories">,
): string {
  const may = d.users.map((user) => {
    const rules = rulesOfUser(user, d);
    const all = actions.filter((action) => rules.some((rule) => rule.actions.includes(action)));
    return { name: user.name, words: all.join(", ").replace(/, (\w+)$/, " and $1") };
  });
  const said = [
    ...["pull, push and delete", "pull and push", "pull and delete", "pull", "delete"],
  ].flatMap((words) => {
    const names = may.filter((one) => one.words === words).map(({ name }) => name);
    const only = words === "delete" ? "only delete" : words;
    return names.length === 0 ? [] : [`${names.join(", ")} may ${only}`];
  });
  const everybody = d.access.public ? ["everybody may pull without a login"] : [];
  const limited = d.users.some((user) =>
    rulesOfUser(user, d).some((rule) => !rule.repositories.includes("**")),
  );
  const ends = d.users.flatMap(({ name, expires, secrets = [] }) => [
    ...(expires === undefined ? [] : [`${name} is refused from ${expires} on`]),
    ...secrets.flatMap((secret) =>
      secret.until === undefined
        ? []
        : [`password ${secret.name} of ${name} is refused from ${secret.until} on`],
    ),
  ]);
  return `${[...said, ...everybody, ...ends].join("; ")}${limited ? ", some of them only in certain repositories: npx wharf preview" : ""}.`;
}

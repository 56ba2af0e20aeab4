import { AuthMode } from "../model/auth";
import type { SharedDescription } from "../model/description";
import { rulesOfUser } from "./distribution";

/** What a person should know of who may do what on a registry that Wharf runs. */
export function accessNote(
  d: Pick<SharedDescription, "auth" | "users" | "access" | "repositories">,
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

/** Users by the most that they may do in any repository. */
function rolesNote(d: Pick<SharedDescription, "users" | "access" | "repositories">): string {
  const most = d.users.map((user) => {
    const rules = rulesOfUser(user, d);
    const may = (action: string) => rules.some(({ actions }) => actions.includes(action as "pull"));
    return { name: user.name, most: may("delete") ? "delete" : may("push") ? "push" : "pull" };
  });
  const said = [
    ["delete", "may pull, push and delete"],
    ["push", "may pull and push"],
    ["pull", "may pull"],
  ].flatMap(([action, words]) => {
    const names = most.filter((one) => one.most === action).map(({ name }) => name);
    return names.length === 0 ? [] : [`${names.join(", ")} ${words}`];
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

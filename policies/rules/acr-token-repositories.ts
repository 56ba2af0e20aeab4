import { azureNative, levels, type ResourceRule } from "../rule";

export const acrTokenRepositories: ResourceRule = {
  name: "acr-token-repositories",
  severity: "high",
  description: "A token of an ACR registry is for named repositories.",
  remediation:
    "Name repositories in the actions of the scope map, as repositories/shop/api/content/read; give the built-in maps, such as _repositories_admin, to no token.",
  corresponds: [],
  levels: levels("advisory", "mandatory", "mandatory", "mandatory"),
  types: [azureNative("containerregistry", "Token"), azureNative("containerregistry", "ScopeMap")],
  checks: [
    function* ({ type, props }) {
      if (!type.endsWith(":Token")) return;
      const map = ((props.scopeMapId ?? "") as string).split("/").at(-1) ?? "";
      if (/^_repositories_(admin|push|pull|pull_metadata_read|push_metadata_write)$/.test(map))
        yield `scopeMapId is ${map}, which is for every repository.`;
    },
    function* ({ type, props }) {
      if (type.endsWith(":Token")) return;
      for (const action of (props.actions ?? []) as string[]) {
        if (/^repositories\/\*+\//.test(action))
          yield `actions has ${action}, which is for every repository.`;
      }
    },
  ],
};

import { inRegistrySettings, settingsTypes } from "../registry-settings";
import { levels, type ResourceRule } from "../rule";

export const registryProxyCredentials: ResourceRule = {
  name: "registry-proxy-credentials",
  severity: "high",
  description:
    "A registry that caches another logs in there over HTTPS, with a user and a password that its address does not hold.",
  remediation:
    "Set proxy.remoteurl to https://HOST, and proxy.username and proxy.password, or proxy.exec, beside it.",
  corresponds: [],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: settingsTypes,
  checks: [
    function* (resource) {
      yield* inRegistrySettings(resource, function* ({ where, get }) {
        const url = get("proxy.remoteurl");
        if (typeof url !== "string") return;
        const [user, password] = [get("proxy.username"), get("proxy.password")];
        if (/^[a-z]+:\/\/[^/]*@/.test(url))
          yield `${where} has credentials in proxy.remoteurl, which is logged.`;
        if (Boolean(user) !== Boolean(password)) {
          yield `${where} has proxy.${user ? "username" : "password"} without proxy.${user ? "password" : "username"}: the upstream is asked anonymously.`;
        }
        if (user && url.startsWith("http:"))
          yield `${where} sends proxy.password to its upstream unencrypted.`;
      });
    },
  ],
};

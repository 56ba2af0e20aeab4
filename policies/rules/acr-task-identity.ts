import { eachKnown } from "../known";
import { azureNative, levels, type ResourceRule } from "../rule";

interface Login {
  identity?: string;
  userName?: object;
  password?: object;
}

export const acrTaskIdentity: ResourceRule = {
  name: "acr-task-identity",
  severity: "high",
  description: "A task of an ACR registry logs in by its managed identity.",
  remediation:
    "Set identity.type, set credentials.customRegistries[…].identity to [system] or a client id, and leave userName and password out.",
  corresponds: [],
  levels: levels("advisory", "mandatory", "mandatory", "mandatory"),
  types: [azureNative("containerregistry", "Task")],
  checks: [
    function* ({ props }) {
      const logins = () =>
        Object.entries(
          (props.credentials?.customRegistries ?? {}) as Record<string, Login | undefined>,
        );
      yield* eachKnown(logins, function* ([host, login]) {
        if (login?.password !== undefined)
          yield `credentials.customRegistries of ${host} has a password.`;
      });
    },
    function* ({ props }) {
      const logins = Object.values(
        (props.credentials?.customRegistries ?? {}) as Record<string, Login | undefined>,
      );
      const uses = logins.some((login) => login?.identity !== undefined);
      if (uses && !/Assigned/.test(props.identity?.type ?? "")) {
        yield "identity.type is not set, and credentials.customRegistries names an identity.";
      }
    },
  ],
};

import type { Identity } from "../model/identities";
import { workflowFile, type PlatformLogin } from "./workflow";

/** A registry that Wharf runs, as a pipeline without a stored key reaches it. */
interface Registry {
  /** `host:port` to log in to. */
  host: string;
  /** What the pipeline's token must be for. */
  audience: string;
  /** CA of the registry's certificate, PEM; empty where clients trust it already. */
  caCertificate: string;
}

/**
 * The pipeline file of each identity by its name, for a registry that Wharf runs: the token of GitHub Actions or GitLab CI is the
 * password, and the identity's name the user.
 * @param addresses repository name to the address that an image name starts with
 */
export function registryWorkflows(
  identities: readonly Identity[],
  registry: Registry,
  addresses: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    identities.map((identity) => [
      identity.name,
      workflowFile(identity, platformLogin(identity, registry), addresses),
    ]),
  );
}

function platformLogin({ name }: Identity, registry: Registry): PlatformLogin {
  const { audience, caCertificate, host } = registry;
  const login = `docker login ${host} --username ${name} --password-stdin`;
  const directory = `/etc/docker/certs.d/${host}`;
  // On GitHub the engine is the runner's own. That of a GitLab job is a container of its own, which the runner's settings let trust a CA.
  const trust = [
    `sudo mkdir -p ${directory}`,
    `printf '%s\\n' "$WHARF_CA" | sudo tee ${directory}/ca.crt > /dev/null`,
    "",
  ].join("\n");
  const url = `$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${encodeURIComponent(audience)}`;
  return {
    github: {
      steps: [
        ...(caCertificate === ""
          ? []
          : [
              {
                name: "Trust the registry's certificate",
                env: { WHARF_CA: caCertificate },
                run: trust,
              },
            ]),
        {
          name: "Log in to the registry",
          run: [
            "set -euo pipefail",
            `curl -sSf -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "${url}" |`,
            `  jq -r .value | ${login}`,
            "",
          ].join("\n"),
        },
      ],
    },
    gitlab: {
      audience,
      script: [`printf %s "$WHARF_ID_TOKEN" | ${login}`],
    },
  };
}

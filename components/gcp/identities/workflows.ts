import type { GcpDescription } from "../settings";
import * as pulumi from "@pulumi/pulumi";
import { pinnedActions } from "../../builds/pinned";
import { issuerUrl } from "../../identities/subject";
import { workflowFile, type PlatformLogin } from "../../identities/workflow";

import type { IdentityPool } from "./pools";
import { hostOf, type Place } from "../place";

/** The pipeline files by which keyless identities log in, push and pull, by the identity's name. */
export function workflowsOf(
  { identities }: GcpDescription,
  place: Place,
  pools: Record<string, IdentityPool>,
  addresses: Record<string, string>,
): pulumi.Output<Record<string, string>> {
  const files = identities.map((identity) => {
    const used = new Set([...identity.push, ...identity.pull]);
    const own = Object.entries(addresses).filter(([repository]) => used.has(repository));
    const provider = pools[issuerUrl(identity)]?.provider.name ?? "";
    const file = pulumi
      .output(provider)
      .apply((name) => workflowFile(identity, platformLogin(place, name), Object.fromEntries(own)));
    return [identity.name, file] as const;
  });
  return pulumi.output(Object.fromEntries(files));
}

/** Username for an access token as password. */
const tokenUser = "oauth2accesstoken";

/**
 * How a pipeline logs in to Artifact Registry by its own token.
 * @param provider full name of the provider that reads the token, `projects/NUMBER/.../providers/ID`
 */
export function platformLogin({ project, location }: Place, provider: string): PlatformLogin {
  const host = hostOf(location);
  return {
    github: {
      steps: [
        {
          name: "Log in to Google Cloud",
          id: "google",
          uses: pinnedActions.googleAuth.uses,
          with: {
            project_id: project,
            workload_identity_provider: provider,
            export_environment_variables: "false",
          },
        },
        {
          name: "Log in to Artifact Registry",
          env: { CREDENTIALS: "${{ steps.google.outputs.credentials_file_path }}" },
          // The file is moved out of the sources, so that no build copies it into an image. Docker asks gcloud for a token at each
          // push, since one that is exchanged for GitHub's expires after ten minutes (google-github-actions/auth, README).
          run: [
            'mv "$CREDENTIALS" "$RUNNER_TEMP/google.json"',
            'gcloud auth login --quiet --cred-file "$RUNNER_TEMP/google.json"',
            `gcloud auth configure-docker --quiet ${host}`,
            "",
          ].join("\n"),
        },
      ],
    },
    gitlab: {
      audience: `https://iam.googleapis.com/${provider}`,
      script: [
        "apk add --no-cache --quiet curl jq",
        // printf is a shell builtin, so that the token is not in the arguments of any process.
        [
          `printf '${exchangeRequest(provider)}' "$WHARF_ID_TOKEN"`,
          "curl --silent --show-error --fail --header 'Content-Type: application/json' --data @- https://sts.googleapis.com/v1/token",
          "jq --raw-output .access_token",
          `docker login --username ${tokenUser} --password-stdin ${host}`,
        ].join(" | "),
      ],
    },
  };
}

/** The request to Google's Security Token Service, %s for the token (reference of its REST API, v1.token). */
function exchangeRequest(provider: string): string {
  return JSON.stringify({
    grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
    audience: `//iam.googleapis.com/${provider}`,
    scope: "https://www.googleapis.com/auth/cloud-platform",
    requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
    subjectTokenType: "urn:ietf:params:oauth:token-type:jwt",
    subjectToken: "%s",
  });
}

import type * as pulumi from "@pulumi/pulumi";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider";
import type { RegistryArgs } from "../../registry";
import { stackTags } from "../labels";
import { audience, issuerHost, issuersOf } from "./web-identity";

/** ARN of IAM's provider for each issuer, by the issuer's URL. */
export type OidcProviders = ReadonlyMap<string, pulumi.Input<string>>;

/**
 * IAM's OpenID Connect provider for each issuer of pipelines and clusters. An account has one for a URL, so that one which stands
 * already is taken from `wharf:aws.oidcProviders`.
 */
export function createOidcProviders(
  name: string,
  args: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): OidcProviders {
  const { oidcProviders } = args.aws;
  return new Map(
    issuersOf(args).map((url): [string, pulumi.Input<string>] => {
      const host = issuerHost(url);
      const given = oidcProviders[host];
      if (given !== undefined) return [url, given];
      const provider = new OpenIdConnectProvider(
        `${name}-oidc-${host}`,
        // Without thumbprints: AWS trusts the certificates of public CAs and asks the issuer for its own.
        { url, clientIdLists: [audience], tags: stackTags(args) },
        opts,
      );
      return [url, provider.arn];
    }),
  );
}

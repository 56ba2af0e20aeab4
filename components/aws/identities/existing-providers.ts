import { getOpenIdConnectProvider } from "@pulumi/aws/iam/getOpenIdConnectProvider";
import { standingResources } from "../../state/standing";
import { credentialProblems } from "../preflight/credentials";
import { providerRegion } from "../place";
import type { AwsDescription } from "../settings";
import { issuerHost, issuersOf } from "../trust-policies";

const providerType = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";

/**
 * A description with the OpenID Connect providers that the account has already: it has one for an issuer, of another stack or of
 * somebody else, which is used as it is and neither changed nor deleted. AWS is asked for issuers that neither `wharf:aws.oidcProviders`
 * nor the stack's state has. Where it cannot be asked, the provider is created, and AWS tells of an existing one.
 */
export async function withExistingProviders<D extends AwsDescription>(args: D): Promise<D> {
  const { oidcProviders } = args.aws;
  const issuers = issuersOf(args).filter((url) => oidcProviders[issuerHost(url)] === undefined);
  if (issuers.length === 0 || providerRegion() === "") return args;
  if ((await credentialProblems()).length > 0) return args;
  const own = (await standingResources(args))
    .filter(({ type }) => type === providerType)
    .map(({ properties }) => issuerHost(String(properties.url)));
  const found = await Promise.all(
    issuers
      .map(issuerHost)
      .filter((host) => !own.includes(host))
      .map(async (host): Promise<[string, string] | undefined> => {
        try {
          const { arn } = await getOpenIdConnectProvider({ url: `https://${host}` });
          return [host, arn];
        } catch {
          return undefined;
        }
      }),
  );
  const existing = Object.fromEntries(found.filter((one) => one !== undefined));
  return { ...args, aws: { ...args.aws, oidcProviders: { ...oidcProviders, ...existing } } };
}

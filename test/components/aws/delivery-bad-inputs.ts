import type { AwsRow } from "./bad-inputs";

const account = "123456789012";
const github = "token.actions.githubusercontent.com";
const build = (settings: Record<string, unknown>) => ({
  repositories: [{ name: "shop/api" }],
  builds: [{ repository: "shop/api", source: "github.com/acme/shop", ...settings }],
});
const cache = (settings: Record<string, unknown>) => ({
  pullThroughCaches: [{ upstream: "docker-hub", ...settings }],
});
const replication = (entries: object[], more: Record<string, unknown> = {}) => ({
  ...more,
  aws: { managePrivateRegistry: true, replication: entries },
});
const key = `arn:aws:kms:eu-central-1:${account}:key/1234abcd`;
const inIreland = (id: string) => `arn:aws:kms:eu-west-1:${account}:key/${id}`;

/** Builds, pipelines, clusters, caches and copies that are refused by what the description says of them. */
export const awsDeliveryRows: AwsRow[] = [
  {
    name: "source code in Azure Repos",
    config: build({ source: "dev.azure.com/acme/shop/_git/api" }),
    report: `
  wharf:builds[0].source   "dev.azure.com/acme/shop/_git/api" is on dev.azure.com, which CodeBuild does not support; it builds from github.com, gitlab.com, bitbucket.org and CodeCommit
`,
  },
  {
    name: "paths of CodeCommit",
    config: build({
      source: "git-codecommit.eu-central-1.amazonaws.com/v1/repos/shop",
      paths: ["api/**"],
    }),
    report: `
  wharf:builds[0].paths   is not supported with CodeCommit, whose events do not name files
                          pulumi config rm --path 'wharf:builds[0].paths'
`,
  },
  {
    name: "a build that somebody is to approve",
    config: build({ approval: true }),
    report: `
  wharf:builds[0].approval   not on aws: CodeBuild has no approval step; build in a pipeline whose environment requires an approval, and let it push by wharf:identities
                             pulumi config rm --path 'wharf:builds[0].approval'
`,
  },
  {
    name: "a build that a new base image is to start",
    config: build({ onBaseImage: true }),
    report: `
  wharf:builds[0].onBaseImage   not on aws: CodeBuild has no trigger for new base images; build on a schedule
                                pulumi config rm --path 'wharf:builds[0].onBaseImage'
`,
  },
  {
    name: "a schedule of days of the month and of the week",
    config: build({ schedule: "0 3 1 * 1", tags: ["{build}"] }),
    report: `
  wharf:builds[0].schedule   "0 3 1 * 1" names days of the month and days of the week; EventBridge takes only one of them, so leave the other *
`,
  },
  {
    name: "a schedule that counts from the end of the month",
    config: build({ schedule: "0 3 L * *", tags: ["{build}"] }),
    report: `
  wharf:builds[0].schedule   "0 3 L * *" counts from the end of the month or by its weeks; name the days
`,
  },
  {
    name: "a connection to a misspelt host",
    config: {
      ...build({}),
      aws: {
        builds: {
          connections: {
            "gitub.com": "authorised",
          },
        },
      },
    },
    report: `
  wharf:aws.builds.connections["gitub.com"]   "gitub.com" is not a host of source code of wharf:builds; did you mean github.com?
                                              pulumi config rm --path 'wharf:aws.builds.connections["gitub.com"]'
`,
  },
  {
    name: "a connection that is neither authorised nor an ARN",
    config: { ...build({}), aws: { builds: { connections: { "github.com": "authorized" } } } },
    report: `
  wharf:aws.builds.connections["github.com"]   "authorized" is neither authorised nor the ARN of a connection, such as arn:aws:codeconnections:eu-central-1:123456789012:connection/01234567-89ab-cdef-0123-456789abcdef
`,
  },
  {
    name: "logs for a time that CloudWatch does not know",
    config: { ...build({}), aws: { builds: { logDays: 10 } } },
    report: `
  wharf:aws.builds.logDays   10 is not a retention time of CloudWatch: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731
                             pulumi config set --path 'wharf:aws.builds.logDays' 30
`,
  },
  {
    name: "an upstream that ECR does not cache",
    config: cache({ upstream: "https://registry.example.com" }),
    report: `
  wharf:pullThroughCaches[0].upstream   "https://registry.example.com" is not a registry that ECR can cache: docker-hub, ghcr, quay, kubernetes, ecr-public, https://registry.gitlab.com, https://NAME.azurecr.io, https://cgr.dev and https://ACCOUNT.dkr.ecr.REGION.amazonaws.com
                                        pulumi config rm --path 'wharf:pullThroughCaches[0]'
`,
  },
  {
    name: "Docker Hub without a user",
    config: cache({}),
    report: `
  wharf:pullThroughCaches[0].credentials   are missing: ECR caches registry-1.docker.io only with credentials
                                           pulumi config set --path 'wharf:pullThroughCaches[0].credentials.username' NAME
`,
  },
  {
    name: "a user of a registry that ECR asks as nobody",
    config: cache({
      upstream: "kubernetes",
      credentials: {
        username: "shop",
        passwordSecret: `arn:aws:secretsmanager:eu-central-1:${account}:secret:ecr-pullthroughcache/k8s-AbCdEf`,
      },
    }),
    report: `
  wharf:pullThroughCaches[0].credentials   are not used: ECR pulls from registry.k8s.io anonymously
                                           pulumi config rm --path 'wharf:pullThroughCaches[0].credentials'
`,
  },
  {
    name: "a secret whose name ECR does not read",
    config: cache({
      credentials: {
        username: "shop",
        passwordSecret: `arn:aws:secretsmanager:eu-central-1:${account}:secret:docker-hub-AbCdEf`,
      },
    }),
    report: `
  wharf:pullThroughCaches[0].credentials.passwordSecret   names the secret docker-hub-AbCdEf; ECR only reads secrets whose names begin with ecr-pullthroughcache/, and that hold username and accessToken
`,
  },
  {
    name: "a secret by its name",
    config: cache({
      credentials: { username: "shop", passwordSecret: "ecr-pullthroughcache/docker-hub" },
    }),
    report: `
  wharf:pullThroughCaches[0].credentials.passwordSecret   "ecr-pullthroughcache/docker-hub" is not the ARN of a secret, such as arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecr-pullthroughcache/docker-hub-AbCdEf
`,
  },
  {
    name: "a template for the prefix of a cache",
    config: {
      pullThroughCaches: [{ upstream: "quay" }],
      aws: { creationTemplates: [{ prefix: "quay/", appliedFor: ["pullThroughCache"] }] },
    },
    report: `
  wharf:aws.creationTemplates[0].prefix   "quay/" is the prefix of wharf:pullThroughCaches[0], which already has a template
                                          pulumi config rm --path 'wharf:aws.creationTemplates[0]'
`,
  },
  {
    name: "copies without owning the registry's settings",
    config: { aws: { replication: [{ region: "eu-west-1" }] } },
    report: `
  wharf:aws.replication   a list applies to the whole registry of the account in the region, which this stack does not manage; only one stack can
                          pulumi config set --path 'wharf:aws.managePrivateRegistry' true
`,
  },
  {
    name: "copies that nothing would encrypt as the originals are",
    config: replication([{ region: "eu-west-1" }], { encryption: { key } }),
    report: `
  wharf:aws.replication[0].key   is missing: wharf:encryption.key names a key for the images, and replicas in eu-west-1 need a key of that region
                                 aws kms list-keys --region eu-west-1
`,
  },
  {
    name: "a key of another region than the copies', and one for another account's",
    config: replication([
      { region: "eu-west-1", key },
      { region: "us-east-1", account: "210987654321", key },
    ]),
    report: `
  wharf:aws.replication[0].key   is a key in eu-central-1, and the replicas are in eu-west-1; ECR only uses keys of its own region
                                 aws kms list-keys --region eu-west-1
  wharf:aws.replication[1].key   has no effect: only the account 210987654321 decides how it encrypts the replicas
                                 pulumi config rm --path 'wharf:aws.replication[1].key'
`,
  },
  {
    name: "copies of images that only a VPC pulls",
    config: {
      aws: {
        managePrivateRegistry: true,
        network: { vpcId: "vpc-0123456789abcdef0", limitToVpc: true },
        replication: [
          { region: "eu-west-1" },
          { region: "us-east-1", account: "210987654321", vpcId: "vpc-0123456789abcdef1" },
        ],
      },
    },
    report: `
  wharf:aws.replication[0].vpcId   is missing: wharf:aws.network.limitToVpc limits images to a VPC, and replicas in eu-west-1 need one of that region
                                   pulumi config set --path 'wharf:aws.replication[0].vpcId' vpc-0123456789abcdef0
  wharf:aws.replication[1].vpcId   has no effect: only the account 210987654321 decides who pulls its replicas
                                   pulumi config rm --path 'wharf:aws.replication[1].vpcId'
`,
  },
  {
    name: "the same copies twice",
    config: replication([{ region: "eu-west-1" }, { region: "eu-west-1" }]),
    report: `
  wharf:aws.replication[1]   replicates the same repositories to eu-west-1 as wharf:aws.replication[0]
                             pulumi config rm --path 'wharf:aws.replication[1]'
`,
  },
  {
    name: "two keys for the copies of one region",
    config: replication([
      { region: "eu-west-1", repositories: ["a/"], key: inIreland("1111") },
      { region: "eu-west-1", repositories: ["b/"], key: inIreland("2222") },
    ]),
    report: `
  wharf:aws.replication[1].key   is another key than wharf:aws.replication[0].key; the replicas of a region have one key
                                 pulumi config rm --path 'wharf:aws.replication[1].key'
`,
  },
  {
    name: "more rules than ECR takes",
    config: replication(
      Array.from({ length: 11 }, (_, index) => ({
        region: "eu-west-1",
        repositories: [`team-${index}/`],
      })),
    ),
    report: `
  wharf:aws.replication   needs 11 rules; ECR allows 10. Entries with the same repositories share one
`,
  },
  {
    name: "more destinations than ECR takes",
    config: replication(
      Array.from({ length: 26 }, (_, index) => ({
        region: "eu-west-1",
        account: String(100000000000 + index),
      })),
    ),
    report: `
  wharf:aws.replication   names 26 destinations; ECR allows 25
`,
  },
  {
    name: "nodes and an issuer in another cloud's words",
    config: {
      clusters: [
        {
          name: "prod",
          nodes: "nodes@my-project.iam.gserviceaccount.com",
          issuer: "my-project",
          workloads: [{ namespace: "flux", serviceAccount: "source" }],
        },
      ],
    },
    report: `
  wharf:clusters[0].nodes    "nodes@my-project.iam.gserviceaccount.com" is not an IAM role, such as arn:aws:iam::123456789012:role/eks-nodes
  wharf:clusters[0].issuer   "my-project" is not an issuer of EKS, such as https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF
                             aws eks describe-cluster --name CLUSTER --query cluster.identity.oidc.issuer --output text
`,
  },
  {
    name: "environments of GitLab, which AWS does not see",
    config: {
      repositories: [{ name: "shop/api" }],
      identities: [
        {
          ...{ name: "deploy", issuer: "gitlab", project: "acme/shop" },
          ...{ environment: "production", push: ["shop/api"] },
        },
        {
          ...{ name: "own", issuer: "https://gitlab.acme.example", project: "acme/shop" },
          ...{ environment: "review/*", push: ["shop/api"] },
        },
      ],
    },
    report: `
  wharf:identities[0].environment   "production" would admit every branch of acme/shop: AWS cannot read the environment from GitLab's tokens. Limit the identity to a protected branch or tag
                                    pulumi config rm --path 'wharf:identities[0].environment' && pulumi config set --path 'wharf:identities[0].branch' main
  wharf:identities[1].environment   "review/*" would admit every branch of acme/shop: AWS cannot read the environment from GitLab's tokens. Limit the identity to a protected branch or tag
                                    pulumi config rm --path 'wharf:identities[1].environment' && pulumi config set --path 'wharf:identities[1].branch' main
`,
  },
  {
    name: "a provider of a misspelt issuer",
    config: {
      repositories: [{ name: "shop/api" }],
      identities: [{ name: "ci", project: "acme/shop", push: ["shop/api"] }],
      aws: {
        oidcProviders: {
          "token.actions.githubusercontent.co": `arn:aws:iam::${account}:oidc-provider/${github}`,
        },
      },
    },
    report: `
  wharf:aws.oidcProviders["token.actions.githubusercontent.co"]   "token.actions.githubusercontent.co" is not an issuer of wharf:identities or wharf:clusters; did you mean token.actions.githubusercontent.com?
                                                                  pulumi config rm --path 'wharf:aws.oidcProviders["token.actions.githubusercontent.co"]' && pulumi config set --path 'wharf:aws.oidcProviders["token.actions.githubusercontent.com"]' arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com
`,
  },
  {
    name: "the provider of another issuer",
    config: {
      repositories: [{ name: "shop/api" }],
      identities: [{ name: "ci", project: "acme/shop", push: ["shop/api"] }],
      aws: {
        oidcProviders: { [github]: `arn:aws:iam::${account}:oidc-provider/gitlab.com` },
      },
    },
    report: `
  wharf:aws.oidcProviders["token.actions.githubusercontent.com"]   is the provider of gitlab.com, not of token.actions.githubusercontent.com
`,
  },
  {
    name: "Pod Identity for a cluster that is not described",
    config: {
      clusters: [
        {
          name: "prod",
          issuer: "https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF",
          workloads: [{ namespace: "flux", serviceAccount: "source" }],
        },
      ],
      aws: { podIdentity: { prd: "shop-prod" } },
    },
    report: `
  wharf:aws.podIdentity.prd   "prd" is not a cluster of wharf:clusters; did you mean prod?
                              pulumi config rm --path 'wharf:aws.podIdentity.prd' && pulumi config set --path 'wharf:aws.podIdentity.prod' shop-prod
`,
  },
  {
    name: "Pod Identity for a cluster without service accounts",
    config: {
      clusters: [{ name: "prod", nodes: "arn:aws:iam::123456789012:role/nodes" }],
      aws: { podIdentity: { prod: "shop-prod" } },
    },
    report: `
  wharf:aws.podIdentity.prod   has no service accounts to give a role to; name them in workloads of the cluster prod
                               pulumi config rm --path 'wharf:aws.podIdentity.prod'
`,
  },
  {
    name: "the ARN of a cluster of EKS in place of its name",
    config: {
      aws: { podIdentity: { prod: "arn:aws:eks:eu-central-1:123456789012:cluster/shop" } },
    },
    report: `
  wharf:aws.podIdentity.prod   "arn:aws:eks:eu-central-1:123456789012:cluster/shop" is not a name of a cluster of EKS: 1 to 100 letters, digits, - and _, a letter or digit first
`,
  },
  {
    name: "endpoints of other protocols than theirs, and one without a scheme",
    config: {
      aws: {
        events: {
          subscriptions: [
            { protocol: "https", endpoint: "team@example.com" },
            { protocol: "email", endpoint: "https://hooks.example.com/images" },
            { protocol: "https", endpoint: "http://hooks.example.com/T0/secret" },
            { protocol: "sqs", endpoint: "images" },
          ],
        },
      },
    },
    report: `
  wharf:aws.events.subscriptions[0].endpoint   is not an https:// URL without a user, as in https://hooks.example.com/images
                                               pulumi config set --path 'wharf:aws.events.subscriptions[0].protocol' email
  wharf:aws.events.subscriptions[1].endpoint   "https://hooks.example.com/images" is not an address, as in team@example.com
                                               pulumi config set --path 'wharf:aws.events.subscriptions[1].protocol' https
  wharf:aws.events.subscriptions[2].endpoint   is not an https:// URL without a user, as in https://hooks.example.com/images
  wharf:aws.events.subscriptions[3].endpoint   "images" is not the ARN of a queue, as in arn:aws:sqs:eu-central-1:123456789012:images
`,
  },
  {
    name: "a subscription that appears twice",
    config: {
      aws: {
        events: {
          subscriptions: [
            { protocol: "email", endpoint: "team@example.com" },
            { protocol: "email", endpoint: "team@example.com" },
          ],
        },
      },
    },
    report: `
  wharf:aws.events.subscriptions[1]   has the protocol and endpoint of wharf:aws.events.subscriptions[0]
                                      pulumi config rm --path 'wharf:aws.events.subscriptions[1]'
`,
  },
  {
    name: "severities of findings that nobody asks for",
    config: { aws: { events: { on: ["push"], severities: ["critical"] } } },
    report: `
  wharf:aws.events.severities   have no effect: wharf:aws.events.on has no findings
                                pulumi config rm --path 'wharf:aws.events.severities'
`,
  },
  {
    name: "findings where nothing is scanned",
    config: {
      scan: { onPush: false },
      aws: { managePrivateRegistry: true, events: { on: ["push", "findings"] } },
    },
    report: `
  wharf:aws.events.on   has findings, and no repository is scanned on push
                        pulumi config set --path 'wharf:scan.onPush' true
`,
  },
  {
    name: "an event that ECR does not send, and a protocol without encryption",
    config: {
      aws: {
        events: {
          on: ["pushes"],
          subscriptions: [{ protocol: "http", endpoint: "http://hooks.example.com" }],
        },
      },
    },
    report: `
  wharf:aws.events.on[0]                       "pushes" is not one of push, findings; did you mean push?
                                               pulumi config set --path 'wharf:aws.events.on[0]' push
  wharf:aws.events.subscriptions[0].protocol   "http" is not one of https, email, sqs; did you mean https?
                                               pulumi config set --path 'wharf:aws.events.subscriptions[0].protocol' https
`,
  },
  {
    name: "events of the public gallery",
    config: { aws: { publicRepositories: [{ name: "tools" }], events: {} } },
    report: `
  wharf:aws.events   needs a private repository: the ECR Public Gallery sends no events
                     pulumi config rm --path 'wharf:aws.events'
`,
  },
];

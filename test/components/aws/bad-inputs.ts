/** A description that is refused on AWS. */
export interface AwsRow {
  name: string;
  /** The stack's config, keys without the `wharf:` before them. */
  config: Record<string, unknown>;
  /** The report below its first line. */
  report: string;
}

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const numbered = <Value>(count: number, make: (index: number) => Value) =>
  Array.from({ length: count }, (_, index) => make(index));

/** Descriptions that are refused by what they say. */
export const awsRows: AwsRow[] = [
  {
    name: "a repository's name of one letter",
    config: { repositories: [{ name: "a" }] },
    report: `
  wharf:repositories[0].name   "a" is shorter than 2 characters, the minimum of ECR
`,
  },
  {
    name: "more exceptions than ECR has filters for, signatures among them",
    config: { immutableTags: { except: ["latest", "stable", "main", "dev", "next"] } },
    report: `
  wharf:immutableTags.except   has 5 entries; ECR allows 5, one of which is used for signatures, sha256-*
                               pulumi config rm --path 'wharf:immutableTags.except[4]'
`,
  },
  {
    name: "a pattern with three wildcards",
    config: { repositories: [{ name: "app", immutableTags: { except: ["*-b*-*"] } }] },
    report: `
  wharf:repositories[0].immutableTags.except[0]   "*-b*-*" has more than 2 wildcards, the limit of ECR
`,
  },
  {
    name: "an alias in place of a key's ARN",
    config: { encryption: { key: "alias/images" } },
    report: `
  wharf:encryption.key   "alias/images" is neither create nor the ARN of a KMS key, such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
                         aws kms describe-key --key-id alias/images --query KeyMetadata.Arn --output text
`,
  },
  {
    name: "tags that AWS does not take",
    config: { labels: { "aws:owner": "x", team: "naïve!" } },
    report: `
  wharf:labels["aws:owner"]   begins with aws:, which is reserved for AWS
                              pulumi config rm --path 'wharf:labels["aws:owner"]'
  wharf:labels.team           "naïve!" has a character that AWS tags do not allow; letters, digits, spaces and _ . : / = + - @ are allowed
                              pulumi config rm --path 'wharf:labels.team'
`,
  },
  {
    name: "more labels than AWS takes tags",
    config: { labels: Object.fromEntries(numbered(49, (i) => [`label-${i}`, "x"])) },
    report: `
  wharf:labels   has 49 entries; AWS allows 50 tags, of which Wharf uses three
`,
  },
  {
    name: "enhanced scanning without owning the registry's settings",
    config: { aws: { scanning: { type: "enhanced" } } },
    report: `
  wharf:aws.scanning.type   "enhanced" applies to the whole registry of the account in the region, which this stack does not manage; only one stack can
                            pulumi config set --path 'wharf:aws.managePrivateRegistry' true
`,
  },
  {
    name: "a misspelt type of scan",
    config: { aws: { scanning: { type: "enhancd" } } },
    report: `
  wharf:aws.scanning.type   "enhancd" is not one of basic, enhanced; did you mean enhanced?
                            pulumi config set --path 'wharf:aws.scanning.type' enhanced
`,
  },
  {
    name: "an account setting without owning the registry's settings",
    config: { aws: { accountSettings: { blobMounting: true } } },
    report: `
  wharf:aws.accountSettings.blobMounting   true applies to the whole registry of the account in the region, which this stack does not manage; only one stack can
                                           pulumi config set --path 'wharf:aws.managePrivateRegistry' true
`,
  },
  {
    name: "a path of IAM without a slash at its end",
    config: { aws: { iam: { path: "/platform" } } },
    report: `
  wharf:aws.iam.path   "/platform" is not a path of IAM, which begins and ends with a slash, letters, digits and . , + @ = _ - between them: /wharf/
`,
  },
  {
    name: "a path of AWS's own roles",
    config: { aws: { iam: { path: "/aws-service-role/wharf/" } } },
    report: `
  wharf:aws.iam.path   "/aws-service-role/wharf/" is a path of AWS's own roles; choose another, such as /wharf/
`,
  },
  {
    name: "the name of a permissions boundary in place of its ARN",
    config: { aws: { iam: { permissionsBoundary: "boundary" } } },
    report: `
  wharf:aws.iam.permissionsBoundary   "boundary" is not the ARN of a policy of IAM, such as arn:aws:iam::123456789012:policy/boundary
`,
  },
  {
    name: "two layers of encryption without a key",
    config: { aws: { doubleEncryption: true } },
    report: `
  wharf:aws.doubleEncryption   needs a key of KMS for both layers, and wharf:encryption.key is not set
                               pulumi config set --path 'wharf:encryption.key' create
`,
  },
  {
    name: "an organizational unit without the organization and root before it",
    config: { access: { pull: ["organizationalUnit:ou-ab12-11111111"] } },
    report: `
  wharf:access.pull[0]   "organizationalUnit:ou-ab12-11111111" is not complete or holds a wrong character; one reads organizationalUnit:o-a1b2c3d4e5/r-ab12/ou-ab12-11111111
`,
  },
  {
    name: "credentials for another registry of ECR",
    config: {
      pullThroughCaches: [
        {
          upstream: "https://210987654321.dkr.ecr.us-east-1.amazonaws.com",
          name: "shared",
          credentials: {
            username: "AWS",
            passwordSecret:
              "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecr-pullthroughcache/shared-AbCdEf",
          },
        },
      ],
    },
    report: `
  wharf:pullThroughCaches[0].credentials   are not used: ECR pulls from 210987654321.dkr.ecr.us-east-1.amazonaws.com anonymously
                                           pulumi config rm --path 'wharf:pullThroughCaches[0].credentials'
`,
  },
  {
    name: "a registry policy without owning the registry's settings",
    config: { aws: { registryPolicy: { replicateFrom: ["210987654321"] } } },
    report: `
  wharf:aws.registryPolicy.replicateFrom   a list applies to the whole registry of the account in the region, which this stack does not manage; only one stack can
                                           pulumi config set --path 'wharf:aws.managePrivateRegistry' true
`,
  },
  {
    name: "continuous scanning by the basic scan",
    config: { aws: { managePrivateRegistry: true, scanning: { continuous: true } } },
    report: `
  wharf:aws.scanning.continuous   needs enhanced scanning; a basic scan runs once, on push
                                  pulumi config set --path 'wharf:aws.scanning.type' enhanced
`,
  },
  {
    name: "principals of accounts that lack a digit",
    config: {
      access: { pull: ["arn:aws:iam::12345678901:role/ci"], push: ["account:12345678901"] },
    },
    report: `
  wharf:access.pull[0]   "arn:aws:iam::12345678901:role/ci" is not complete or holds a wrong character; one reads arn:aws:iam::123456789012:role/ci; its account has 11 digits, and every account has 12, zeros at the front among them
  wharf:access.push[0]   "account:12345678901" is not complete or holds a wrong character; one reads account:123456789012; its account has 11 digits, and every account has 12, zeros at the front among them
`,
  },
  {
    name: "accounts that are none",
    config: {
      aws: {
        managePrivateRegistry: true,
        registryPolicy: {
          replicateFrom: ["2109-8765-4321", 210987654321, 12345678901, "12345678901"],
        },
      },
    },
    report: `
  wharf:aws.registryPolicy.replicateFrom[0]   "2109-8765-4321" is not an account, which has 12 digits: "123456789012"
  wharf:aws.registryPolicy.replicateFrom[1]   210987654321 is not a text
                                              pulumi config set --path --type string 'wharf:aws.registryPolicy.replicateFrom[1]' 210987654321
  wharf:aws.registryPolicy.replicateFrom[2]   12345678901 is not an account: YAML drops leading zeros of a number; put all 12 digits in quotes, "012345678901"
  wharf:aws.registryPolicy.replicateFrom[3]   "12345678901" is not an account, which has 12 digits and not 11: "123456789012"
`,
  },
  {
    name: "a word where only true and false are known",
    config: { aws: { managePrivateRegistry: "owner" } },
    report: `
  wharf:aws.managePrivateRegistry   "owner" is not true or false
                                    pulumi config rm --path 'wharf:aws.managePrivateRegistry' && pulumi config set --path 'wharf:aws.managePrivateRegistry' false
`,
  },
  {
    name: "two templates for one prefix",
    config: {
      aws: {
        creationTemplates: [
          { prefix: "cache", appliedFor: ["createOnPush"] },
          { prefix: "cache/", appliedFor: ["replication"] },
        ],
      },
    },
    report: `
  wharf:aws.creationTemplates[1].prefix   "cache/" appears twice, first in wharf:aws.creationTemplates[0]; a registry has one template for a prefix
                                          pulumi config rm --path 'wharf:aws.creationTemplates[1]'
`,
  },
  {
    name: "a prefix that no repository has",
    config: { aws: { creationTemplates: [{ prefix: "Cache", appliedFor: ["createOnPush"] }] } },
    report: `
  wharf:aws.creationTemplates[0].prefix   "Cache" is not a prefix of repository names: lower-case letters, digits and . _ - / between them, or ROOT for all
`,
  },
  {
    name: "private addresses without a VPC",
    config: { endpoint: { allowFrom: ["10.0.0.0/8"] } },
    report: `
  wharf:endpoint.allowFrom[0]   "10.0.0.0/8" is private; ECR sees private addresses only through VPC endpoints, and wharf:aws.network.vpcId is not set
                                pulumi config set --path 'wharf:aws.network.vpcId' vpc-0123456789abcdef0
`,
  },
  {
    name: "endpoints without a VPC",
    config: { aws: { network: { subnetIds: ["subnet-0123456789abcdef0"], limitToVpc: true } } },
    report: `
  wharf:aws.network.limitToVpc   needs a VPC, and wharf:aws.network.vpcId is not set
                                 pulumi config set --path 'wharf:aws.network.vpcId' vpc-0123456789abcdef0
  wharf:aws.network.subnetIds    needs a VPC, and wharf:aws.network.vpcId is not set
                                 pulumi config set --path 'wharf:aws.network.vpcId' vpc-0123456789abcdef0
`,
  },
  {
    name: "a VPC's name in place of its identifier",
    config: { aws: { network: { vpcId: "vpc-main" } } },
    report: `
  wharf:aws.network.vpcId   "vpc-main" is not an identifier such as vpc-0123456789abcdef0
`,
  },
  {
    name: "endpoints that nobody is admitted to",
    config: {
      aws: { network: { vpcId: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0"] } },
    },
    report: `
  wharf:aws.network.securityGroupIds   is empty, and wharf:endpoint.allowFrom has no private range that Wharf's security group could admit to the endpoints
                                       pulumi config set --path 'wharf:endpoint.allowFrom[0]' 10.0.0.0/16
`,
  },
  {
    name: "security groups without endpoints",
    config: {
      aws: {
        network: { vpcId: "vpc-0123456789abcdef0", securityGroupIds: ["sg-0123456789abcdef0"] },
      },
    },
    report: `
  wharf:aws.network.securityGroupIds   are for interface endpoints, and wharf:aws.network.subnetIds is empty
                                       pulumi config rm --path 'wharf:aws.network.securityGroupIds'
`,
  },
  {
    name: "a public repository twice",
    config: { aws: { publicRepositories: [{ name: "tools/wharf" }, { name: "tools/wharf" }] } },
    report: `
  wharf:aws.publicRepositories[1].name   "tools/wharf" appears twice, first in wharf:aws.publicRepositories[0]
                                         pulumi config rm --path 'wharf:aws.publicRepositories[1]'
`,
  },
  {
    name: "an architecture in Docker's word",
    config: { aws: { publicRepositories: [{ name: "tools/wharf", architectures: ["arm64"] }] } },
    report: `
  wharf:aws.publicRepositories[0].architectures[0]   "arm64" is not one of ARM, ARM 64, x86, x86-64; did you mean ARM 64?
                                                     pulumi config set --path 'wharf:aws.publicRepositories[0].architectures[0]' 'ARM 64'
`,
  },
  {
    name: "a session as a principal",
    config: { access: { push: ["arn:aws:sts::123456789012:assumed-role/ci/build"] } },
    report: `
  wharf:access.push[0]   "arn:aws:sts::123456789012:assumed-role/ci/build" is not complete or holds a wrong character; one reads arn:aws:iam::123456789012:role/ci; a session ends within hours, so name the role that it assumes
`,
  },
  {
    name: "an account's root as a principal",
    config: { access: { pull: ["arn:aws:iam::123456789012:root"] } },
    report: `
  wharf:access.pull[0]   "arn:aws:iam::123456789012:root" is not complete or holds a wrong character; one reads arn:aws:iam::123456789012:role/ci; a whole account is written account:123456789012
`,
  },
  {
    name: "a service that is to push",
    config: { access: { push: ["service:lambda"] } },
    report: `
  wharf:access.push[0]   "service:lambda" may pull only; name it in pull
`,
  },
  {
    name: "a principal of another cloud",
    config: { access: { pull: ["user:ann@example.com"] } },
    report: `
  wharf:access.pull[0]   "user:ann@example.com" is not a principal of AWS, which begins with arn:, account:, organization:, organizationalUnit: or service:
`,
  },
  {
    name: "anonymous pulls",
    config: { access: { public: true } },
    report: `
  wharf:access.public   is refused: ECR does not support anonymous pulls; put public images in wharf:aws.publicRepositories
                        pulumi config rm --path 'wharf:access.public'
`,
  },
  {
    name: "policies to attach of no account",
    config: { aws: { identityPolicies: { attach: true } } },
    report: `
  wharf:aws.identityPolicies.attach   needs the account whose roles and users get the policies, and wharf:aws.identityPolicies.account is not set
                                      pulumi config set --path --type string 'wharf:aws.identityPolicies.account' 123456789012
`,
  },
  {
    name: "a role named by too many repositories",
    config: {
      aws: { identityPolicies: { account: "123456789012" } },
      repositories: numbered(100, (i) => ({ name: `shop/service-${i}`, push: [role("ci")] })),
    },
    report: `
  wharf:repositories   names arn:aws:iam::123456789012:role/ci 100 times, which needs a policy of 7943 characters; IAM allows 6144. Name it once in wharf:access, for all repositories of the stack
`,
  },
  {
    name: "more principals than a repository's policy holds",
    config: { access: { pull: numbered(300, (i) => role(`reader-${i}`)) } },
    report: `
  wharf:access   needs a policy of 13368 characters; ECR allows 10240; name a role that several assume, account:… or organization:… in place of many principals
`,
  },
  {
    name: "more scanned repositories than a scan has filters",
    config: {
      aws: { managePrivateRegistry: true },
      repositories: [
        { name: "unscanned", scan: { onPush: false } },
        ...numbered(120, (i) => ({ name: `service-${i}` })),
      ],
    },
    report: `
  wharf:repositories   needs 120 filters of the registry's scan; ECR allows 100. Put repositories that are not scanned under another path than those that are
`,
  },
  {
    name: "a group whose pulls are not to count",
    config: {
      aws: { scanning: { pullTimeExclusions: ["arn:aws:iam::123456789012:group/scanners"] } },
    },
    report: `
  wharf:aws.scanning.pullTimeExclusions[0]   "arn:aws:iam::123456789012:group/scanners" is not a role or user, such as arn:aws:iam::123456789012:role/ci
`,
  },
  {
    name: "a retention by count and by age",
    config: { retention: { keepLast: 10, expireAfterDays: 30 } },
    report: `
  wharf:retention.keepLast   ECR applies one rule to an image, so that it looks at the count or the age, never at both; set keepLast to 0 for this repository, or expireAfterDays to never
`,
  },
  {
    name: "an expiry by the last pull",
    config: { retention: { expireUnpulledAfterDays: 30 } },
    report: `
  wharf:retention.expireUnpulledAfterDays   ECR archives by the last pull but deletes only by push or count; set archiveAfterDays, and expireAfterDays for what is in the archive
`,
  },
  {
    name: "users with passwords",
    config: { users: [{ name: "ada" }] },
    report: `
  wharf:users   not on aws: ECR authenticates IAM principals, not users with passwords; name the principals in wharf:access
                pulumi config rm wharf:users
`,
  },
  {
    name: "your own names and certificates",
    config: { tls: { mode: "self-signed" }, endpoint: { hosts: ["registry.example.com"] } },
    report: `
  wharf:endpoint.hosts   not on aws: ECR chooses the registry's address; read it from the stack's output endpoint
                         pulumi config rm --path 'wharf:endpoint.hosts'
  wharf:tls              not on aws: ECR has its own certificate; clients trust it already
                         pulumi config rm wharf:tls
`,
  },
  {
    name: "a misspelt key of AWS's block",
    config: { aws: { scaning: { type: "basic" } } },
    report: `
  wharf:aws.scaning   unknown key; did you mean wharf:aws.scanning?
                      pulumi config rm --path 'wharf:aws.scaning'
`,
  },
  {
    name: "a rotation too often",
    config: { encryption: { key: "create", rotationDays: 30 } },
    report: `
  wharf:encryption.rotationDays   30 is below 90, the lowest allowed
                                  pulumi config set --path 'wharf:encryption.rotationDays' 365
`,
  },
];

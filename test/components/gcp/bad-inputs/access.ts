import type { GcpRow } from "./row";

/** Principals, addresses and labels. */
export const accessRows: GcpRow[] = [
  {
    name: "a principal of another cloud",
    config: { access: { pull: ["arn:aws:iam::123456789012:role/ci"] } },
    report: `
  wharf:access.pull[0]   "arn:aws:iam::123456789012:role/ci" is not a principal of Google Cloud, which begins with user:, group:, serviceAccount:, principal://, principalSet:// or domain:
`,
  },
  {
    name: "a misspelt kind of principal",
    config: { access: { push: ["serviceaccount:ci@acme-registry.iam.gserviceaccount.com"] } },
    report: `
  wharf:access.push[0]   "serviceaccount:ci@acme-registry.iam.gserviceaccount.com" is not a principal of Google Cloud, which begins with user:, group:, serviceAccount:, principal://, principalSet:// or domain:; did you mean serviceAccount:ci@acme-registry.iam.gserviceaccount.com?
                         pulumi config set --path 'wharf:access.push[0]' serviceAccount:ci@acme-registry.iam.gserviceaccount.com
`,
  },
  {
    name: "a principal without its kind",
    config: { repositories: [{ name: "app", push: ["ci@acme-registry.iam.gserviceaccount.com"] }] },
    report: `
  wharf:repositories[0].push[0]   "ci@acme-registry.iam.gserviceaccount.com" is not a principal of Google Cloud, which begins with user:, group:, serviceAccount:, principal://, principalSet:// or domain:
`,
  },
  {
    name: "everyone as a principal",
    config: { access: { pull: ["allUsers"] } },
    report: `
  wharf:access.pull[0]   "allUsers" is everybody; only wharf:access.public allows anonymous pulls, and a push always needs a login
                         pulumi config set --path 'wharf:access.public' true
`,
  },
  {
    name: "users with passwords",
    config: { users: [{ name: "ada" }] },
    report: `
  wharf:users   not on gcp: Artifact Registry authenticates IAM principals, not users with passwords; name the principals in wharf:access
                pulumi config rm wharf:users
`,
  },
  {
    name: "ranges of addresses",
    config: { endpoint: { allowFrom: ["10.0.0.0/8"] } },
    report: `
  wharf:endpoint.allowFrom   not on gcp: Artifact Registry does not limit addresses; put the project into a VPC Service Controls perimeter
                             pulumi config rm --path 'wharf:endpoint.allowFrom'
`,
  },
  {
    name: "a label in capitals",
    config: { labels: { Team: "shop" } },
    report: `
  wharf:labels.Team   "Team" is not a label key of Google Cloud: it starts with a lower-case letter, not with goog, and has only lower-case letters, digits, _ and -, 63 at most
                      pulumi config rm --path 'wharf:labels.Team'
`,
  },
  {
    name: "a label's value with a space",
    config: { labels: { team: "Shop Team" } },
    report: `
  wharf:labels.team   "Shop Team" is not a label value of Google Cloud: only lower-case letters, digits, _ and -, 63 at most
                      pulumi config set --path 'wharf:labels.team' shop-team
`,
  },
  {
    name: "a label of Wharf's own",
    config: { labels: { "managed-by": "me" } },
    report: `
  wharf:labels.managed-by   is a label that Wharf sets itself
                            pulumi config rm --path 'wharf:labels.managed-by'
`,
  },
];

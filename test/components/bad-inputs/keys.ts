import type { Row } from "./row";

/** Keys that there are not, and values of another kind than theirs. */
export const keyRows: Row[] = [
  {
    name: "a misspelt key",
    config: { enviroment: "dev" },
    report: `
  wharf:enviroment   unknown key; did you mean wharf:environment?
                     pulumi config rm wharf:enviroment
`,
  },
  {
    name: "a key that resembles none",
    config: { replicas: 3 },
    report: `
  wharf:replicas   unknown key; known here: target, environment, repositories, immutableTags, scan, retention, access, groups, identities, clusters, builds, pullThroughCaches, encryption, labels, users, auth, endpoint, tls, storage, deletion, backup, notifications, lab, usage, images, resources, distribution, kubernetes, aws, gcp, azure
                   pulumi config rm wharf:replicas
`,
  },
  {
    name: "a misspelt key in a block",
    config: { endpoint: { prot: 5001 } },
    report: `
  wharf:endpoint.prot   unknown key; did you mean wharf:endpoint.port?
                        pulumi config rm --path 'wharf:endpoint.prot'
`,
  },
  {
    name: "a misspelt key in a list",
    config: { users: [{ nmae: "ada", name: "ada" }] },
    report: `
  wharf:users[0].nmae   unknown key; did you mean wharf:users[0].name?
                        pulumi config rm --path 'wharf:users[0].nmae'
`,
  },
  {
    name: "a key with a dot in its name",
    config: { endpoint: { "port.number": 5001 } },
    report: `
  wharf:endpoint["port.number"]   unknown key; did you mean wharf:endpoint.port?
                                  pulumi config rm --path 'wharf:endpoint["port.number"]'
`,
  },
  {
    name: "a part that was set without --path",
    config: { "endpoint.port": 5001 },
    report: `
  wharf:endpoint.port   unknown key; a part of wharf:endpoint is set with --path
                        pulumi config rm 'wharf:endpoint.port' && pulumi config set --path 'wharf:endpoint.port' 5001
`,
  },
  {
    name: "an unknown target",
    config: { target: "dockr" },
    report: `
  wharf:target   "dockr" is not one of docker, kubernetes, aws, gcp, azure; did you mean docker?
                 pulumi config set wharf:target docker
`,
  },
  {
    name: "an environment's long name",
    config: { environment: "production" },
    report: `
  wharf:environment   "production" is not one of lab, dev, staging, prod; did you mean prod?
                      pulumi config set wharf:environment prod
`,
  },
  {
    name: "an unknown deletion",
    config: { deletion: "keep" },
    report: `
  wharf:deletion   "keep" is not one of protect, retain, force
`,
  },
  {
    name: "text for a number",
    config: { endpoint: { port: "https" } },
    report: `
  wharf:endpoint.port   "https" is not a number
                        pulumi config rm --path 'wharf:endpoint.port' && pulumi config set --path 'wharf:endpoint.port' 5000
`,
  },
  {
    name: "a number in quotes",
    config: { endpoint: { port: "5001" } },
    report: `
  wharf:endpoint.port   "5001" is not a number
                        pulumi config rm --path 'wharf:endpoint.port' && pulumi config set --path 'wharf:endpoint.port' 5001
`,
  },
  {
    name: "a decimal that Pulumi stored as text",
    config: { resources: { cpus: "0.5" } },
    report: `
  wharf:resources.cpus   "0.5" is not a number
                         pulumi config rm --path 'wharf:resources.cpus' && pulumi config set --path --type float 'wharf:resources.cpus' 0.5
`,
  },
  {
    name: "a fraction for a whole number",
    config: { endpoint: { port: 5000.5 } },
    report: `
  wharf:endpoint.port   5000.5 is not a whole number
                        pulumi config set --path 'wharf:endpoint.port' 5000
`,
  },
  {
    name: "a number for a name",
    config: { users: [{ name: 1234 }] },
    report: `
  wharf:users[0].name   1234 is not a text
                        pulumi config set --path --type string 'wharf:users[0].name' 1234
`,
  },
  {
    name: "text for true or false",
    config: { distribution: { readOnly: "yes" } },
    report: `
  wharf:distribution.readOnly   "yes" is not true or false
                                pulumi config rm --path 'wharf:distribution.readOnly' && pulumi config set --path 'wharf:distribution.readOnly' true
`,
  },
  {
    name: "a word for a block",
    config: { distribution: { log: "debug" } },
    report: `
  wharf:distribution.log   "debug" is not a block of keys
`,
  },
  {
    name: "a list for a text",
    config: { endpoint: { address: ["127.0.0.1"] } },
    report: `
  wharf:endpoint.address   a list is not a text
`,
  },
  {
    name: "an empty value",
    config: { endpoint: { address: null } },
    report: `
  wharf:endpoint.address   is empty; a text belongs here
                           pulumi config rm --path 'wharf:endpoint.address'
`,
  },
];

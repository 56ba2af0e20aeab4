import type { Row } from "./row";

/** Repositories, users and their passwords. */
export const userRows: Row[] = [
  {
    name: "a repository in capitals",
    config: { repositories: [{ name: "Shop/API" }] },
    report: `
  wharf:repositories[0].name   "Shop/API" is not a repository name: lower-case letters, digits and . _ - between them, parts separated by /
`,
  },
  {
    name: "a repository without a name",
    config: { repositories: [{}] },
    report: `
  wharf:repositories[0].name   is missing; a text belongs here
`,
  },
  {
    name: "a repository twice",
    config: { repositories: [{ name: "app" }, { name: "shop" }, { name: "app" }] },
    report: `
  wharf:repositories[2].name   "app" appears twice, first in wharf:repositories[0]
                               pulumi config rm --path 'wharf:repositories[2]'
`,
  },
  {
    name: "a user twice",
    config: { users: [{ name: "ada" }, { name: "ada" }] },
    report: `
  wharf:users[1].name   "ada" appears twice, first in wharf:users[0]
                        pulumi config rm --path 'wharf:users[1]'
`,
  },
  {
    name: "a user with a colon",
    config: { users: [{ name: "ada:lovelace" }] },
    report: `
  wharf:users[0].name   "ada:lovelace" holds a colon, a space or a control character, which htpasswd cannot store
`,
  },
  {
    name: "users who could never log in",
    config: {
      users: [{ name: "#ada" }, { name: "grace" }, { name: "lin" }],
    },
    secrets: { "users[1].password": "long-enough\n", "users[2].password": "long\u0007enough" },
    count: 3,
    report: `
  wharf:users[0].name       "#ada" begins with #, which makes a comment of the user's line in htpasswd
  wharf:users[1].password   the value ends in a line break, which a login strips; set it without one, by printf and not by echo
                            pulumi config set --secret --path 'wharf:users[1].password'
  wharf:users[2].password   the value holds a control character, which no login can send (RFC 7617)
                            pulumi config set --secret --path 'wharf:users[2].password'
`,
  },
  {
    name: "a user without letters",
    config: { users: [{ name: "" }] },
    report: `
  wharf:users[0].name   is empty; a user needs a name
`,
  },
  {
    name: "a password over bcrypt's 72 bytes",
    config: { users: [{ name: "ada" }] },
    secrets: {
      "users[0].password":
        "passpasspasspasspasspasspasspasspasspasspasspasspasspasspasspasspasspasspasspass",
    },
    report: `
  wharf:users[0].password   the value has 80 bytes; bcrypt reads only the first 72 and would ignore the rest
                            pulumi config set --secret --path 'wharf:users[0].password'
`,
  },
  {
    name: "a password of few letters",
    config: { users: [{ name: "ada" }] },
    secrets: { "users[0].password": "hunter2" },
    report: `
  wharf:users[0].password   the value is shorter than 8 characters
                            pulumi config set --secret --path 'wharf:users[0].password'
`,
  },
  {
    name: "a password in plaintext",
    config: { users: [{ name: "ada", password: "correct horse" }] },
    report: `
  wharf:users[0].password   is in plaintext in the stack's config; set a secret encrypted
                            pulumi config set --secret --path 'wharf:users[0].password'
`,
  },
  {
    name: "a secret in a block where none belongs",
    config: {},
    secrets: { "distribution.proxy[0].password": "hunter2-hunter2" },
    report: `
  wharf:distribution.proxy   the value is not a block of keys
`,
  },
];

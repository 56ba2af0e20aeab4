import type { Problem } from "../../../components/core/problems";
import { caCertificate } from "../../support/authority";

/** A description of a self-hosted registry that its access control refuses, and every problem that is told of it. */
export interface BadInput {
  name: string;
  config: Record<string, unknown>;
  problems: Problem[];
}

export const badInputs: BadInput[] = [
  {
    name: "a role with htpasswd",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          role: "push",
        },
      ],
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:users[0].role",
        message:
          "needs roles, but wharf:auth.mode is htpasswd: htpasswd has no roles: every user may pull, push and delete",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "repositories of a user with htpasswd",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          repositories: ["shop/**"],
        },
      ],
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:users[0].repositories",
        message:
          "needs roles, but wharf:auth.mode is htpasswd: htpasswd has no roles: every user may pull, push and delete",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "an expiry with htpasswd",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          expires: "2027-01-31",
        },
      ],
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:users[0].expires",
        message:
          "needs roles, but wharf:auth.mode is htpasswd: a password in htpasswd does not expire",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "several passwords with htpasswd",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          secrets: [
            {
              name: "first",
            },
          ],
        },
      ],
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:users[0].secrets",
        message:
          "needs roles, but wharf:auth.mode is htpasswd: htpasswd has one password for a user",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "a user's addresses with htpasswd",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          allowFrom: ["10.0.0.0/8"],
        },
      ],
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:users[0].allowFrom",
        message: "needs roles, but wharf:auth.mode is htpasswd: htpasswd limits no addresses",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "a list of access with htpasswd",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
        },
      ],
      access: {
        pull: ["ci"],
      },
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:access.pull",
        message:
          "needs roles, but wharf:auth.mode is htpasswd: htpasswd has no roles: every user may pull, push and delete",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "public images with htpasswd",
    config: {
      access: {
        public: true,
      },
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:access.public",
        message:
          "needs roles, but wharf:auth.mode is htpasswd: htpasswd requires a login of everybody",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "a repository's list with htpasswd",
    config: {
      repositories: [
        {
          name: "shop/api",
          push: ["ci"],
        },
      ],
      users: [
        {
          name: "ci",
        },
      ],
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:repositories[0].push",
        message:
          "needs roles, but wharf:auth.mode is htpasswd: htpasswd has no roles: every user may pull, push and delete",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "immutable tags with htpasswd",
    config: {
      immutableTags: {
        except: ["latest"],
      },
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:immutableTags",
        message: "needs roles, but wharf:auth.mode is htpasswd: distribution lets every tag move",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "immutable tags of a repository with htpasswd",
    config: {
      repositories: [
        {
          name: "shop/api",
          immutableTags: {},
        },
      ],
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:repositories[0].immutableTags",
        message: "needs roles, but wharf:auth.mode is htpasswd: distribution lets every tag move",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "identities with htpasswd",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      identities: [
        {
          name: "shop-ci",
          project: "acme/shop",
          push: ["shop/api"],
        },
      ],
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:identities",
        message: "needs roles, but wharf:auth.mode is htpasswd: htpasswd accepts passwords only",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "clusters with htpasswd",
    config: {
      clusters: [
        {
          name: "prod",
          issuer: "https://oidc.example.com",
          workloads: [
            {
              namespace: "a",
              serviceAccount: "b",
            },
          ],
        },
      ],
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:clusters",
        message: "needs roles, but wharf:auth.mode is htpasswd: htpasswd accepts passwords only",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "addresses on Docker with htpasswd",
    config: {
      endpoint: {
        allowFrom: ["10.0.0.0/8"],
      },
      auth: {
        mode: "htpasswd",
      },
    },
    problems: [
      {
        key: "wharf:endpoint.allowFrom",
        message:
          "needs roles, but wharf:auth.mode is htpasswd: Docker publishes a port to everyone who reaches the address that it is bound to",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "revoked tokens with htpasswd",
    config: {
      auth: {
        mode: "htpasswd",
        revokedTokens: ["a1"],
      },
    },
    problems: [
      {
        key: "wharf:auth.revokedTokens",
        message: "needs roles, but wharf:auth.mode is htpasswd: htpasswd accepts passwords only",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "trusted proxies with htpasswd",
    config: {
      auth: {
        mode: "htpasswd",
        trustedProxies: ["10.0.0.0/8"],
      },
    },
    problems: [
      {
        key: "wharf:auth.trustedProxies",
        message: "needs roles, but wharf:auth.mode is htpasswd: nothing limits addresses there",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "a role with a token server",
    config: {
      access: {
        public: true,
      },
      auth: {
        token: {
          realm: "https://auth.example.com/token",
          service: "wharf",
          issuer: "acme",
          jwks: '{"keys":[{"kty":"OKP"}]}',
        },
      },
    },
    problems: [
      {
        key: "wharf:access.public",
        message:
          "needs roles, but wharf:auth.token is set: the token server decides who may do what",
        fix: "pulumi config rm --path 'wharf:auth.token' && pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "a role without logins",
    config: {
      access: {
        public: true,
      },
      auth: {
        mode: "off",
      },
    },
    problems: [
      {
        key: "wharf:access.public",
        message:
          "needs roles, but wharf:auth.mode is off: nobody logs in, and everybody may do everything",
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "token without a token server",
    config: {
      auth: {
        mode: "token",
      },
    },
    problems: [
      {
        key: "wharf:auth.token",
        message:
          'is missing; mode "token" needs a token server: its realm, service, issuer and jwks',
        fix: "pulumi config rm --path 'wharf:auth.mode'",
      },
    ],
  },
  {
    name: "roles with a token server",
    config: {
      auth: {
        mode: "roles",
        token: {
          realm: "https://auth.example.com/token",
          service: "wharf",
          issuer: "acme",
          jwks: '{"keys":[{"kty":"OKP"}]}',
        },
      },
    },
    problems: [
      {
        key: "wharf:users",
        message:
          "names 3 users, but with wharf:auth.token a token server decides who may log in; a registry has one of the two",
        fix: "pulumi config rm wharf:users",
      },
      {
        key: "wharf:auth.mode",
        message:
          '"roles" does not use the token server of wharf:auth.token; a registry has one access control',
        fix: "pulumi config set --path 'wharf:auth.mode' token",
      },
    ],
  },
  {
    name: "off on another address",
    config: {
      environment: "dev",
      endpoint: {
        hosts: ["r.example.com"],
      },
      auth: {
        mode: "off",
      },
    },
    problems: [
      {
        key: "wharf:auth.mode",
        message:
          '"off" lets everybody push and delete; it is allowed only in a lab on a loopback address of a Docker host',
        fix: "pulumi config set --path 'wharf:auth.mode' htpasswd",
      },
    ],
  },
  {
    name: "off on Kubernetes",
    config: {
      target: "kubernetes",
      auth: {
        mode: "off",
      },
    },
    problems: [
      {
        key: "wharf:auth.mode",
        message:
          '"off" lets everybody push and delete; it is allowed only in a lab on a loopback address of a Docker host',
        fix: "pulumi config set --path 'wharf:auth.mode' htpasswd",
      },
    ],
  },
  {
    name: "off with users",
    config: {
      users: [
        {
          name: "ci",
        },
      ],
      auth: {
        mode: "off",
      },
    },
    problems: [
      {
        key: "wharf:users",
        message: 'names 1 user, but with mode "off" of wharf:auth nobody logs in',
        fix: "pulumi config rm wharf:users",
      },
    ],
  },
  {
    name: "an unknown mode",
    config: {
      auth: {
        mode: "rolls",
      },
    },
    problems: [
      {
        key: "wharf:auth.mode",
        message: '"rolls" is not one of roles, htpasswd, token, off; did you mean roles?',
        fix: "pulumi config set --path 'wharf:auth.mode' roles",
      },
    ],
  },
  {
    name: "roles with another image on Docker",
    config: {
      images: {
        registry: "mirror.example.com/library/registry:3",
      },
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          role: "pull",
        },
      ],
    },
    problems: [
      {
        key: "wharf:images.registry",
        message:
          '"mirror.example.com/library/registry:3" is not Wharf\'s registry image, which wharf:users[0].role needs; without this key npx wharf up builds it',
        fix: "pulumi config rm --path 'wharf:images.registry'",
      },
    ],
  },
  {
    name: "roles with the official image on Kubernetes",
    config: {
      target: "kubernetes",
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          role: "pull",
        },
      ],
    },
    problems: [
      {
        key: "wharf:images.registry",
        message:
          "is the official image; wharf:users[0].role needs Wharf's registry image, published where the nodes can pull it",
        fix: "npx wharf image publish --to HOST/NAME && pulumi config set --path 'wharf:images.registry' HOST/NAME/wharf-registry:TAG@DIGEST",
      },
    ],
  },
  {
    name: "mode roles with another image on Kubernetes",
    config: {
      target: "kubernetes",
      auth: {
        mode: "roles",
      },
      images: {
        registry: "mirror.example.com/registry:3",
      },
    },
    problems: [
      {
        key: "wharf:images.registry",
        message:
          '"mirror.example.com/registry:3" is not Wharf\'s registry image; mode "roles" of wharf:auth needs Wharf\'s registry image, published where the nodes can pull it',
        fix: "npx wharf image publish --to HOST/NAME && pulumi config set --path 'wharf:images.registry' HOST/NAME/wharf-registry:TAG@DIGEST",
      },
    ],
  },
  {
    name: "an unknown user in a list",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "carol",
        },
      ],
      access: {
        push: ["carl"],
      },
    },
    problems: [
      {
        key: "wharf:access.push[0]",
        message: '"carl" is not a user of wharf:users; did you mean carol?',
        fix: "pulumi config set --path 'wharf:access.push[0]' carol",
      },
    ],
  },
  {
    name: "a cloud's principal in a list",
    config: {
      repositories: [
        {
          name: "shop/api",
          pull: ["arn:aws:iam::123456789012:role/ci"],
        },
      ],
    },
    problems: [
      {
        key: "wharf:repositories[0].pull[0]",
        message:
          '"arn:aws:iam::123456789012:role/ci" is not a user of wharf:users, which has admin, developer, readonly',
      },
    ],
  },
  {
    name: "a user twice in a list",
    config: {
      users: [
        {
          name: "ci",
        },
      ],
      access: {
        push: ["ci", "ci"],
      },
    },
    problems: [
      {
        key: "wharf:access.push[1]",
        message: '"ci" appears twice, first in wharf:access.push[0]',
        fix: "pulumi config rm --path 'wharf:access.push[1]'",
      },
    ],
  },
  {
    name: "an unknown repository",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          repositories: ["shop/apo"],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].repositories[0]",
        message: '"shop/apo" is not a repository of this description; did you mean shop/api?',
        fix: "pulumi config set --path 'wharf:users[0].repositories[0]' shop/api",
      },
    ],
  },
  {
    name: "a repository in upper case",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          repositories: ["Shop/API"],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].repositories[0]",
        message:
          '"Shop/API" is not the name of a repository, nor a pattern such as shop/* or shop/**',
        fix: "pulumi config set --path 'wharf:users[0].repositories[0]' shop/api",
      },
    ],
  },
  {
    name: "a pattern with three stars",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          repositories: ["shop/***"],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].repositories[0]",
        message:
          '"shop/***" is not the name of a repository, nor a pattern such as shop/* or shop/**',
        fix: "pulumi config set --path 'wharf:users[0].repositories[0]' 'shop/**'",
      },
    ],
  },
  {
    name: "a pattern with a question mark",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          repositories: ["shop/ap?"],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].repositories[0]",
        message:
          '"shop/ap?" is not the name of a repository, nor a pattern such as shop/* or shop/**',
        fix: "pulumi config set --path 'wharf:users[0].repositories[0]' shop/ap",
      },
    ],
  },
  {
    name: "a pattern that climbs",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          repositories: ["../secret"],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].repositories[0]",
        message:
          '"../secret" is not the name of a repository, nor a pattern such as shop/* or shop/**',
        fix: "pulumi config set --path 'wharf:users[0].repositories[0]' secret",
      },
    ],
  },
  {
    name: "no repositories",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          repositories: [],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].repositories",
        message: "is empty, so that the role is for no repository; leave it out for all",
        fix: "pulumi config rm --path 'wharf:users[0].repositories'",
      },
    ],
  },
  {
    name: "a repository twice",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          repositories: ["shop/api", "shop/api"],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].repositories[1]",
        message: '"shop/api" appears twice, first in wharf:users[0].repositories[0]',
        fix: "pulumi config rm --path 'wharf:users[0].repositories[1]'",
      },
    ],
  },
  {
    name: "the name of wharf's own user",
    config: {
      users: [
        {
          name: "wharf",
          role: "pull",
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].name",
        message:
          '"wharf" is the user that wharf itself works as, with mode roles; choose another name',
        fix: "pulumi config set --path 'wharf:users[0].name' wharf-user",
      },
    ],
  },
  {
    name: "an unknown role",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          role: "owner",
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].role",
        message: '"owner" is not one of pull, push, delete, admin',
      },
    ],
  },
  {
    name: "no date",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          expires: "31.01.2027",
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].expires",
        message: '"31.01.2027" is not a date such as 2027-01-31',
      },
    ],
  },
  {
    name: "no passwords",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          secrets: [],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].secrets",
        message: "is empty, so that nobody could log in; leave it out for one password",
        fix: "pulumi config rm --path 'wharf:users[0].secrets'",
      },
    ],
  },
  {
    name: "a password twice",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          secrets: [
            {
              name: "a",
            },
            {
              name: "a",
            },
          ],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].secrets[1].name",
        message: '"a" appears twice, first in wharf:users[0].secrets[0]',
        fix: "pulumi config rm --path 'wharf:users[0].secrets[1]'",
      },
    ],
  },
  {
    name: "a name of a password",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          secrets: [
            {
              name: "Jan 2027",
            },
          ],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].secrets[0].name",
        message: '"Jan 2027" is not a name: 1 to 40 lower-case letters, digits and - between them',
      },
    ],
  },
  {
    name: "a password beside others",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          password: "of no worth",
          secrets: [
            {
              name: "a",
            },
          ],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].password",
        message: 'is not used beside secrets, none of which is named "first"',
        fix: "pulumi config set --path 'wharf:users[0].secrets[1].name' first",
      },
    ],
  },
  {
    name: "a password given twice",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          password: "of no worth",
          secrets: [
            {
              name: "first",
              password: "of no worth",
            },
          ],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].secrets[0].password",
        message: "is given twice, also as wharf:users[0].password",
        fix: "pulumi config rm --path 'wharf:users[0].password'",
      },
    ],
  },
  {
    name: "the last password ends first",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          secrets: [
            {
              name: "a",
            },
            {
              name: "b",
              until: "2027-01-31",
            },
          ],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].secrets[1].until",
        message:
          "ends the password that is handed out, the last one, before another; put the one that stays last",
        fix: "pulumi config rm --path 'wharf:users[0].secrets[1].until'",
      },
    ],
  },
  {
    name: "no range of addresses",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
          allowFrom: ["10.0.0.1"],
        },
      ],
    },
    problems: [
      {
        key: "wharf:users[0].allowFrom[0]",
        message: '"10.0.0.1" is not a range of addresses such as 10.0.0.0/8',
      },
    ],
  },
  {
    name: "an identity of a user's name",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      users: [
        {
          name: "ci",
        },
      ],
      identities: [
        {
          name: "ci",
          project: "acme/shop",
          push: ["shop/api"],
        },
      ],
    },
    problems: [
      {
        key: "wharf:identities[0].name",
        message: '"ci" is the name of wharf:users[0] as well; a client says by it who it is',
        fix: "pulumi config set --path 'wharf:identities[0].name' ci-ci",
      },
    ],
  },
  {
    name: "an identity for no repository",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      identities: [
        {
          name: "shop-ci",
          project: "acme/shop",
        },
      ],
    },
    problems: [
      {
        key: "wharf:identities[0]",
        message: "names no repository; set pull, push or delete",
        fix: "pulumi config set --path 'wharf:identities[0].push[0]' shop/api",
      },
    ],
  },
  {
    name: "an identity of wharf's name",
    config: {
      repositories: [
        {
          name: "shop/api",
        },
        {
          name: "shop/web",
        },
      ],
      identities: [
        {
          name: "wharf",
          project: "acme/shop",
          push: ["shop/api"],
        },
      ],
    },
    problems: [
      {
        key: "wharf:identities[0].name",
        message: '"wharf" is the user that wharf itself works as; choose another name',
        fix: "pulumi config set --path 'wharf:identities[0].name' wharf-ci",
      },
    ],
  },
  {
    name: "a cluster's issuer",
    config: {
      clusters: [
        {
          name: "prod",
          issuer: "my-project.svc.id.goog",
          workloads: [
            {
              namespace: "a",
              serviceAccount: "b",
            },
          ],
        },
      ],
    },
    problems: [
      {
        key: "wharf:clusters[0].issuer",
        message:
          '"my-project.svc.id.goog" is not the https:// URL of an issuer, where the registry finds the keys of the cluster\'s tokens',
        fix: "pulumi config set --path 'wharf:clusters[0].issuer' https://my-project.svc.id.goog",
      },
    ],
  },
  {
    name: "a cluster's nodes",
    config: {
      clusters: [
        {
          name: "prod",
          nodes: "arn:aws:iam::123456789012:role/nodes",
        },
      ],
    },
    problems: [
      {
        key: "wharf:clusters[0].nodes",
        message:
          "not on docker: a registry of your own does not know the identities of a cloud's nodes; use image pull secrets: npx wharf outputs, or wharf:kubernetes.pullSecrets in the registry's own cluster",
        fix: "pulumi config rm --path 'wharf:clusters[0].nodes'",
      },
    ],
  },
  {
    name: "a token revoked twice",
    config: {
      auth: {
        revokedTokens: ["a1", "a1"],
      },
    },
    problems: [
      {
        key: "wharf:auth.revokedTokens[1]",
        message: '"a1" appears twice, first in wharf:auth.revokedTokens[0]',
        fix: "pulumi config rm --path 'wharf:auth.revokedTokens[1]'",
      },
    ],
  },
  {
    name: "keys of an issuer that are none",
    config: {
      identities: [
        {
          name: "ci",
          project: "acme/shop",
          push: ["app"],
          jwks: "https://issuer.example.com/jwks",
        },
      ],
    },
    problems: [
      {
        fix: undefined,
        key: "wharf:identities[0].jwks",
        message:
          '"https://issuer.example.com/jwks" is not a JSON Web Key Set with at least one key ({"keys": [...]})',
      },
    ],
  },
  {
    name: "a CA of an issuer beside its keys",
    config: {
      identities: [
        {
          name: "ci",
          project: "acme/web",
          push: ["app"],
          jwks: '{"keys":[{"kty":"RSA"}]}',
          caCertificate,
        },
      ],
    },
    problems: [
      {
        key: "wharf:identities[0].caCertificate",
        message: "is not used beside jwks, with which the issuer is not asked for its keys",
        fix: "pulumi config rm --path 'wharf:identities[0].caCertificate'",
      },
    ],
  },
  {
    name: "keys of an issuer on a cloud",
    config: {
      target: "gcp",
      gcp: { location: "europe-west3" },
      identities: [
        { name: "ci", project: "acme/web", push: ["app"], jwks: '{"keys":[{"kty":"RSA"}]}' },
      ],
    },
    problems: [
      {
        key: "wharf:identities[0].jwks",
        message:
          "not on gcp: Artifact Registry's cloud asks the issuer for its keys itself; leave it out, and let the cloud reach the issuer under a public CA",
        fix: "pulumi config rm --path 'wharf:identities[0].jwks'",
      },
    ],
  },
  {
    name: "a mode on a cloud",
    config: {
      target: "aws",
      auth: {
        mode: "roles",
      },
    },
    problems: [
      {
        key: "wharf:auth.mode",
        message: "not on aws: ECR has its own access control; name the principals in wharf:access",
        fix: "pulumi config rm --path 'wharf:auth.mode'",
      },
    ],
  },
  {
    name: "a user's addresses behind an Ingress",
    config: {
      target: "kubernetes",
      images: { registry: "r.example.com/wharf-registry:1" },
      users: [{ name: "ci", allowFrom: ["10.0.0.0/8"] }],
      kubernetes: { expose: { kind: "Ingress", host: "r.example.com", controller: "nginx" } },
    },
    problems: [
      {
        key: "wharf:users[0].allowFrom",
        message:
          "limits nobody behind an Ingress, whose controller every connection comes from; name the addresses of its pods in wharf:auth.trustedProxies",
        fix: "pulumi config set --path 'wharf:auth.trustedProxies[0]' 10.0.0.0/16",
      },
    ],
  },
  {
    name: "a user's addresses behind a node's",
    config: {
      target: "kubernetes",
      images: { registry: "r.example.com/wharf-registry:1" },
      endpoint: { hosts: ["10.0.0.1"] },
      users: [{ name: "ci", allowFrom: ["10.0.0.0/8"] }],
      kubernetes: { expose: { kind: "NodePort", externalTrafficPolicy: "Cluster" } },
    },
    problems: [
      {
        key: "wharf:users[0].allowFrom",
        message:
          "limits nobody while wharf:kubernetes.expose.externalTrafficPolicy is Cluster, which replaces a client's address with that of a node",
        fix: "pulumi config set --path 'wharf:kubernetes.expose.externalTrafficPolicy' Local",
      },
    ],
  },
];

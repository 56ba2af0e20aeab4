import { isToken } from "../core/tokens";
import { repeated } from "../core/names";
import { keyOf, nearest, setCommand, shown } from "../core/messages";
import type { Path } from "../core/fields";
import type { Problem } from "../core/problems";
import { grantLists, type AccessArgs } from "./matrix";
import { Role } from "../model/access";
import { type Group, rightOf } from "../model/groups";

/** Platforms whose principals are checked here. */
export type AccessPlatform = "aws" | "gcp" | "azure";

/** One kind of principal: how it begins, what it must look like, and how one is written. */
interface Kind {
  /** What it begins with, up to and with the colon or slashes. */
  word: string;
  whole: RegExp;
  example: string;
  /** Roles that it may have; all where left out. */
  only?: readonly Role[];
}

const email = "[^\\s:@]+@[^\\s:@]+\\.[^\\s:@]+";
const guid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
// A path of IAM is any run of printable characters between slashes; names take the characters below ("IAM and AWS STS quotas").
const iamArn =
  /^arn:aws(-cn|-us-gov|-iso|-iso-b)?:iam::\d{12}:(role|user)\/([\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/;
const pool =
  "iam\\.googleapis\\.com/(projects/\\d+/)?locations/global/(workloadIdentity|workforce)Pools";

/** AWS services that pull images for their own users and are named in a repository's policy. */
const awsServices = ["lambda", "codebuild"] as const;

const kinds: Record<AccessPlatform, readonly Kind[]> = {
  aws: [
    { word: "arn:", whole: iamArn, example: "arn:aws:iam::123456789012:role/ci" },
    { word: "account:", whole: /^account:\d{12}$/, example: "account:123456789012" },
    {
      word: "organization:",
      whole: /^organization:o-[a-z0-9]{10,32}$/,
      example: "organization:o-a1b2c3d4e5",
    },
    {
      word: "organizationalUnit:",
      whole:
        /^organizationalUnit:o-[a-z0-9]{10,32}\/r-[a-z0-9]{4,32}(\/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})+$/,
      example: "organizationalUnit:o-a1b2c3d4e5/r-ab12/ou-ab12-11111111",
    },
    {
      word: "service:",
      whole: new RegExp(`^service:(${awsServices.join("|")})$`),
      example: "service:lambda",
      only: [Role.Pull],
    },
  ],
  gcp: [
    { word: "user:", whole: new RegExp(`^user:${email}$`), example: "user:ann@example.com" },
    { word: "group:", whole: new RegExp(`^group:${email}$`), example: "group:dev@example.com" },
    {
      word: "serviceAccount:",
      whole: new RegExp(`^serviceAccount:${email}$`),
      example: "serviceAccount:ci@my-project.iam.gserviceaccount.com",
    },
    {
      word: "principal://",
      whole: new RegExp(`^principal://${pool}/[^/]+/subject/\\S+$`),
      example:
        "principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci/subject/main",
    },
    {
      word: "principalSet://",
      whole: new RegExp(`^principalSet://${pool}/[^/]+/(group/\\S+|attribute\\.[^/]+/\\S+|\\*)$`),
      example:
        "principalSet://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci/*",
    },
    { word: "domain:", whole: /^domain:[a-z0-9.-]+\.[a-z]{2,}$/, example: "domain:example.com" },
  ],
  azure: (["user", "group", "servicePrincipal"] as const).map((kind) => ({
    word: `${kind}:`,
    whole: new RegExp(`^${kind}:${guid}$`, "i"),
    example: `${kind}:00000000-0000-0000-0000-000000000000`,
  })),
};

/** Words for everybody, whom only `wharf:access.public` may let in. */
const everybody = ["allUsers", "allAuthenticatedUsers", "*"];

/**
 * The problems of the principals that a description names, in the words of the platform that it is for.
 * @param access the blocks as they were checked by their schema, with the names of groups
 */
export function principalProblems(
  platform: AccessPlatform,
  access: AccessArgs,
  groups: readonly Group[] = [],
): Problem[] {
  const names = groups.map(({ name }) => name);
  const lists = grantLists(access);
  return [
    ...lists.flatMap(({ role, path, principals }) => [
      ...[...new Set(principals)].flatMap((principal) =>
        names.includes(principal)
          ? []
          : problemOf(platform, [role], principal, [...path, principals.indexOf(principal)], names),
      ),
      ...repeated(path, principals),
    ]),
    ...groups.flatMap((group, index) => {
      const right = rightOf(group)?.role;
      const given = lists.filter(({ principals }) => principals.includes(group.name));
      const roles = [...given.map(({ role }) => role), ...(right === undefined ? [] : [right])];
      return group.members.flatMap((member, i) =>
        // That a group cannot be a member is said elsewhere.
        names.includes(member)
          ? []
          : problemOf(platform, roles, member, ["groups", index, "members", i], []),
      );
    }),
  ];
}

/** The problem of a principal that is given some roles. */
function problemOf(
  platform: AccessPlatform,
  roles: readonly Role[],
  principal: string,
  path: Path,
  groups: readonly string[],
): Problem[] {
  if (isToken(principal)) return [];
  const known = kinds[platform];
  const kind = known.find(({ word }) => principal.startsWith(word));
  if (kind !== undefined && kind.whole.test(principal)) {
    const { only } = kind;
    if (only === undefined || roles.every((role) => only.includes(role))) return [];
    return [
      {
        key: keyOf(path),
        message: `${shown(principal)} may ${only.join(" and ")} only; name it in ${only.join(", ")}`,
      },
    ];
  }
  if (everybody.includes(principal)) {
    return [
      {
        key: keyOf(path),
        message: `${shown(principal)} is everybody; only wharf:access.public allows anonymous pulls, and a push always needs a login`,
        ...(roles.includes(Role.Pull) && !path.includes("groups")
          ? { fix: setCommand(["access", "public"], true) }
          : {}),
      },
    ];
  }
  if (kind !== undefined) {
    return [
      {
        key: keyOf(path),
        message: `${shown(principal)} is not complete or holds a wrong character; one reads ${kind.example}${hint(principal)}`,
      },
    ];
  }
  const team = principal.includes(":") ? undefined : nearest(principal, groups);
  if (team !== undefined) {
    return [
      {
        key: keyOf(path),
        message: `${shown(principal)} is neither a principal of ${names[platform]} nor a group of wharf:groups; did you mean ${team}?`,
        fix: setCommand(path, team),
      },
    ];
  }
  const [word = ""] = /^[A-Za-z]+(:\/\/|:)?/.exec(principal) ?? [];
  const meant = nearest(
    word,
    known.map((one) => one.word),
  );
  const rest = principal.slice(word.length);
  const corrected = meant === undefined ? undefined : meant + rest;
  const right =
    corrected !== undefined &&
    known.some(({ word, whole }) => word === meant && whole.test(corrected));
  return [
    {
      key: keyOf(path),
      message:
        `${shown(principal)} is not a principal of ${names[platform]}, which begins with ${listed(known)}` +
        (right ? `; did you mean ${corrected}?` : ""),
      ...(right ? { fix: setCommand(path, corrected) } : {}),
    },
  ];
}

const names: Record<AccessPlatform, string> = { aws: "AWS", gcp: "Google Cloud", azure: "Azure" };

function listed(known: readonly Kind[]): string {
  const words = known.map(({ word }) => word);
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** What is most often wrong with a principal of the right kind. */
function hint(principal: string): string {
  if (/^arn:[^:]*:sts::/.test(principal)) {
    return "; a session ends within hours, so name the role that it assumes";
  }
  const [, account] = /^arn:[^:]*:iam::(\d{12}):root$/.exec(principal) ?? [];
  if (account !== undefined) return `; a whole account is written account:${account}`;
  const [, digits] = /^(?:arn:[^:]*:iam::|account:)(\d+)/.exec(principal) ?? [];
  if (digits !== undefined && digits.length !== 12) {
    return `; its account has ${digits.length} digits, and every account has 12, zeros at the front among them`;
  }
  const [, service] = /^service:([a-z]+)/.exec(principal) ?? [];
  const meant = service === undefined ? undefined : nearest(service, awsServices);
  if (meant !== undefined) return `; did you mean service:${meant}?`;
  if (/^(user|group|servicePrincipal):.*@/.test(principal)) {
    return "; Azure assigns roles by object id (az ad user show --id NAME --query id)";
  }
  return "";
}

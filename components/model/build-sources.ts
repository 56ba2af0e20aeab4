/** Who keeps the source code of a build. */
export const SourceKind = {
  GitHub: "github",
  GitLab: "gitlab",
  Bitbucket: "bitbucket",
  CodeCommit: "codecommit",
  CloudSource: "cloud-source",
  AzureRepos: "azure-repos",
} as const;
export type SourceKind = (typeof SourceKind)[keyof typeof SourceKind];

/** Where the source code of a build is. */
export interface Source {
  kind: SourceKind;
  /** Host that keeps it, `github.com`. */
  host: string;
  /** Path on that host as its owner writes it: `acme/shop`; of CodeCommit and Cloud Source the repository's name. */
  path: string;
  /** URL to clone it from. */
  url: string;
  /** Region of a CodeCommit repository. */
  region?: string;
  /** Project of a Cloud Source repository. */
  project?: string;
}

/** One source of each kind, as a description names it. */
export const sourceExamples = [
  "github.com/acme/shop",
  "gitlab.com/acme/shop",
  "bitbucket.org/acme/shop",
  "git-codecommit.eu-central-1.amazonaws.com/v1/repos/shop",
  "source.developers.google.com/p/my-project/r/shop",
  "dev.azure.com/acme/shop/_git/api",
] as const;

const word = "[\\w.-]+";
const forms: { kind: SourceKind; form: RegExp }[] = [
  { kind: SourceKind.GitHub, form: new RegExp(`^(?<host>github\\.com)/(?<path>${word}/${word})$`) },
  {
    kind: SourceKind.GitLab,
    form: new RegExp(`^(?<host>gitlab\\.com)/(?<path>${word}(/${word})+)$`),
  },
  {
    kind: SourceKind.Bitbucket,
    form: new RegExp(`^(?<host>bitbucket\\.org)/(?<path>${word}/${word})$`),
  },
  {
    kind: SourceKind.CodeCommit,
    form: new RegExp(
      `^(?<host>git-codecommit\\.(?<region>[a-z0-9-]+)\\.amazonaws\\.com(\\.cn)?)/v1/repos/(?<path>${word})$`,
    ),
  },
  {
    kind: SourceKind.CloudSource,
    form: new RegExp(
      `^(?<host>source\\.developers\\.google\\.com)/p/(?<project>[a-z][a-z0-9-]+)/r/(?<path>[\\w./-]+)$`,
    ),
  },
  {
    kind: SourceKind.AzureRepos,
    form: new RegExp(`^(?<host>dev\\.azure\\.com)/(?<path>${word}/[\\w.% -]+/_git/[\\w.% -]+)$`),
  },
];

/** The source that a description names, with or without `https://` before it and `.git` after it; undefined where it is none. */
export function sourceOf(text: string): Source | undefined {
  const plain = text.replace(/^https:\/\//, "").replace(/(\.git)?\/?$/, "");
  for (const { kind, form } of forms) {
    const groups = form.exec(plain)?.groups;
    if (groups === undefined) continue;
    const { host = "", path = "", region, project } = groups;
    return {
      kind,
      host,
      path,
      url: `https://${plain}${kind === SourceKind.GitHub ? ".git" : ""}`,
      ...(region !== undefined && { region }),
      ...(project !== undefined && { project }),
    };
  }
  return undefined;
}

import { z } from "zod";
import { inputOf } from "../core/tokens";
import { issuerKeys } from "./key-sets";

/** Who runs a pipeline: an issuer of OpenID Connect tokens. */
export const IdentityIssuer = { GitHub: "github", GitLab: "gitlab" } as const;

const repositories = z.array(z.string().min(1)).default([]);
const namePattern = /^[a-z][a-z0-9-]{0,24}[a-z0-9]$/;
const nameRule =
  "is not a name: 2 to 26 lower-case letters, digits and - between them, a letter first";

/** Schema of an entry of `wharf:identities`. */
export const identitySettings = z.strictObject({
  name: z.string().regex(namePattern, nameRule).meta({
    description: "Name of the identity, a part of the names of what is created for it.",
  }),
  issuer: z
    .union([z.enum(IdentityIssuer), z.url({ protocol: /^https$/ })])
    .default(IdentityIssuer.GitHub)
    .meta({
      description:
        "Who runs the pipeline: `github`, `gitlab`, or the https:// URL that issues the tokens of a self-managed GitLab or of GitHub Enterprise, whose ends in `/_services/token`. Defaults to github.",
    }),
  ...issuerKeys,
  project: z
    .string()
    .regex(
      /^[\w.-]+(@\d+)?(\/[\w.-]+(@\d+)?)+$/,
      "is not a project such as acme/shop: its owner or group, a slash and its name",
    )
    .meta({
      description:
        "Project whose pipelines may log in, as in `acme/shop`; not a pattern. With GitHub's ids of owner and repository, `acme@123456/shop@456789`, where its tokens carry them: repositories created after 15 July 2026, or that have opted in.",
    }),
  branch: z.string().min(1).optional().meta({
    description:
      "Branch whose pipelines may log in, `*` for any text. Defaults to main where neither `tag` nor `environment` is given.",
  }),
  tag: z.string().min(1).optional().meta({
    description: "Git tags whose pipelines may log in, as in `v*`. Defaults to none.",
  }),
  environment: z.string().min(1).optional().meta({
    description:
      "Environment of the pipeline, for which GitHub and GitLab can require an approval. Defaults to none.",
  }),
  pull: repositories.meta({
    description: "Repositories that the pipeline may pull from. Defaults to none.",
  }),
  push: repositories.meta({
    description: "Repositories that the pipeline may push to and pull from. Defaults to none.",
  }),
  delete: repositories.meta({
    description:
      "Repositories that the pipeline may delete images of; it allows neither pulling nor pushing. Defaults to none.",
  }),
});

/** A checked entry of `wharf:identities`. */
export type Identity = z.output<typeof identitySettings>;

const workload = z.strictObject({
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "is not a name of a namespace")
    .meta({ description: "Namespace of the service account." }),
  serviceAccount: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, "is not a name of a service account")
    .meta({ description: "Name of the service account." }),
});

/** Schema of an entry of `wharf:clusters`. */
export const clusterSettings = z.strictObject({
  name: z.string().regex(namePattern, nameRule).meta({
    description: "Name of the cluster, a part of the names of what is created for it.",
  }),
  nodes: inputOf(z.string().min(1)).optional().meta({
    description:
      "Identity of the nodes, by which the kubelet pulls: the ARN of EKS's node role, the e-mail address of GKE's node service account, the object id of AKS's kubelet identity. Defaults to none.",
  }),
  issuer: z.string().min(1).optional().meta({
    description:
      "Issuer of the tokens of the cluster's service accounts, required with `workloads`: the OIDC issuer URL of EKS or AKS, the project id of GKE's workload identity pool; on docker and kubernetes the `issuer` of `kubectl get --raw /.well-known/openid-configuration`.",
  }),
  ...issuerKeys,
  workloads: z.array(workload).default([]).meta({
    description:
      "Service accounts whose pods read the registry, for example those of a scanner or a GitOps controller. Defaults to none.",
  }),
  pull: repositories.meta({
    description: "Repositories that the cluster may pull from. Defaults to all.",
  }),
});

/** A checked entry of `wharf:clusters`. */
export type Cluster = z.output<typeof clusterSettings>;

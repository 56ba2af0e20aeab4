import {
  account,
  arn,
  connection,
  keyIn,
  other,
  region,
  repository,
  stackTag,
} from "./iam-simulation-stack";

const pullActions = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:GetDownloadUrlForLayer",
];
const pushActions = [
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];
/** What only who runs the registry does. */
const ownerActions = [
  "ecr:BatchDeleteImage",
  "ecr:CreateRepository",
  "ecr:DeleteRepository",
  "ecr:DeleteLifecyclePolicy",
  "ecr:PutImageTagMutability",
  "ecr:SetRepositoryPolicy",
];

/** What an identity may do, each resource with its actions; everything else that is asked below is denied. */
export interface Table {
  allowed: [resource: string, actions: string[]][];
  denied: [resource: string, actions: string[]][];
  /** Tags of the resources, where the policy asks for them. */
  context?: Record<string, string>;
}
const token: Table["allowed"][number] = ["*", ["ecr:GetAuthorizationToken"]];
const log = `arn:aws:logs:${region}:${account}:log-group:/aws/codebuild/wharf-shop-build-shop-api:log-stream:1`;

/** Every identity of the description by the policy that says what it may do. */
export const tables: Record<string, Table> = {
  "pipeline-push-policy": {
    allowed: [
      token,
      [repository("shop/api"), [...pullActions, ...pushActions]],
      [repository("shop/web"), pullActions],
      [
        repository("quay/prometheus/node-exporter"),
        [...pullActions, "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
      ],
    ],
    denied: [
      [repository("shop/api"), ownerActions],
      [repository("shop/web"), [...pushActions, ...ownerActions]],
      [repository("shop/cache"), [...pullActions, ...pushActions]],
      [repository("shop/api-internal"), [...pullActions, ...pushActions]],
      [repository("shop/api", other), [...pullActions, ...pushActions]],
      [repository("quay/prometheus"), [...pushActions, "ecr:DeleteRepository"]],
      [arn("wharf-shop-pipeline-push"), ["iam:PutRolePolicy", "sts:AssumeRole"]],
    ],
  },
  "pipeline-pull-policy": {
    allowed: [token, [repository("shop/web"), pullActions]],
    denied: [
      [repository("shop/web"), [...pushActions, ...ownerActions]],
      [repository("shop/api"), pullActions],
    ],
  },
  "cluster-prod-policy": {
    allowed: [
      token,
      [repository("shop/api"), pullActions],
      [
        repository("quay/prometheus/node-exporter"),
        [...pullActions, "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
      ],
    ],
    denied: [
      [repository("shop/api"), [...pushActions, ...ownerActions]],
      [repository("quay/prometheus"), [...pushActions, "ecr:DeleteRepository"]],
      [repository("shop/api", other), pullActions],
    ],
    context: stackTag,
  },
  "identity-role-puller": {
    allowed: [
      token,
      [repository("shop/api"), pullActions],
      [repository("quay/prometheus"), ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]],
    ],
    denied: [
      [repository("shop/api"), [...pushActions, ...ownerActions]],
      [repository("ghcr/shop"), ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]],
    ],
    context: stackTag,
  },
  "build-shop-api-role-policy": {
    allowed: [
      token,
      [repository("shop/api"), [...pullActions, ...pushActions]],
      [repository("shop/cache"), [...pullActions, ...pushActions]],
      [log, ["logs:PutLogEvents"]],
      [connection, ["codeconnections:GetConnection", "codeconnections:GetConnectionToken"]],
    ],
    denied: [
      [repository("shop/api"), ownerActions],
      [repository("shop/web"), [...pullActions, ...pushActions]],
      [log.replace("shop-api", "web"), ["logs:PutLogEvents"]],
      [connection.replace("01234567", "76543210"), ["codeconnections:GetConnectionToken"]],
      [connection, ["codeconnections:DeleteConnection"]],
      [`arn:aws:codecommit:${region}:${account}:web`, ["codecommit:GitPull"]],
    ],
  },
  "build-web-role-policy": {
    allowed: [
      token,
      [repository("shop/web"), [...pullActions, ...pushActions]],
      [`arn:aws:codecommit:${region}:${account}:web`, ["codecommit:GitPull"]],
    ],
    denied: [
      [repository("shop/api"), [...pullActions, ...pushActions]],
      [`arn:aws:codecommit:${region}:${account}:web`, ["codecommit:GitPush"]],
      [`arn:aws:codecommit:${region}:${account}:api`, ["codecommit:GitPull"]],
      [connection, ["codeconnections:GetConnectionToken"]],
    ],
  },
  "build-shop-api-starter-policy": {
    allowed: [
      [
        `arn:aws:codebuild:${region}:${account}:project/wharf-shop-build-shop-api`,
        ["codebuild:StartBuild"],
      ],
    ],
    denied: [
      [
        `arn:aws:codebuild:${region}:${account}:project/wharf-shop-build-web`,
        ["codebuild:StartBuild"],
      ],
      [
        `arn:aws:codebuild:${region}:${account}:project/wharf-shop-build-shop-api`,
        ["codebuild:UpdateProject", "codebuild:DeleteProject"],
      ],
    ],
  },
  "template-role-policy": {
    allowed: [
      [repository("quay/prometheus"), ["ecr:CreateRepository", "ecr:TagResource"]],
      [
        repository("shop/api").replace(region, "eu-west-1"),
        ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
      ],
      [keyIn(region), ["kms:CreateGrant", "kms:DescribeKey"]],
      [keyIn("eu-west-1"), ["kms:CreateGrant", "kms:DescribeKey"]],
    ],
    denied: [
      [repository("ghcr/shop"), ["ecr:CreateRepository"]],
      [repository("shop/api"), ["ecr:CreateRepository"]],
      [repository("quay/prometheus"), ["ecr:DeleteRepository", "ecr:PutImage"]],
      [keyIn(region), ["kms:Decrypt", "kms:PutKeyPolicy"]],
      [keyIn("us-east-1"), ["kms:CreateGrant"]],
    ],
  },
};

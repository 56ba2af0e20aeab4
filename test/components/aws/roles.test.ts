import { describe, expect, it } from "vitest";
import { described } from "./iam-simulation-stack";
import { deploy, document, inputsOf, statements } from "./registrations";

const permissionsBoundary = "arn:aws:iam::123456789012:policy/platform/boundary";

/** A stack that has a role of every kind, and limits its repositories to a network, from which builds are exempt. */
const limited = (iam: Record<string, unknown>) => ({
  ...described,
  endpoint: { allowFrom: ["192.0.2.0/24"] },
  aws: { ...described.aws, iam },
});

describe("the roles that a stack creates", () => {
  it("all have the path and the permissions boundary of the description", async () => {
    const { registrations } = await deploy(limited({ path: "/platform/", permissionsBoundary }));
    const roles = inputsOf(registrations, "iam/role:Role");
    expect(roles.map(({ name }) => name)).toEqual([
      "wharf-shop-build-shop-api",
      "wharf-shop-starter-shop-api",
      "wharf-shop-build-web",
      "wharf-shop-starter-web",
      "wharf-shop-cluster-prod",
      ...["ids", "lab", "pull", "push"].map((of) => `wharf-shop-pipeline-${of}`),
      "wharf-shop-templates",
    ]);
    for (const role of roles) {
      expect(role).toMatchObject({ path: "/platform/", permissionsBoundary });
    }
    const policies = inputsOf(registrations, "iam/policy:Policy");
    expect(policies.map(({ path }) => path)).toEqual(policies.map(() => "/platform/"));
    expect(policies.length).toBeGreaterThan(1);
  });

  it("are named in policies with their path", async () => {
    const { registrations } = await deploy(limited({ path: "/platform/ci/" }));
    const exempt = statements(registrations, "ecr/repositoryPolicy:RepositoryPolicy").flatMap(
      ({ Condition }) => Condition?.ArnNotLikeIfExists?.["aws:PrincipalArn"] ?? [],
    );
    expect(exempt).toContain("arn:aws:iam::123456789012:role/platform/ci/wharf-shop-build-web");
  });

  it("of a cluster's service accounts are given by EKS Pod Identity as well", async () => {
    const { registrations, outputs } = await deploy({
      ...described,
      aws: { ...described.aws, podIdentity: { prod: "shop-prod" } },
    });
    expect(inputsOf(registrations, "eks/podIdentityAssociation:PodIdentityAssociation")).toEqual([
      expect.objectContaining({
        clusterName: "shop-prod",
        namespace: "flux",
        serviceAccount: "source",
        roleArn: expect.stringContaining("registry-cluster-prod-workloads") as string,
      }),
    ]);
    const role = inputsOf(registrations, "iam/role:Role").find(
      ({ name }) => name === "wharf-shop-cluster-prod",
    );
    const [tokens, pods] = document(role?.assumeRolePolicy).Statement;
    expect(tokens?.Principal).toHaveProperty("Federated");
    expect(pods).toMatchObject({
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        ArnEquals: { "aws:SourceArn": "arn:aws:eks:eu-central-1:123456789012:cluster/shop-prod" },
      },
    });
    expect(outputs.notes).not.toContainEqual(expect.stringContaining("eks.amazonaws.com/role-arn"));
  });

  it("have neither where the description says nothing", async () => {
    const { registrations } = await deploy(described);
    for (const type of ["iam/role:Role", "iam/policy:Policy"]) {
      for (const inputs of inputsOf(registrations, type)) {
        expect(Object.keys(inputs)).not.toContain("path");
        expect(Object.keys(inputs)).not.toContain("permissionsBoundary");
      }
    }
  });
});

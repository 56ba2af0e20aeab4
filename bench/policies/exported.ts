/**
 * A stack as `pulumi stack export` writes it: repositories on ECR that no rule refuses, each with its lifecycle policy.
 * @param resources how many there are, an even number
 */
export function exported(resources: number): object {
  const untagged = {
    rulePriority: 1,
    selection: { tagStatus: "untagged" },
    action: { type: "expire" },
  };
  const pairs = Array.from({ length: resources / 2 }, (_, index) => {
    const name = `app-${index + 1}`;
    return [
      resource("aws:ecr/repository:Repository", name, {
        name,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [
          { encryptionType: "KMS", kmsKey: "arn:aws:kms:eu-central-1:123456789012:key/1" },
        ],
        tags: { stack: "bench", owner: "bench" },
      }),
      resource("aws:ecr/lifecyclePolicy:LifecyclePolicy", name, {
        repository: name,
        policy: JSON.stringify({ rules: [untagged] }),
      }),
    ];
  });
  const manifest = { time: "2026-01-01T00:00:00Z" };
  return { version: 3, deployment: { manifest, resources: pairs.flat() } };
}

function resource(type: string, id: string, inputs: object): object {
  const urn = `urn:pulumi:bench::bench::${type}::${id}`;
  return { urn, type, id, custom: true, protect: true, inputs, outputs: inputs };
}

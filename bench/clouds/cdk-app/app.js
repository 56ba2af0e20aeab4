// The repositories of bench/clouds/description.ts as a user of the AWS CDK writes them. CloudFormation takes 500 resources in a
// stack, and a repository is one: its lifecycle and its policy are parts of it.
const { readFileSync } = require("node:fs");
const { App, Stack, Duration, Tags } = require("aws-cdk-lib");
const ecr = require("aws-cdk-lib/aws-ecr");
const iam = require("aws-cdk-lib/aws-iam");

const { access, repositories } = JSON.parse(readFileSync("description.json", "utf8"));
const account = "123456789012";
const resourcesOfAStack = 500;
const pull = ["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"];
const push = ["CompleteLayerUpload", "InitiateLayerUpload", "PutImage", "UploadLayerPart"];

const app = new App();
Tags.of(app).add("team", "shop");
let stack;
repositories.forEach(({ name }, index) => {
  if (index % resourcesOfAStack === 0) {
    stack = new Stack(app, `Registry${index / resourcesOfAStack}`, {
      env: { account, region: "eu-central-1" },
    });
  }
  const repository = new ecr.Repository(stack, name, {
    repositoryName: name,
    imageTagMutability: ecr.TagMutability.IMMUTABLE,
    imageScanOnPush: true,
    lifecycleRules: [
      { rulePriority: 1, tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(7) },
      {
        rulePriority: 2,
        tagStatus: ecr.TagStatus.TAGGED,
        tagPatternList: ["v*"],
        maxImageCount: 9999,
      },
      { rulePriority: 3, tagStatus: ecr.TagStatus.ANY, maxImageCount: 10 },
    ],
  });
  const grant = (arn, actions) =>
    repository.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.AccountPrincipal(account)],
        actions: actions.map((action) => `ecr:${action}`),
        conditions: { ArnEquals: { "aws:PrincipalArn": arn } },
      }),
    );
  for (const arn of access.pull) grant(arn, pull);
  for (const arn of access.push) grant(arn, [...pull, ...push]);
});
app.synth();

import type { EchoTypes } from "../echo/type";
import { regional, tagged } from "./regional";

/** Builds, connections to source code, and events with who hears of them. */
export const build: EchoTypes = regional({
  "aws:codebuild/project:Project": {
    id: "arn:{partition}:codebuild:{region}:{account}:project/{name}",
    named: ["name", "dashed"],
    replaces: ["name"],
    required: ["artifacts", "environment", "serviceRole", "source"],
    outputs: { arn: "{id}", ...tagged },
    refusesSecond: true,
  },
  "aws:codebuild/webhook:Webhook": {
    id: "{projectName}",
    replaces: ["projectName", "manualCreation", "scopeConfiguration"],
    required: ["projectName"],
    outputs: {
      payloadUrl: "https://codebuild.{region}.{dnsSuffix}/webhooks?t={hex32}",
      url: "https://api.github.com/repos/example/{projectName}/hooks/{digits9}",
    },
  },
  "aws:codebuild/sourceCredential:SourceCredential": {
    id: "arn:{partition}:codebuild:{region}:{account}:token/{serverType/lower}",
    replaces: ["authType", "serverType", "token", "userName"],
    required: ["authType", "serverType", "token"],
    outputs: { arn: "{id}" },
  },
  "aws:codeconnections/connection:Connection": {
    id: "arn:{partition}:codeconnections:{region}:{account}:connection/{uuid:connection}",
    named: ["name", "dashed"],
    replaces: ["name", "hostArn", "providerType"],
    outputs: { arn: "{id}", connectionStatus: "PENDING", ownerAccountId: "{account}", ...tagged },
    allowed: {
      providerType: [
        "Bitbucket",
        "GitHub",
        "GitHubEnterpriseServer",
        "GitLab",
        "GitLabSelfManaged",
        "AzureDevOps",
      ],
    },
  },
  "aws:cloudwatch/eventRule:EventRule": {
    id: "{name}",
    named: ["name", "dashed"],
    replaces: ["name", "namePrefix", "eventBusName"],
    defaults: { eventBusName: "default", state: "ENABLED" },
    outputs: { arn: "arn:{partition}:events:{region}:{account}:rule/{name}", ...tagged },
    documents: ["eventPattern"],
    allowed: {
      state: ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"],
    },
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    id: "{rule}-{targetId}",
    named: ["targetId", "dashed"],
    replaces: ["rule", "targetId", "eventBusName"],
    required: ["rule", "arn"],
    defaults: { eventBusName: "default" },
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    id: "{name}",
    named: ["name", "dashed"],
    replaces: ["name", "namePrefix", "logGroupClass"],
    defaults: { logGroupClass: "STANDARD" },
    outputs: { arn: "arn:{partition}:logs:{region}:{account}:log-group:{name}", ...tagged },
    refusesSecond: true,
  },
  "aws:sns/topic:Topic": {
    id: "arn:{partition}:sns:{region}:{account}:{name}",
    named: ["name", "dashed"],
    replaces: ["name", "namePrefix", "fifoTopic"],
    outputs: { arn: "{id}", owner: "{account}", ...tagged },
    documents: ["policy"],
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    id: "{arn}",
    replaces: ["arn"],
    required: ["arn", "policy"],
    outputs: { owner: "{account}" },
    documents: ["policy"],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    id: "{topic}:{uuid:subscription}",
    replaces: ["endpoint", "protocol", "topic"],
    required: ["endpoint", "protocol", "topic"],
    outputs: { arn: "{id}", ownerId: "{account}", pendingConfirmation: false },
  },
});

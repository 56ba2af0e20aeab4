import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { hasUnknown, readStruct, type Values } from "../values";
import { loadKubeConfig } from "./connection";
import { isEqual, textAt } from "./objects";

/**
 * Compares the configuration of an explicit provider. Another cluster replaces it, and so every object that it made: a
 * kubeconfig is another cluster's where the address or the authority of the active one differs.
 */
export function diffConfig(request: proto.DiffRequest): proto.DiffResponse {
  const olds = readStruct(request.getOlds());
  const news = readStruct(request.getNews());
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (name) => name !== "version" && !isEqual(olds[name], news[name]),
  );
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse();
  if (changed.length === 0) return response.setChanges(DIFF_NONE);
  const choosing = changed.filter((name) => ["kubeconfig", "context", "cluster"].includes(name));
  return response
    .setChanges(DIFF_SOME)
    .setDiffsList(changed)
    .setReplacesList(choosing.length > 0 && isOtherCluster(olds, news) ? choosing : []);
}

function isOtherCluster(olds: Values, news: Values): boolean {
  if (hasUnknown(news)) return true;
  const [before, after] = [activeCluster(olds), activeCluster(news)];
  return before !== undefined && after !== undefined && before !== after;
}

// Undefined where the kubeconfig is the machine's own, or cannot be read any more.
function activeCluster(config: Values): string | undefined {
  const kubeconfig = textAt(config, "kubeconfig");
  if (kubeconfig === "") return undefined;
  const choice = { context: textAt(config, "context"), cluster: textAt(config, "cluster") };
  try {
    const loaded = loadKubeConfig({
      kubeconfig,
      context: choice.context || undefined,
      cluster: choice.cluster || undefined,
    });
    const { server, caData, caFile } = loaded.getCurrentCluster() ?? {};
    return JSON.stringify([server, caData, caFile]);
  } catch {
    return undefined;
  }
}

/** What a pod is made of, as far as rules read it. */
export interface PodSpec {
  automountServiceAccountToken?: boolean;
  containers?: Container[];
  initContainers?: Container[];
  volumes?: { name: string; emptyDir?: object; hostPath?: { path: string } }[];
  securityContext?: SecurityContext;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
}

/** A container of a pod, as far as rules read it. */
export interface Container {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  env?: { name?: string; value?: string; valueFrom?: object }[];
  envFrom?: object[];
  ports?: { containerPort?: number; hostPort?: number; name?: string }[];
  volumeMounts?: { name: string; mountPath?: string }[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  securityContext?: SecurityContext;
  livenessProbe?: object;
  readinessProbe?: object;
}

/** What a pod or a container may do on its node, as far as rules read it. */
export interface SecurityContext {
  allowPrivilegeEscalation?: boolean;
  appArmorProfile?: { type?: string };
  capabilities?: { add?: string[]; drop?: string[] };
  privileged?: boolean;
  readOnlyRootFilesystem?: boolean;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seccompProfile?: { type?: string };
}

import type { Api } from "./api";
import { IngressController, type IngressSettings } from "../expose-settings";

/** What the API says of an IngressClass, as far as it is asked here. */
export interface IngressClass {
  metadata: { name: string; annotations?: Record<string, string> };
  spec?: { controller?: string };
}

/** The IngressClasses of the cluster; undefined where this user may not list them. */
export async function ingressClasses(api: Api): Promise<IngressClass[] | undefined> {
  const { status, body } = await api.get<{ items?: IngressClass[] }>(
    "/apis/networking.k8s.io/v1/ingressclasses",
  );
  return status === 200 ? (body.items ?? []) : undefined;
}

/** The class that an Ingress is of: the one that it names, or the cluster's default one. */
export function classOf(
  { className }: Pick<IngressSettings, "className">,
  classes: IngressClass[],
): IngressClass | undefined {
  return classes.find(({ metadata: { annotations, name } }) =>
    className === undefined
      ? annotations?.["ingressclass.kubernetes.io/is-default-class"] === "true"
      : name === className,
  );
}

/**
 * Controllers by the `spec.controller` of their classes, whatever those are named: what each installs or documents. ingress-nginx
 * asks who runs several for a `--controller-class` that ends in its name; AKS's application routing runs it under a name of its
 * own. The controller of NGINX Inc. (`nginx.org/ingress-controller`) reads other annotations and is none of these.
 */
const controllers: [RegExp, IngressController][] = [
  [/\/([\w.-]*-)?ingress-nginx[\w.-]*$/, IngressController.Nginx],
  [/^webapprouting\.kubernetes\.azure\.com\/nginx(\/|$)/, IngressController.Nginx],
  [/^traefik\.io\/ingress-controller$/, IngressController.Traefik],
  [/^haproxy\.org\/ingress-controller(\/|$)/, IngressController.HaProxy],
  [/^haproxy-ingress\.github\.io\/controller(\/|$)/, IngressController.HaProxyIngress],
  [/^projectcontour\.io\//, IngressController.Contour],
  [/^ingress\.k8s\.aws\/alb$/, IngressController.Alb],
];

/** The controller of a class; undefined for those whose annotations Wharf does not know. */
export function controllerOfClass({ spec }: IngressClass): IngressController | undefined {
  return controllers.find(([pattern]) => pattern.test(spec?.controller ?? ""))?.[1];
}

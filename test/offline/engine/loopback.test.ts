import { expect, it } from "vitest";
import { loopbackVariables } from "../../../offline/engine/loopback";

it("loopback is exempt from a proxy, beside what is exempt already, under every spelling", () => {
  const proxy = { http_proxy: "http://proxy.corp.example:3128" };
  const own = "localhost,127.0.0.1,::1";
  expect(loopbackVariables({ NO_PROXY: ".corp.example" })).toEqual({});
  expect(loopbackVariables(proxy)).toEqual({ no_proxy: own, NO_PROXY: own });
  const all = `10.0.0.0/8,.corp.example,${own}`;
  const some = { ...proxy, no_proxy: "10.0.0.0/8, 127.0.0.1", NO_PROXY: ".corp.example" };
  const merged = loopbackVariables({ ...some, no_grpc_proxy: "10.1.2.3" });
  expect(merged.no_proxy?.split(",").sort()).toEqual(all.split(",").sort());
  expect(merged.NO_PROXY).toBe(merged.no_proxy);
  expect(merged.no_grpc_proxy).toBe(`10.1.2.3,${own}`);
  expect(loopbackVariables({ ...some, ...merged })).toEqual(merged);
});

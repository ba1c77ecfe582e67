import { routerContract } from "signalbox/testing";
import { nearest } from "./nearest.ts";
import { routers } from "./routers.ts";
import config from "./signalbox.config.ts";

const checks = routerContract({ make: () => nearest({ region: "eu" }) });

describe("nearest() keeps the contract of a router:", () => {
  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe.each(Object.entries(routers))("the router %s keeps the contract:", (_name, router) => {
  it.each(routerContract({ make: () => router }))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe("the configuration", () => {
  it("has the routers that its aliases name", () => {
    expect(Object.keys(config.routers)).toEqual(expect.arrayContaining(["careful", "newcomer"]));
  });
});

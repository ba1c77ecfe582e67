/** Every provider here keeps the contract, each against its vendor's wire format. */

import { providerContract } from "../../testing/index.ts";
import { PROVIDERS } from "../harness/vendors/providers.ts";

describe.each(PROVIDERS)("%s keeps the contract of a provider:", (_name, provider, fake) => {
  const checks = providerContract({ provider, fake });

  it.each(checks.filter(({ skip }) => skip === undefined))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

import { openTestTemporal } from "../harness/temporal.ts";

it("probe", async () => {
  const temporal = await openTestTemporal();
  const out: unknown[] = [];
  for (const id of ["é", "é".repeat(600), "x".repeat(2000), "x".repeat(20000), "", "\n"]) {
    const handle = temporal.client.workflow.getHandle(id);
    for (const call of [
      () => handle.describe(),
      () => handle.fetchHistory(),
      () => handle.result(),
      () =>
        temporal.client.workflow.start("threeSteps", { workflowId: id, taskQueue: "x", args: [] }),
    ]) {
      const e: any = await call().then(
        (v: any) => "ok",
        (e: any) => e,
      );
      out.push(
        [
          id.slice(0, 3),
          id.length,
          e.name,
          e.message,
          e.cause?.code,
          e.cause?.details?.slice?.(0, 100),
          e.cause?.message?.slice(0, 100),
        ].join(" | "),
      );
    }
  }
  console.log(out.join("\n"));
  await temporal.close();
});

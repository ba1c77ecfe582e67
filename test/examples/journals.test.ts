import { configure } from "../../examples/journals/signalbox.config.ts";

it.each([
  ["Redis", {}],
  ["PostgreSQL", { DATABASE_URL: "postgres://signalbox@127.0.0.1:5432/signalbox" }],
])("keeps replies in %s", (_name, env) => {
  const { journal } = configure({ OPENAI_API_KEY: "key", ...env });

  expect(journal).toEqual(
    expect.objectContaining({ read: expect.any(Function), write: expect.any(Function) }),
  );
});

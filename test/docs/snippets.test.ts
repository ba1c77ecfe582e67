import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "../..");

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

const pages = ["README.md", ...filesUnder("docs", ".md"), ...filesUnder("examples", ".md")];
const snippets = pages.flatMap((page) =>
  [...read(page).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => ({ page, code })),
);
/** Compiled, linted and run by CI. */
const examples = filesUnder("examples", ".ts").map((file) => normalise(read(file)));

/** The formatter indents an excerpt anew and ends it like a statement. */
function normalise(code: string): string {
  return code.replaceAll(/\s+/g, "").replace(/;$/, "");
}

describe("the docs", () => {
  it("have TypeScript snippets", () => {
    expect(snippets.length).toBeGreaterThan(5);
  });

  it.each(snippets)("show code that an example runs, in $page: $code", ({ code }) => {
    expect(examples.some((example) => example.includes(normalise(code)))).toBe(true);
  });

  it.each(pages)("link to files that exist, in %s", (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)];

    const missing = links
      .map(([, link = ""]) => link)
      .filter((link) => !existsSync(join(ROOT, dirname(page), link)));

    expect(missing).toEqual([]);
  });

  it("name the npm scripts that are there", () => {
    const { scripts } = JSON.parse(read("package.json"));

    const named = [...read("README.md").matchAll(/^npm (?:run )?(\w+)/gm)].map(([, name]) => name);

    expect(named).toEqual(["start", "test"]);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});

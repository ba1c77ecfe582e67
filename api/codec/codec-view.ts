/** What `/codec` looks like. */

export type CodecView =
  /** The API asks for no keys. */
  | { readonly state: "open" }
  /** `problem`: what was wrong with the key. */
  | { readonly state: "out"; readonly problem?: string }
  /** `until`: milliseconds since 1970. */
  | { readonly state: "in"; readonly id: string; readonly until: number };

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; color: #1c2128; }
  label { display: block; margin: 1.5rem 0 .25rem; }
  input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; border: 1px solid #6b7280; border-radius: 4px; }
  button { font: inherit; margin-top: 1rem; padding: .5rem 1rem; border: 0; border-radius: 4px; background: #1c2128; color: #fff; }
  [role=alert] { padding: .75rem 1rem; border-left: 4px solid #b42318; background: #fef3f2; }
`;

export function showCodecPage(view: CodecView): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Payloads in the Temporal UI</title>
    <link rel="icon" href="data:,">
    <style>${STYLE}</style>
  </head>
  <body>
    <h1>Payloads in the Temporal UI</h1>
${bodyOf(view)}
  </body>
</html>
`;
}

function bodyOf(view: CodecView): string {
  switch (view.state) {
    case "open":
      return "    <p>This API asks for no keys: the Temporal UI shows plain text as it is. There is nothing to do here.</p>";
    case "in":
      return `    <p>This browser reads payloads with the key <strong>${escape(view.id)}</strong> until
      <time>${new Date(view.until).toISOString().slice(0, 16).replace("T", " ")} UTC</time>. Load the page of the run again.</p>
    <form method="post" action="codec/sign-out">
      <button>Forget the key</button>
    </form>`;
    case "out":
      return `${view.problem === undefined ? "" : `    <p role="alert">${escape(view.problem)}</p>\n`}    <p>Give a key with the scope <code>payloads</code>: the Temporal UI in this browser then shows inputs, prompts and
      replies in plain text, for eight hours. The UI has to send cookies along: “Include cross-origin credentials”.</p>
    <form method="post" action="codec/sign-in">
      <label for="key">Key</label>
      <input id="key" name="key" type="password" autocomplete="off" spellcheck="false" required autofocus>
      <button>Show plain text</button>
    </form>`;
  }
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

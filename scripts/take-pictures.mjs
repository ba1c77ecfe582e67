// Takes the pictures of docs/pictures/ from a running `npm start`: node scripts/take-pictures.mjs
// Needs Chromium (Debian's package, or CHROMIUM=path).

import { chromium } from "playwright-core";

const UI = process.env.TEMPORAL_UI ?? "http://127.0.0.1:8233";
const API = process.env.SIGNALBOX_API ?? "http://127.0.0.1:8080";

const started = await fetch(`${API}/v1/graphs/support/runs?wait=30`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ id: "picture", body: "What's the phone number to freeze a card?" }),
});
const run = await started.json();

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  await page.goto(`${UI}/namespaces/default/workflows/${run.id}`);
  await page.getByText("fallback 1").first().waitFor();
  await page.screenshot({ path: "docs/pictures/run.png" });
} finally {
  await browser.close();
}
console.log(`docs/pictures/run.png shows ${run.id}`);

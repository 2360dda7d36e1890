import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { build } from "../build.mjs";

const target = await mkdtemp(join(tmpdir(), "web-"));
after(() => rm(target, { recursive: true }));
const pages = await build("src", target);
const files = new Set(await readdir(target));

test("there is a first page", () => {
  assert.ok(pages.includes("index.html"));
});

for (const page of pages) {
  test(`${page} is whole, and its links lead somewhere`, async () => {
    const html = await readFile(join(target, page), "utf8");
    assert.doesNotMatch(html, /\{\{/);
    for (const [, link] of html.matchAll(/href="([^"]+)"/g)) {
      assert.ok(files.has(link), `${page} links to ${link}, which is not there`);
    }
  });
}

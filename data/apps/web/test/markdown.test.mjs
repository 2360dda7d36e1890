import assert from "node:assert/strict";
import { test } from "node:test";
import { titleOf, toHtml } from "../markdown.mjs";

test("a heading, a paragraph and a list", () => {
  assert.equal(
    toHtml("# Books\n\nMany of\nthem.\n\n- old\n- new\n"),
    "<h1>Books</h1>\n<p>Many of them.</p>\n<ul>\n  <li>old</li>\n  <li>new</li>\n</ul>",
  );
});

test("links, strong and emphasised text", () => {
  assert.equal(
    toHtml("See **our** *best* [hours](hours.html)."),
    '<p>See <strong>our</strong> <em>best</em> <a href="hours.html">hours</a>.</p>',
  );
});

test("text cannot become markup", () => {
  assert.equal(toHtml("1 < 2 & 3"), "<p>1 &lt; 2 &amp; 3</p>");
});

test("a page without a heading is refused", () => {
  assert.throws(() => titleOf("no heading here"), /needs a first heading/);
});

// Builds the site: every src/*.md becomes public/*.html inside src/layout.html; other files are copied.

import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { escape, titleOf, toHtml } from "./markdown.mjs";

export async function build(source, target) {
  const layout = await readFile(join(source, "layout.html"), "utf8");
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const pages = [];
  for (const name of (await readdir(source)).sort()) {
    if (name === "layout.html") {
      continue;
    }
    if (extname(name) !== ".md") {
      await copyFile(join(source, name), join(target, name));
      continue;
    }
    const markdown = await readFile(join(source, name), "utf8");
    const page = layout
      .replace("{{title}}", () => escape(titleOf(markdown)))
      .replace("{{content}}", () => toHtml(markdown));
    const file = name.replace(/\.md$/, ".html");
    await writeFile(join(target, file), page);
    pages.push(file);
  }
  return pages;
}

if (process.argv[1] === import.meta.filename) {
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  const pages = await build("src", "public");
  await writeFile(join("public", "version.txt"), `${version}\n`);
  console.log(`web ${version}: ${pages.join(", ")}`);
}

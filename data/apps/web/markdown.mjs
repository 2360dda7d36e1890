// The little of Markdown that the pages need: headings, paragraphs, lists, links, strong and emphasised text.

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escape(text) {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]);
}

function inline(text) {
  return escape(text)
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, '<a href="$2">$1</a>')
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/\*([^*]+)\*/g, "<em>$1</em>");
}

function block(lines) {
  const heading = /^(#{1,3}) (.+)$/.exec(lines[0]);
  if (heading && lines.length === 1) {
    const level = heading[1].length;
    return `<h${level}>${inline(heading[2])}</h${level}>`;
  }
  if (lines.every((line) => line.startsWith("- "))) {
    const items = lines.map((line) => `  <li>${inline(line.slice(2))}</li>`);
    return ["<ul>", ...items, "</ul>"].join("\n");
  }
  return `<p>${inline(lines.join(" "))}</p>`;
}

export function toHtml(markdown) {
  const blocks = markdown.trim().split(/\n\s*\n/);
  return blocks.map((text) => block(text.split("\n").map((line) => line.trim()))).join("\n");
}

export function titleOf(markdown) {
  const heading = /^# (.+)$/m.exec(markdown);
  if (!heading) {
    throw new Error("a page needs a first heading: # Title");
  }
  return heading[1];
}

// Parses the modules of the admin page and links them, without running them: a syntax error, or an import that no
// module exports, leaves the page empty. PAGES: a folder, or the file that cmake/embed_files.cmake wrote for the
// program. Usage: node --experimental-vm-modules modules.mjs PAGES
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { SourceTextModule } from "node:vm";

const [pages] = process.argv.slice(2);
const sources = new Map();
if (statSync(pages).isDirectory()) {
  for (const name of readdirSync(pages).filter((file) => file.endsWith(".js"))) sources.set(name, readFileSync(join(pages, name), "utf8"));
} else {
  const embedded = /\{"([^"]+)", \{"[^"]+", R"pages\((.*?)\)pages"\}\}/gs;
  for (const [, name, source] of readFileSync(pages, "utf8").matchAll(embedded)) sources.set(name, source);
}

const modules = new Map();
function parse(name) {
  if (!sources.has(name)) throw new Error(`${name} is imported and does not exist`);
  if (!modules.has(name)) {
    try {
      modules.set(name, new SourceTextModule(sources.get(name), { identifier: name }));
    } catch (error) {
      throw new Error(`${name}: ${error}`);
    }
  }
  return modules.get(name);
}

const names = [...sources.keys()].filter((name) => name.endsWith(".js"));
const failures = new Set(names.length ? [] : [`${pages} has no modules`]);
for (const name of names) {
  try {
    const module = parse(name);
    if (module.status === "unlinked") await module.link((specifier) => parse(specifier.replace(/^\.\//, "")));
  } catch (error) {
    failures.add(error instanceof SyntaxError ? `linking ${name}: ${error}` : String(error));
  }
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.size ? 1 : 0;

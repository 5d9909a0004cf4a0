// One page from its sources and a run, as `peal trace view` puts it together.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const sources = new URL('../../cli/view/', import.meta.url);
const source = (name) => readFileSync(new URL(name, sources), 'utf8');

/** `run`: the object, or its JSON. */
export function assemble(run) {
  const script = source('order.txt').split('\n').filter(Boolean).map(source).join('\n');
  const json = (typeof run === 'string' ? run : JSON.stringify(run)).replaceAll('<', '\\u003c');
  const parts = { '/*STYLE*/': source('style.css'), '/*SCRIPT*/': script, '/*RUN*/': json };
  return source('page.html').split('\n').map((line) => parts[line.trim()] ?? line).join('\n');
}

/** The bytes of the page without a run. */
export const pageBytes = () => Buffer.byteLength(assemble('null'));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [input, output] = process.argv.slice(2);
  if (!output) {
    process.stderr.write('usage: node assemble.mjs run.json page.html\n');
    process.exit(2);
  }
  writeFileSync(output, assemble(readFileSync(input, 'utf8')));
}

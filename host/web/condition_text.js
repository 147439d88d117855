// Conditions as an indented text, for users who prefer to type: one matcher a line, groups as "all:", "any:" and "not:".

const groupNames = ['all', 'any', 'not'];

/** The text of `conditions`, a document of the API. */
export function conditionText(conditions) {
  const lines = [];
  const write = (node, depth) => {
    const indent = '  '.repeat(depth);
    if (typeof node === 'string') return lines.push(`${indent}${node}`);
    for (const name of groupNames.filter((each) => node[each])) {
      lines.push(`${indent}${name}:`);
      node[name].forEach((each) => write(each, depth + 1));
    }
    return null;
  };
  write(conditions ?? {}, 0);
  return lines.join('\n');
}

/**
 * The reverse: {conditions, lineOf}, where lineOf(pointer) is the line, from 1, of what an error of the API points to, such as
 * "/conditions/all/1"; 0 if it is none. Several matchers at the top are an "all".
 * @throws {Error} with the line that is wrong
 */
export function parseConditionText(text) {
  const root = { children: [], depth: -1 };
  const stack = [root];
  text.split('\n').forEach((line, index) => {
    if (!line.trim()) return;
    const depth = /^[ \t]*/.exec(line)[0].replaceAll('\t', '  ').length;
    while (stack.at(-1).depth >= depth) stack.pop();
    const parent = stack.at(-1);
    if (!parent.children) throw new Error(`Line ${index + 1} is indented, but the line above it is not a group such as "all:".`);
    const node = nodeOf(line.trim(), depth, index + 1);
    parent.children.push(node);
    stack.push(node);
  });
  const top = root.children.length === 1 && root.children[0].group ? root.children[0] : { group: 'all', children: root.children };
  return { conditions: top.children.length === 0 ? {} : documentOf(top), lineOf: (pointer) => lineAt(top, pointer) };
}

function nodeOf(text, depth, line) {
  const group = groupNames.find((name) => text === `${name}:`);
  return group ? { group, children: [], depth, line } : { matcher: text, depth, line };
}

const documentOf = (node) => (node.group ? { [node.group]: node.children.map(documentOf) } : node.matcher);

function lineAt(top, pointer) {
  const [, ...parts] = pointer.split('/').slice(1);
  let node = top;
  let line = top.line ?? 1;
  for (const index of parts.filter((each) => /^\d+$/.test(each))) {
    node = node.children?.[Number(index)];
    if (!node) break;
    line = node.line;
  }
  return parts.length > 0 ? line : 0;
}

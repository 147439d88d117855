// Compares psa-host's answers, and the requests that it accepts, with the document at its /openapi.json.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const Ajv = require('ajv/dist/2020').default;
const addFormats = require('ajv-formats').default;

/** Headers that an answer may have although the document does not list them. */
const plainHeaders = [
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'transfer-encoding',
  'vary',
  'x-content-type-options',
];
const methods = ['get', 'put', 'post', 'delete', 'patch', 'options'];
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The document that the psa-host at `url` serves. */
export async function contractOf(url) {
  const answer = await fetch(`${url}/openapi.json`);
  assert.equal(answer.status, 200);
  return new Contract(await answer.json());
}

export class Contract {
  #ajv = new Ajv({ strict: false, allErrors: true });
  #seen = new Set();
  #secrets = [];

  constructor(document) {
    this.document = document;
    addFormats(this.#ajv);
    this.#ajv.addSchema(document, 'api');
    /** Every operation: {id, method, path, scope, body, responses, ...}. */
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      methods
        .filter((method) => item[method])
        .map((method) => ({
          ...item[method],
          id: item[method].operationId,
          method: method.toUpperCase(),
          path,
          scope: item[method].security[0]?.token[0] ?? 'anybody',
          pointer: ['paths', path, method],
        })),
    );
  }

  /** The operation that a request means; undefined if there is none. */
  find(method, target) {
    const path = this.#pathOf(target);
    return this.operations.find((operation) => operation.path === path && operation.method === method);
  }

  /** From now on no answer may contain any of these texts, neither as they are nor in base64. */
  keepSecret(texts) {
    assert.ok(texts.every((each) => each.length > 7));
    this.#secrets.push(...texts.flatMap((each) => [each, Buffer.from(each).toString('base64')]));
  }

  /** That the document allows this answer, and that it tells no secret. `body`: its bytes; `headers`: by lower-case names. */
  checkAnswer({ method, target, status, headers, body }) {
    const all = JSON.stringify(headers) + Buffer.from(body).toString('latin1');
    // Without the answer, which would disclose the secret again.
    assert.ok(!this.#secrets.some((each) => all.includes(each)), `${method} ${target} tells a secret`);
    const what = `${method} ${target}: ${status} ${text(body)}`;
    assert.equal(headers['cache-control'], 'no-store', what);
    assert.equal(headers['x-content-type-options'], 'nosniff', what);
    const operation = this.find(method, target);
    if (!operation) return this.#checkNoOperation(what, target, { status, headers, body });
    const [response, pointer] = this.#resolve(operation.responses[status], [...operation.pointer, 'responses', `${status}`]);
    assert.ok(response, `${operation.id} has no answer ${status}: ${what}`);
    this.#checkBody(what, response, pointer, headers['content-type'], body);
    this.#checkHeaders(what, response, headers);
    this.#seen.add(`${operation.id} ${status}`);
  }

  /** That the document allows a request which psa-host has done. `body`: its text. */
  checkRequest({ method, target, body }) {
    const operation = this.find(method, target);
    const what = `${method} ${target} is done, though not documented so`;
    if (body) {
      assert.ok(operation.requestBody, what);
      const pointer = [...operation.pointer, 'requestBody', 'content', 'application/json', 'schema'];
      this.#validate(what, pointer, JSON.parse(`${body}`.replace(/^\ufeff/, '')));
    } else assert.ok(!operation.requestBody?.required, what);
    const known = (operation.parameters ?? []).map((each) => this.#resolve(each, [])[0]);
    if (known.some((each) => each.in === 'query' && each.schema?.type === 'object')) return; // any query
    for (const [name, value] of new URL(target, 'http://host').searchParams) {
      const { schema } = known.find((each) => each.in === 'query' && each.name === name) ?? {};
      if (name.startsWith('dependsOn.')) continue; // is in the description: no parameter can have such a name
      assert.ok(schema, `${what}: ?${name}`);
      if (schema.type === 'integer') assert.match(value, /^\d+$/, what);
      if (schema.type === 'boolean') assert.match(value, /^(true|false)$/, what);
    }
  }

  /** That the examples are what they are examples of. */
  checkExamples() {
    const look = (node, pointer) => {
      if (node === null || typeof node !== 'object') return;
      const examples = node.schema ? { ...node.examples, ...(node.example ? { only: { value: node.example } } : {}) } : {};
      for (const { value } of Object.values(examples)) this.#validate('an example', [...pointer, 'schema'], value);
      for (const [name, child] of Object.entries(node)) look(child, [...pointer, name]);
    };
    look(this.document.paths, ['paths']);
  }

  /** "operation status" of all that is documented and was never answered. */
  unseen() {
    return this.operations.flatMap(({ id, responses }) =>
      Object.keys(responses)
        .map((status) => `${id} ${status}`)
        .filter((pair) => !this.#seen.has(pair)),
    );
  }

  /** The paths that fit; several if a segment is a name or a value of a parameter. */
  #pathsOf(target) {
    const segments = target.split('?')[0].split('/');
    const fits = (path) => {
      const pattern = path.split('/');
      return pattern.length === segments.length && pattern.every((each, i) => /^\{/.test(each) || each === segments[i]);
    };
    return Object.keys(this.document.paths).filter(fits);
  }

  #pathOf(target) {
    const paths = this.#pathsOf(target);
    return paths.find((path) => !path.includes('{')) ?? paths[0];
  }

  #checkNoOperation(what, target, { status, headers, body }) {
    const paths = this.#pathsOf(target);
    assert.ok([400, 404, 405, 413, 415, 421, 431].includes(status), what);
    this.#validate(what, ['components', 'schemas', 'Problem'], json(what, body));
    if (status !== 405) return;
    const allowed = new Set(this.operations.filter((each) => paths.includes(each.path)).map((each) => each.method));
    if (allowed.has('GET')) allowed.add('HEAD');
    assert.deepEqual(headers.allow.split(', '), [...allowed].sort(), what);
  }

  #checkBody(what, { content }, pointer, type, body) {
    if (!content) {
      assert.equal(body.length, 0, what);
      assert.equal(type, undefined, what);
      return;
    }
    assert.ok(content[type], `the type is ${type}: ${what}`);
    const value = type.includes('json') ? json(what, body) : utf8.decode(body);
    this.#validate(what, [...pointer, 'content', type, 'schema'], value);
  }

  #checkHeaders(what, response, headers) {
    const documented = Object.entries(response.headers ?? {}).map(([name, header]) => [
      name.toLowerCase(),
      this.#resolve(header, [])[0],
    ]);
    for (const [name, { required, schema }] of documented) {
      assert.ok(!required || headers[name] !== undefined, `${name} is missing: ${what}`);
      if (headers[name] === undefined) continue;
      const value = [headers[name]].flat().join(', ');
      const valid = this.#ajv.validate(schema, schema.type === 'integer' ? Number(value) : value);
      assert.ok(valid, `${name} is "${value}": ${what}`);
    }
    const known = [...plainHeaders, ...documented.map(([name]) => name)];
    const others = Object.keys(headers).filter((name) => !known.includes(name));
    assert.deepEqual(others, [], `headers without a word in the document: ${what}`);
  }

  #validate(what, pointer, value) {
    const fragment = pointer.map((each) => encodeURIComponent(each.replace(/~/g, '~0').replace(/\//g, '~1'))).join('/');
    const validate = this.#ajv.getSchema(`api#/${fragment}`);
    if (validate(value)) return;
    const errors = validate.errors.map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
    assert.fail(`${what}\n  ${errors.join('\n  ')}`);
  }

  /** What `node`, which stands at `pointer`, refers to, and where that stands. */
  #resolve(node, pointer) {
    if (!node?.$ref) return [node, pointer];
    const parts = node.$ref.slice(2).split('/');
    return [parts.reduce((at, name) => at[name], this.document), parts];
  }
}

function json(what, body) {
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    return assert.fail(`${what}: ${error.message}`);
  }
}

const text = (body) => Buffer.from(body).toString('utf8').slice(0, 2000);

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorCodes, errorStatus, refuse } from '#domain/errors.ts';
import { problem } from './problem.ts';
import { readJson } from './read-json.ts';

describe('problem', () => {
  it.each(errorCodes)('%s has the shape of RFC 9457', async (code) => {
    const response = problem(refuse(code, 'in short'), { 'retry-after': '3' });
    expect(response.status).toBe(errorStatus[code]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('retry-after')).toBe('3');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: expect.stringMatching(/^[A-Z]/),
      status: errorStatus[code],
      code,
      detail: 'in short',
    });
  });

  it('says what is wrong where, and nothing else that a refusal may carry', async () => {
    const refusal = { ...refuse('invalid', 'no', [{ path: 'data.bed', message: 'is missing' }]), secret: 1 };
    expect(await problem(refusal).json()).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'invalid',
      detail: 'no',
      issues: [{ path: 'data.bed', message: 'is missing' }],
    });
  });
});

describe('readJson', () => {
  const schema = z.strictObject({ bed: z.object({ id: z.string() }), n: z.coerce.number().default(1) });
  const request = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
    new Request('http://host/', { method: 'POST', body, headers: { 'content-type': type } });

  it('gives the body as the schema makes it', async () => {
    for (const type of ['application/json', 'Application/JSON; charset=UTF-8']) {
      expect(await readJson(request('{"bed":{"id":"é"}}', type), schema)).toEqual({
        ok: true,
        data: { bed: { id: 'é' }, n: 1 },
      });
    }
  });

  it('refuses another content type, also one a page may send unasked', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
      expect(await readJson(request('{"bed":{"id":"x"}}', type), schema)).toMatchObject({
        ok: false,
        error: { code: 'invalid', message: expect.stringContaining('application/json') },
      });
    }
  });

  it('refuses what is no JSON, or no UTF-8', async () => {
    for (const body of ['', '{', '{"a":1,}', new Uint8Array([0x22, 0xff, 0x22])]) {
      expect(await readJson(request(body), schema)).toEqual({
        ok: false,
        error: { code: 'invalid', message: 'the body is not valid JSON' },
      });
    }
  });

  it('names every wrong place by its path, and quotes nothing', async () => {
    const read = await readJson(request('{"bed":{"id":4711},"n":"hush","Mrs Quill":1}'), schema);
    if (read.ok) throw new Error('it was taken');
    expect(read.error.issues?.map(({ path }) => path).sort()).toEqual(['', 'bed.id', 'n']);
    expect(JSON.stringify(read.error)).not.toMatch(/4711|hush|Quill/);
  });
});

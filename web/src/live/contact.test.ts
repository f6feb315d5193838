import { expect, test } from 'vitest';
import { instantOf } from '#domain/instant.ts';
import { createContactWatch, silenceMs } from './contact.ts';

const begun = Date.parse('2026-03-01T08:00:00.000Z');

function watch() {
  let ms = begun;
  const contact = createContactWatch(() => ms);
  const told: string[] = [];
  contact.store.subscribe(() => told.push(contact.store.get().status));
  return { contact, told, pass: (passed: number) => (ms += passed) };
}

test('INV-7.2 5 s of silence are the end of contact, and a word is its return', () => {
  const { contact, told, pass } = watch();
  expect(contact.store.get().status).toBe('connecting');
  contact.heard();
  pass(silenceMs);
  contact.check();
  expect(contact.store.get()).toEqual({ status: 'live', since: instantOf(begun) });
  pass(1);
  contact.check();
  expect(contact.store.get().status).toBe('lost');
  contact.check();
  contact.heard();
  expect(contact.store.get()).toEqual({ status: 'live', since: instantOf(begun + silenceMs + 1) });
  expect(told).toEqual(['live', 'lost', 'live']);
});

test('a server that never speaks is lost as well', () => {
  const { contact, pass } = watch();
  pass(silenceMs + 1);
  contact.check();
  expect(contact.store.get().status).toBe('lost');
});

test('a page that slept for an hour says so at its first look, and since when', () => {
  const { contact, pass } = watch();
  contact.heard();
  pass(3_600_000);
  contact.check();
  expect(contact.store.get()).toEqual({ status: 'lost', since: instantOf(begun) });
});

test('a clock that was put back does not make silence look young', () => {
  const { contact, pass } = watch();
  contact.heard();
  pass(-3_600_000);
  contact.check();
  expect(contact.store.get().status).toBe('lost');
  contact.heard();
  contact.check();
  expect(contact.store.get().status).toBe('live');
});

test('who signs in late is not told that contact was lost', () => {
  const { contact, told, pass } = watch();
  pass(600_000);
  contact.begin();
  contact.check();
  expect(contact.store.get().status).toBe('connecting');
  contact.heard();
  expect(told).toEqual(['live']);
});

test('it is dated by the server’s clock', () => {
  let ms = begun;
  const contact = createContactWatch(
    () => ms,
    () => ms + 60_000,
  );
  contact.heard();
  ms += 10_000;
  contact.check();
  expect(contact.store.get().since).toBe(instantOf(begun + 60_000));
});

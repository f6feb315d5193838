import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

const tls = { MLLP_TLS_PORT: '2576', MLLP_TLS_CERT: '/a.pem', MLLP_TLS_KEY: '/a.key' };

function faultsOf(environment: Record<string, string>): readonly string[] {
  const read = readSettings(environment);
  return read.ok ? [] : read.faults;
}

test('HL7 v2 over TLS has a port, a certificate and its key, and may ask for certificates', () => {
  const read = readSettings({ ...tls, MLLP_TLS_CA: '/ca.pem' });
  expect(read.ok && read.settings.mllpTls).toEqual({
    port: 2576,
    cert: '/a.pem',
    key: '/a.key',
    ca: '/ca.pem',
  });
  const none = readSettings({});
  expect(none.ok && none.settings.mllpTls).toBeUndefined();
});

test('each that is missing is named', () => {
  expect(faultsOf({ MLLP_TLS_CA: '/ca.pem', MLLP_TLS_KEY: '/a.key' })).toEqual([
    'MLLP_TLS_PORT: is needed where MLLP speaks TLS',
    'MLLP_TLS_CERT: is needed where MLLP speaks TLS',
  ]);
  expect(faultsOf({ ...tls, MLLP_TLS_PORT: 'x' }).some((fault) => fault.startsWith('MLLP_TLS_PORT'))).toBe(
    true,
  );
});

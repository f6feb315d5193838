import { describe, expect, test } from 'vitest';
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

describe('an identity provider', () => {
  const given = { OIDC_ISSUER: 'https://login.example', OIDC_CLIENT_ID: 'carewall', OIDC_ORG: 'demo' };

  test('is named with its client and its organisation', () => {
    expect(readSettings({ ...given, OIDC_STRONG_ACR: 'gold, silver' })).toMatchObject({
      ok: true,
      settings: {
        oidc: {
          issuer: 'https://login.example',
          clientId: 'carewall',
          clientSecret: undefined,
          org: 'demo',
          name: 'login.example',
          strongAcr: ['gold', 'silver'],
        },
      },
    });
    expect(readSettings({})).toMatchObject({ ok: true, settings: { oidc: undefined } });
  });

  test('is not half named, told in the clear, or given two secrets; and no secret is quoted', () => {
    const result = readSettings({
      OIDC_ISSUER: 'http://login.example',
      OIDC_CLIENT_SECRET: 'the-secret',
      OIDC_CLIENT_SECRET_FILE: '/run/secrets/oidc',
    });
    expect(result).toEqual({
      ok: false,
      faults: [
        'OIDC_CLIENT_SECRET_FILE: there is OIDC_CLIENT_SECRET already',
        'OIDC_ISSUER: must begin with https://',
        'OIDC_CLIENT_ID: is needed for sign-in by an identity provider',
        'OIDC_ORG: is needed for sign-in by an identity provider',
      ],
    });
    expect(readSettings({ OIDC_NAME: 'x' }).ok).toBe(false);
    expect(readSettings({ ...given, OIDC_ISSUER: 'http://localhost:9000' }).ok).toBe(true);
  });
});

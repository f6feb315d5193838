import type { AuditRow } from '#db/audit/search.ts';

/** A FHIR R4 AuditEvent, as far as this writes one. */
export interface AuditEvent {
  readonly resourceType: 'AuditEvent';
  readonly id: string;
  readonly meta?: { readonly profile: readonly string[] };
  readonly type: Coding;
  readonly subtype: readonly Coding[];
  readonly action: Action;
  readonly recorded: string;
  readonly outcome: '0' | '4' | '8';
  readonly outcomeDesc?: string;
  readonly agent: readonly Agent[];
  readonly source: { readonly observer: Reference; readonly type: readonly Coding[] };
  readonly entity?: readonly Entity[];
}

interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}
interface Reference {
  readonly display?: string;
  readonly identifier?: { readonly system?: string; readonly value: string };
  readonly type?: string;
}
interface Agent {
  readonly type: { readonly coding: readonly Coding[] };
  readonly who: Reference;
  readonly requestor: boolean;
  readonly network?: { readonly address: string; readonly type: '2' | '5' };
}
interface Entity {
  readonly what: Reference;
  readonly type: Coding;
  readonly role?: Coding;
}
type Action = 'C' | 'R' | 'U' | 'D' | 'E';

const eventType = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const dicom = 'http://dicom.nema.org/resources/ontology/DCM';
const restful = 'http://hl7.org/fhir/restful-interaction';
const balp = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.';

const clientOf = { reads: '110152', writes: '110153' } as const;
const serverOf = { reads: '110153', writes: '110152' } as const;
const displays: Readonly<Record<string, string>> = {
  '110152': 'Destination Role ID',
  '110153': 'Source Role ID',
};

/** What kind of thing an action is: what the standard calls it, and by which profile it is written. */
interface Kind {
  readonly type: Coding;
  readonly subtype: Coding;
  readonly action: Action;
  readonly profile?: 'Create' | 'Read' | 'Update' | 'Delete';
}

const rest: Coding = { system: eventType, code: 'rest', display: 'RESTful Operation' };
const signIn: Coding = { system: dicom, code: '110114', display: 'User Authentication' };
const byVerb: Readonly<Record<string, Kind>> = {
  create: { type: rest, subtype: { system: restful, code: 'create' }, action: 'C', profile: 'Create' },
  read: { type: rest, subtype: { system: restful, code: 'read' }, action: 'R', profile: 'Read' },
  update: { type: rest, subtype: { system: restful, code: 'update' }, action: 'U', profile: 'Update' },
  delete: { type: rest, subtype: { system: restful, code: 'delete' }, action: 'D', profile: 'Delete' },
};
const makes = /\.(add|register|invite|report|book|start|open|send|make|request|create)(-|$)/;
const unmakes = /\.(remove|delete|erase|unmap)(-|$)/;

/** A row of the audit as a FHIR AuditEvent, by the Basic Audit Log Patterns where one of them says what it is. */
export function auditEventOf(
  row: AuditRow,
  server: { readonly url: string; readonly org: string },
): AuditEvent {
  const kind = kindOf(row.action);
  const ok = row.outcome === 'ok';
  const patient = typeof row.details?.subject === 'string' ? row.details.subject : undefined;
  // The profiles are of what succeeded, and from where: a refusal claims none.
  const profile =
    ok && kind.profile !== undefined && row.client?.address !== undefined
      ? `${balp}${patient === undefined ? '' : 'Patient'}${kind.profile}`
      : undefined;
  const entity = entitiesOf(row, patient);
  return {
    resourceType: 'AuditEvent',
    id: `audit-${row.id}`,
    ...(profile === undefined ? {} : { meta: { profile: [profile] } }),
    type: kind.type,
    subtype: [
      kind.subtype,
      { system: `${server.url}/audit-action`, code: row.action.replaceAll(/\s+/g, ' ') },
    ],
    action: kind.action,
    recorded: row.at,
    outcome: ok ? '0' : row.outcome === 'unavailable' ? '8' : '4',
    ...(ok ? {} : { outcomeDesc: row.outcome }),
    agent: agentsOf(row, kind, server),
    source: {
      observer: { display: 'Carewall', identifier: { system: server.url, value: server.org } },
      type: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/security-source-type',
          code: '4',
          display: 'Application Server',
        },
      ],
    },
    ...(entity.length === 0 ? {} : { entity }),
  };
}

function kindOf(action: string): Kind {
  if (action === 'session.sign-out')
    return { type: signIn, subtype: { system: dicom, code: '110123', display: 'Logout' }, action: 'E' };
  if (action.startsWith('session.'))
    return { type: signIn, subtype: { system: dicom, code: '110122', display: 'Login' }, action: 'E' };
  if (action.startsWith('export.')) {
    const type = { system: dicom, code: '110106', display: 'Export' };
    return { type, subtype: type, action: 'R' };
  }
  const verb =
    /^(topic|audit)\.read$|^http\.get |^socket\./.test(action) || action.endsWith('.open')
      ? 'read'
      : unmakes.test(action)
        ? 'delete'
        : makes.test(action)
          ? 'create'
          : 'update';
  const kind = byVerb[verb];
  if (kind === undefined) throw new Error(`there is no kind ${verb}`);
  return kind;
}

function agentsOf(row: AuditRow, kind: Kind, server: { url: string }): Agent[] {
  const { principal, client } = row;
  const reads = kind.action === 'R' ? 'reads' : 'writes';
  const address = client?.address;
  const role = (code: string) => ({ coding: [{ system: dicom, code, display: displays[code] ?? code }] });
  return [
    {
      type: role(clientOf[reads]),
      who: { display: client?.userAgent ?? 'unknown client' },
      requestor: false,
      ...(address === undefined ? {} : { network: { address, type: '2' as const } }),
    },
    {
      type: role(serverOf[reads]),
      who: { display: 'Carewall' },
      requestor: false,
      network: { address: server.url, type: '5' },
    },
    {
      type: {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
            code: 'IRCP',
            display: 'information recipient',
          },
        ],
      },
      who: {
        identifier: { system: `${server.url}/${principal.kind}`, value: principal.id },
        ...(principal.name === undefined ? {} : { display: principal.name }),
      },
      requestor: true,
    },
  ];
}

function entitiesOf(row: AuditRow, patient: string | undefined): Entity[] {
  const objects = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
  const roles = 'http://terminology.hl7.org/CodeSystem/object-role';
  const topic = typeof row.details?.topic === 'string' ? row.details.topic : undefined;
  const named = topic === undefined ? (row.heads ?? []).map((head) => head.topic) : [topic];
  // One object, as the profiles have it, though a command may have touched several topics.
  const data: Entity[] = [
    {
      what: { identifier: { value: named.length === 0 ? row.action : named.join(' ') } },
      type: { system: objects, code: '2', display: 'System Object' },
      role: { system: roles, code: '4', display: 'Domain Resource' },
    },
  ];
  if (patient !== undefined) {
    data.push({
      what: { type: 'Patient', identifier: { value: patient } },
      type: { system: objects, code: '1', display: 'Person' },
      role: { system: roles, code: '1', display: 'Patient' },
    });
  }
  if (row.command !== null) {
    data.push({
      what: { identifier: { value: row.command } },
      type: {
        system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
        code: 'XrequestId',
      },
    });
  }
  return data;
}

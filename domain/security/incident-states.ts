export const incidentStatuses = ['open', 'investigating', 'contained', 'closed'] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];

/**
 *     open ──► investigating ──► contained ──► closed
 *      │            ▲   │            │           ▲
 *      │            └───┼────────────┘           │
 *      └────────────────┴────────────────────────┘
 *
 * What was thought to be contained may turn out not to be. Whatever is closed has a finding, and stays closed: what comes
 * of it later is another incident.
 */
export const incidentTransitions: Readonly<Record<IncidentStatus, readonly IncidentStatus[]>> = {
  open: ['investigating', 'closed'],
  investigating: ['contained', 'closed'],
  contained: ['investigating', 'closed'],
  closed: [],
};

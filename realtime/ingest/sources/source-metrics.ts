import { Gauge, type Registry } from 'prom-client';
import type { Database } from '#db/connect.ts';
import { sourceFigures } from '#db/quarantine.ts';

type Figures = Awaited<ReturnType<typeof sourceFigures>>;

/** How long one reading serves: both gauges of one scrape are of the same moment. */
const serveMs = 500;

/** What is measured of each source when somebody asks: true over all nodes, since it stands in the database. */
export function registerSourceMetrics(
  registry: Registry,
  relay: Database,
  onFault: (error: unknown) => void,
): void {
  let read: { readonly at: number; readonly figures: Promise<Figures> } | undefined;
  const figures = (): Promise<Figures> => {
    if (read === undefined || Date.now() - read.at > serveMs) {
      read = { at: Date.now(), figures: sourceFigures(relay) };
    }
    return read.figures;
  };
  const gauge = (name: string, help: string, figureOf: (one: Figures[number]) => number | undefined) =>
    new Gauge({
      name,
      help,
      labelNames: ['source'],
      registers: [registry],
      async collect() {
        try {
          const all = await figures();
          this.reset();
          for (const one of all) {
            const value = figureOf(one);
            if (value !== undefined) this.set({ source: one.source }, value);
          }
        } catch (error) {
          onFault(error);
        }
      },
    });
  gauge(
    'carewall_hl7_last_contact_seconds',
    'When a source was last heard, in seconds since 1970; written down twice a minute',
    ({ lastContact }) => lastContact,
  );
  gauge(
    'carewall_hl7_quarantine_waiting',
    'Messages of a source that could not be applied and wait',
    ({ waiting }) => waiting,
  );
}

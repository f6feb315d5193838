import type { Bed } from '#domain/beds/schema.ts';
import { isLive } from '#domain/beds/turnaround.ts';
import { millis } from '#domain/instant.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { AwayGlyph, ClockGlyph, Glyph } from '../ui/glyph.tsx';
import { sourceName } from '../ui/source-name.ts';
import { leaveText, occupantName, statusGlyph } from './words.ts';

/** From when on a turnaround takes too long. */
const turnaroundGoalMs = 60 * 60_000;

interface AxisProps {
  readonly bed: Bed;
  readonly times: Times;
  readonly now: number;
}

/** The first axis: the letter of table 0116, its shape and colour, and the word. */
export function StatusAxis({ bed, times, now }: AxisProps) {
  const t = useText();
  const { closure } = bed;
  return (
    <span className="axis">
      <Glyph kind={statusGlyph[bed.operationalStatus]} />
      <span>
        {t(`status.${bed.operationalStatus}`)}
        {closure && (
          <small>
            {t('closure.since', { time: times.moment(closure.since, now), reason: closure.reason })}
            {closure.expectedEnd !== undefined &&
              `; ${t('closure.until', { time: times.moment(closure.expectedEnd, now) })}`}
          </small>
        )}
      </span>
    </span>
  );
}

/** The second axis: whether the bed is held, by whom and until when. */
export function ClaimAxis({ bed: { claim }, times, now }: AxisProps) {
  const t = useText();
  if (claim === undefined) return <None words={t('board.no-claim')} />;
  const until = times.moment(claim.until, now);
  return (
    <span className="axis">
      <Glyph kind="claimed" />
      <span>
        {t(`claim.${claim.status}`)}{' '}
        {millis(claim.until) > now ? t('claim.until', { time: until }) : t('claim.over', { time: until })}
        <small>
          {t('claim.by', { name: sourceName(t, claim.by) })}
          {claim.visit !== undefined && `, ${t('claim.visit', { visit: claim.visit })}`}
        </small>
      </span>
    </span>
  );
}

/** The third axis: cleaning or transport that is under way, and for how long. */
export function TurnaroundAxis({ bed: { turnaround }, times, now }: AxisProps) {
  const t = useText();
  if (turnaround === undefined || !isLive(turnaround.status))
    return <None words={t('board.no-turnaround')} />;
  const length = now - millis(turnaround.requestedAt);
  const overdue = length > turnaroundGoalMs;
  return (
    <span className={overdue ? 'axis axis-overdue' : 'axis'}>
      {overdue && <ClockGlyph />}
      <span>
        {t(`task.${turnaround.kind}`)} {t(`task.${turnaround.status}`)}
        <small>
          {t('age.for', { age: times.minutes(length) })}
          {overdue && `, ${t('task.overdue', { goal: times.minutes(turnaroundGoalMs) })}`}
          {turnaround.priority !== 'routine' && `, ${t(`priority.${turnaround.priority}`)}`}
        </small>
      </span>
    </span>
  );
}

/** Which precautions apply. */
export function IsolationAxis({ bed: { isolation }, times, now }: AxisProps) {
  const t = useText();
  if (isolation === undefined) return <None words={t('board.no-isolation')} />;
  return (
    <span className="axis">
      <Glyph kind="isolated" />
      <span>
        {t(`precaution.${isolation.precaution}`)}
        <small>{t('occupant.since', { time: times.moment(isolation.since, now) })}</small>
      </span>
    </span>
  );
}

/** Who is in the bed; where the view does not say it, that somebody is. */
export function OccupantAxis({ bed: { occupant }, times, now }: AxisProps) {
  const t = useText();
  if (occupant === undefined) return <None words={t('board.no-occupant')} />;
  const { leave } = occupant;
  return (
    <span className="axis">
      {leave !== undefined && <AwayGlyph />}
      <span>
        <span className="occupant">{occupantName(t, occupant)}</span>
        <small>{t('occupant.since', { time: times.moment(occupant.since, now) })}</small>
        {leave !== undefined && <small>{leaveText(t, leave, times, now)}</small>}
      </span>
    </span>
  );
}

/** Who last said something about the bed, and when. */
export function SaidAxis({ bed, times, now }: AxisProps) {
  const t = useText();
  const length = times.length(now - millis(bed.asOf));
  return (
    <span className="axis">
      <span>
        {length === undefined ? t('age.now') : t('age.ago', { age: length })}
        <small className="said">
          {t('said.by', { time: times.moment(bed.asOf, now), source: sourceName(t, bed.source) })}
        </small>
      </span>
    </span>
  );
}

function None({ words }: { words: string }) {
  return (
    <span className="axis axis-none">
      <span aria-hidden="true" className="axis-dash">
        –
      </span>
      <span className="axis-none-words">{words}</span>
    </span>
  );
}

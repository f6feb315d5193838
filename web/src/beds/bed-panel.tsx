import { useEffect, useRef, useState } from 'react';
import type { Bed, UnitBeds } from '#domain/beds/schema.ts';
import { instantOf } from '#domain/instant.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import type { UnitPlace } from '../places/places.ts';
import { useAnnounce } from '../ui/announcer.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { PendingGlyph } from '../ui/glyph.tsx';
import { Empty } from '../ui/states.tsx';
import { ActionForm, hasForm } from './action-form.tsx';
import type { Attempts } from './attempts.ts';
import { BedFacts } from './bed-facts.tsx';
import { commandData, type Entered } from './command-data.ts';
import { actionKey, type BedAction, possibleActions } from './possible-actions.ts';
import { Refused } from './refused.tsx';
import { actionName, doneText } from './words.ts';

interface BedPanelProps {
  readonly id: string;
  readonly bed: Bed | undefined;
  readonly state: UnitBeds;
  readonly unit: UnitPlace;
  readonly attempts: Attempts;
  readonly times: Times;
  readonly now: number;
  readonly onClose: () => void;
}

/** One bed, all of it, and what this person can do with it now. */
export function BedPanel({ id, bed, onClose, ...rest }: BedPanelProps) {
  const t = useText();
  return (
    <Drawer title={bed?.name ?? id} onClose={onClose}>
      {bed === undefined ? <Empty title={t('panel.gone')} /> : <Inside bed={bed} {...rest} />}
    </Drawer>
  );
}

function Inside({
  bed,
  state,
  unit,
  attempts,
  times,
  now,
}: Omit<BedPanelProps, 'id' | 'bed' | 'onClose'> & { bed: Bed }) {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const session = useStore(live.session);
  const contact = useStore(live.contact);
  const outcome = useRef<HTMLDivElement>(null);
  // The bed as it was when a form was opened: what it is compared with when it changes under the person's hands.
  const [open, setOpen] = useState<{ action: BedAction; before: Bed }>();
  const attempt = attempts.of(bed.id);
  const grants = typeof session === 'string' ? [] : session.grants;
  const path = unit.path.map((place) => place.id);
  const actions = possibleActions({ bed, unit: state.unit }, { grants, path, now: instantOf(now) });
  const pending = attempt?.status === 'pending';
  const status = attempt?.status;
  useEffect(() => {
    // The button that was pressed may be gone; the answer is where the person wants to be.
    if (status === 'done' || status === 'refused') outcome.current?.focus();
  }, [status]);

  const ask = async (action: BedAction, entered: Entered) => {
    const answer = await attempts.ask(bed, action, commandData(action, bed.id, entered, times.zone));
    if (answer.status === 'done') {
      setOpen(undefined);
      announce(
        action.type === 'bed.claim'
          ? t('done.claim-plain', { bed: bed.name })
          : doneText(t, answer, bed, times),
      );
    } else announce(t('refused.title', { action: actionName(t, action) }));
  };
  const choose = (action: BedAction) => {
    attempts.forget(bed.id);
    if (hasForm(action)) setOpen({ action, before: bed });
    else {
      setOpen(undefined);
      void ask(action, () => '');
    }
  };
  const stillPossible = (action: BedAction) => actions.some((one) => actionKey(one) === actionKey(action));

  return (
    <>
      <BedFacts bed={bed} times={times} now={now} />
      <div ref={outcome} tabIndex={-1} className="outcome">
        {pending && (
          <p className="note note-pending">
            <PendingGlyph />
            {contact.status === 'lost' ? t('pending.no-contact') : t('pending.text')}
          </p>
        )}
        {attempt?.status === 'done' && <p className="note note-done">{doneText(t, attempt, bed, times)}</p>}
        {attempt?.status === 'refused' && (
          <Refused
            attempt={attempt}
            bed={bed}
            kept={open !== undefined}
            possible={stillPossible(attempt.action)}
            times={times}
            now={now}
          />
        )}
      </div>
      {open === undefined ? (
        <section className="actions" aria-labelledby="actions-heading">
          <h3 id="actions-heading">{t('panel.actions')}</h3>
          {actions.length === 0 && <p>{t('panel.no-actions')}</p>}
          <ul>
            {actions.map((action) => (
              <li key={actionKey(action)}>
                <button type="button" disabled={pending} onClick={() => choose(action)}>
                  {actionName(t, action)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : (
        <ActionForm
          key={actionKey(open.action)}
          action={open.action}
          before={open.before}
          bed={bed}
          attempt={attempt}
          possible={stillPossible(open.action)}
          times={times}
          now={now}
          onSubmit={(entered) => void ask(open.action, entered)}
          onCancel={() => {
            attempts.forget(bed.id);
            setOpen(undefined);
          }}
        />
      )}
    </>
  );
}

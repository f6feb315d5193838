import { useEffect, useMemo, useState } from 'react';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { CountForm } from './count-form.tsx';
import { type Answered, type LastCount, type Opened, openLink } from './link-door.ts';
import './count-link.css';

/** What a link in a letter opens: the counts of one facility, for somebody without an account. */
export function CountPage() {
  const t = useText();
  const token = useMemo(() => window.location.hash.slice(1), []);
  const [looked, setLooked] = useState<Awaited<ReturnType<typeof openLink>>>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let over = false;
    void openLink(token).then((outcome) => {
      // Counting each look lets whoever presses again see that it was heard.
      if (!over && tries >= 0) setLooked(outcome);
    });
    return () => {
      over = true;
    };
  }, [token, tries]);
  if (looked === undefined) return <Loading title={t('count-link.loading')} />;
  if (looked === 'unknown') {
    return (
      <Page title={t('count-link.title')}>
        <Failure title={t('count-link.unknown')}>
          <p>{t('count-link.unknown-text')}</p>
        </Failure>
      </Page>
    );
  }
  if (looked === 'too-many' || looked === 'no-answer') {
    return (
      <Page title={t('count-link.title')}>
        <Failure title={looked === 'too-many' ? t('count-link.too-many') : t('count-link.no-answer')}>
          <button
            type="button"
            onClick={() => {
              setLooked(undefined);
              setTries(tries + 1);
            }}
          >
            {t('count-link.try-again')}
          </button>
        </Failure>
      </Page>
    );
  }
  return looked.state === 'open' ? <Asked token={token} asked={looked} /> : <Ended ended={looked} />;
}

function Asked({ token, asked }: { token: string; asked: Extract<Opened, { state: 'open' }> }) {
  const t = useText();
  const times = useTimes(asked.zone);
  const [levels, setLevels] = useState<readonly LastCount[]>(asked.levels);
  const [gone, setGone] = useState<Extract<Opened, { at: string }>>();
  const [saved, setSaved] = useState<{ answers: readonly Answered[]; at: number }>();
  const [unknown, setUnknown] = useState(false);

  /** Looks again: at what somebody else has said, or at why the link is of no use any more. */
  async function look(): Promise<void> {
    const again = await openLink(token);
    if (again === 'unknown') setUnknown(true);
    else if (typeof again !== 'string') {
      if (again.state === 'open') setLevels(again.levels);
      else setGone(again);
    }
  }

  if (unknown) {
    return (
      <Page title={t('count-link.title')}>
        <Failure title={t('count-link.unknown')}>
          <p>{t('count-link.unknown-text')}</p>
        </Failure>
      </Page>
    );
  }
  if (gone !== undefined) return <Ended ended={gone} />;
  const title = t('count-link.title-of', { facility: asked.facility });
  if (saved !== undefined) {
    return (
      <Page title={title}>
        <div className="count-saved" role="status">
          <h2>{t('count-link.saved', { time: times.clock(saved.at) })}</h2>
          <ul>
            {saved.answers.map(({ level, available }) => (
              <li key={level}>
                <span>{t(`level.${level}`)}</span>
                <strong>
                  {t('count-link.saved-count', {
                    available,
                    capacity: levels.find((one) => one.level === level)?.capacity ?? available,
                  })}
                </strong>
              </li>
            ))}
          </ul>
          <p>{t('count-link.saved-text')}</p>
        </div>
      </Page>
    );
  }
  return (
    <Page title={title}>
      <p className="page-intro">{t('count-link.intro')}</p>
      {levels.length === 0 ? (
        <Empty title={t('count-link.empty')}>
          <p>{t('count-link.empty-text')}</p>
        </Empty>
      ) : (
        <CountForm
          token={token}
          levels={levels}
          times={times}
          onSaved={(answers) => setSaved({ answers, at: Date.now() })}
          onChanged={look}
        />
      )}
      <p className="count-quiet">
        {t('count-link.valid', { time: times.moment(asked.validUntil, Date.now()) })}
      </p>
    </Page>
  );
}

function Ended({ ended: { state, facility, zone, at } }: { ended: Extract<Opened, { at: string }> }) {
  const t = useText();
  const times = useTimes(zone);
  const time = times.moment(at, Date.now());
  return (
    <Page title={t('count-link.title-of', { facility })}>
      <Empty title={t(`count-link.${state}`)}>
        <p>
          {state === 'submitted' && t('count-link.submitted-text', { time })}
          {state === 'expired' && t('count-link.expired-text', { time })}
          {state === 'withdrawn' && t('count-link.withdrawn-text')}
        </p>
      </Empty>
    </Page>
  );
}

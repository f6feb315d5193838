import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { rememberWall, wasWall } from '../app/kiosk-browser.ts';
import { usePageHeading } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { LanguageSwitch } from '../language/language-switch.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Loading } from '../ui/states.tsx';
import { type Pairing, pair } from './pairing.ts';
import { QrCode } from './qr-code.tsx';
import './pairing.css';

/** What a display shows that nobody has approved yet: a code, for a phone and for people. */
export function PairPage() {
  const t = useText();
  const live = useLive();
  const session = useStore(live.session);
  const heading = usePageHeading(t('pairing.title'));
  if (session === 'unknown') return <Loading />;
  if (session !== 'signed-out') {
    return (
      <div className="pairing">
        <h1 ref={heading} tabIndex={-1}>
          {t('pairing.title')}
        </h1>
        <p>{t('pairing.taken', { name: session.name })}</p>
        <button type="button" onClick={() => void live.signOut()}>
          {t('pairing.sign-out')}
        </button>
      </div>
    );
  }
  return (
    <div className="pairing">
      <h1 ref={heading} tabIndex={-1}>
        {t('pairing.title')}
      </h1>
      {wasWall() && (
        <p className="pairing-revoked" role="alert">
          {t('pairing.revoked')}
        </p>
      )}
      <Waiting />
      <div className="pairing-foot">
        <Link to="/" onClick={() => rememberWall(false)}>
          {t('pairing.instead')}
        </Link>
        <LanguageSwitch />
      </div>
    </div>
  );
}

function Waiting() {
  const t = useText();
  const live = useLive();
  const [pairing, setPairing] = useState<Pairing>({ status: 'starting' });
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn is another pairing
  useEffect(() => {
    const over = new AbortController();
    const tell = (next: Pairing) => {
      setPairing(next);
      if (next.status === 'paired') void live.adopt();
    };
    void pair({
      fetch: globalThis.fetch.bind(globalThis),
      clock: Date.now,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      signal: over.signal,
      tell,
    });
    return () => over.abort();
  }, [live, turn]);
  switch (pairing.status) {
    case 'waiting':
      return <Code key={pairing.userCode} {...pairing} />;
    case 'denied':
      return (
        <>
          <p className="pairing-revoked" role="alert">
            {t('pairing.denied')}
          </p>
          <button type="button" className="primary" onClick={() => setTurn(turn + 1)}>
            {t('pairing.again')}
          </button>
        </>
      );
    case 'unreachable':
    case 'crowded':
      return (
        <p className="pairing-revoked" role="alert">
          {t(`pairing.${pairing.status}`)}
        </p>
      );
    case 'starting':
    case 'paired':
      return <Loading title={t('pairing.starting')} />;
    default:
      return pairing satisfies never;
  }
}

function Code({ userCode, address, link, endsAt }: Extract<Pairing, { status: 'waiting' }>) {
  const t = useText();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.ceil((endsAt - now) / 1000));
  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  return (
    <section className="pairing-code">
      <QrCode text={link} label={t('pairing.qr')} />
      <div className="pairing-words">
        <p>{t('pairing.scan', { address: address.replace(/^https?:\/\//, '') })}</p>
        <p className="pairing-letters">
          <span className="unseen">{t('pairing.code')}: </span>
          {userCode}
        </p>
        <p className="pairing-left">{t('pairing.left', { time })}</p>
        <p className="pairing-who">{t('pairing.who')}</p>
      </div>
    </section>
  );
}

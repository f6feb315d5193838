import { Fragment, useEffect, useState } from 'react';
import { z } from 'zod';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { Empty, Forbidden, Loading } from '../ui/states.tsx';
import './mailbox.css';

const lettersSchema = z.object({
  letters: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      channel: z.enum(['email', 'phone']),
      address: z.string(),
      subject: z.string(),
      body: z.string(),
    }),
  ),
});
type Letters = z.infer<typeof lettersSchema>['letters'];

const everyMs = 2_000;

/** The letters of a demo, the newest first, read again and again. */
export function MailboxPage() {
  const t = useText();
  const times = useTimes();
  const [letters, setLetters] = useState<Letters | 'none'>();
  useEffect(() => {
    const over = new AbortController();
    const read = async () => {
      const response = await fetch('/api/v1/demo/mailbox', { signal: over.signal }).catch(() => undefined);
      if (response === undefined || over.signal.aborted) return;
      const parsed = lettersSchema.safeParse(await response.json().catch(() => undefined));
      setLetters(parsed.success ? parsed.data.letters : 'none');
    };
    void read();
    const timer = setInterval(() => void read(), everyMs);
    return () => {
      over.abort();
      clearInterval(timer);
    };
  }, []);
  if (letters === undefined) return <Loading title={t('mailbox.loading')} />;
  return (
    <Page title={t('mailbox.title')}>
      {letters === 'none' ? (
        <Forbidden title={t('mailbox.none')}>
          <p>{t('mailbox.none-text')}</p>
        </Forbidden>
      ) : (
        <>
          <p className="page-intro">{t('mailbox.intro')}</p>
          {letters.length === 0 && <Empty title={t('mailbox.empty')} />}
          <ul className="mailbox">
            {letters.map(({ id, at, channel, address, subject, body }) => (
              <li key={id} className="mailbox-letter">
                <p className="mailbox-to">
                  {t(`mailbox.${channel}`, { address })} · {times.moment(at, Date.now())}
                </p>
                {channel === 'email' && <h2>{subject}</h2>}
                <p className="mailbox-body">
                  <WithLinks text={body} />
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Page>
  );
}

/** A text whose addresses can be followed, as a mail program shows it. */
function WithLinks({ text }: { text: string }) {
  return text.split(/(https?:\/\/\S+)/).map((part, index) =>
    index % 2 === 1 ? (
      <a key={part} href={part} rel="noreferrer">
        {part}
      </a>
    ) : (
      <Fragment key={part}>{part}</Fragment>
    ),
  );
}

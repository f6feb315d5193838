import { useState } from 'react';
import { z } from 'zod';
import type { Refusal } from '#domain/errors.ts';
import { refuse } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { Notice } from '../ui/notice.tsx';
import { refusalKey } from './answer.tsx';

const contentSchema = z.object({ segments: z.array(z.string()) });

type Content =
  | { readonly status: 'closed' | 'asked' | 'opening' }
  | { readonly status: 'open'; readonly segments: readonly string[] }
  | { readonly status: 'refused'; readonly refusal: Refusal };

/** The message itself, segment by segment: a patient's data, shown once somebody has said that they mean to see it. */
export function MessageContent({ entry }: { entry: string }) {
  const t = useText();
  const live = useLive();
  const [content, setContent] = useState<Content>({ status: 'closed' });
  const open = async () => {
    setContent({ status: 'opening' });
    const answer = await live.post(`/api/v1/quarantine/${encodeURIComponent(entry)}/open`);
    const parsed = contentSchema.safeParse(answer.ok ? answer.result : undefined);
    if (parsed.success) setContent({ status: 'open', segments: parsed.data.segments });
    else {
      const refusal = answer.ok ? refuse('unavailable', 'the answer is not understood') : answer.error;
      setContent({ status: 'refused', refusal });
    }
  };
  return (
    <section className="feeds-content" aria-labelledby="feeds-content">
      <h3 id="feeds-content">{t('feeds.content')}</h3>
      {content.status === 'closed' && (
        <button type="button" onClick={() => setContent({ status: 'asked' })}>
          {t('feeds.open')}…
        </button>
      )}
      {(content.status === 'asked' || content.status === 'opening') && (
        <>
          <p>{t('feeds.open-text')}</p>
          <div className="feeds-buttons">
            <button
              type="button"
              className="primary"
              disabled={content.status === 'opening'}
              onClick={() => void open()}
            >
              {t('feeds.open-logged')}
            </button>
            <button type="button" onClick={() => setContent({ status: 'closed' })}>
              {t('app.cancel')}
            </button>
          </div>
        </>
      )}
      {content.status === 'refused' && <Notice refused>{t(refusalKey(content.refusal))}</Notice>}
      {content.status === 'open' && (
        <>
          <ol className="feeds-segments" data-testid="segments">
            {content.segments.map((segment, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a message may hold the same segment twice, and never changes.
              <li key={index}>
                <code>
                  <b>{segment.slice(0, 3)}</b>
                  {segment.slice(3)}
                </code>
              </li>
            ))}
          </ol>
          <button type="button" onClick={() => setContent({ status: 'closed' })}>
            {t('feeds.close-content')}
          </button>
        </>
      )}
    </section>
  );
}

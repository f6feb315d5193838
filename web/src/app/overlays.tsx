import { lazy, Suspense, useEffect, useState } from 'react';
import { WithPageTexts } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { type KeptText, writtenOn } from './kept-text.ts';

const StepUpDialog = lazy(async () => ({
  default: (await import('../my-security/step-up-dialog.tsx')).StepUpDialog,
}));
const IdleWarning = lazy(async () => ({
  default: (await import('../my-security/idle-warning.tsx')).IdleWarning,
}));
const KeptNote = lazy(async () => ({ default: (await import('../my-security/kept-note.tsx')).KeptNote }));

/** What may come over any page: a question for a proof, the warning before the log-off, and what was saved from one. */
export function Overlays() {
  const live = useLive();
  const who = useStore(live.session);
  const proving = useStore(live.proving);
  const idle = useStore(live.idle);
  const [kept, setKept] = useState<{ readonly by: string; readonly texts: readonly KeptText[] }>();
  const person = typeof who === 'string' ? undefined : who.id;

  // Heard in the moment itself: a little later the page is gone.
  useEffect(
    () =>
      live.idle.subscribe(() => {
        if (live.idle.get().status !== 'over' || person === undefined) return;
        const texts = writtenOn(document);
        setKept(texts.length === 0 ? undefined : { by: person, texts });
      }),
    [live, person],
  );
  const ofThisPerson = kept?.by === person;
  // Whoever signs in next is not to find what another has written.
  useEffect(() => {
    if (person !== undefined && !ofThisPerson) setKept(undefined);
  }, [person, ofThisPerson]);

  return (
    <Suspense fallback={null}>
      {proving !== undefined && (
        <WithPageTexts of={['my-security', 'sign-in']}>
          <StepUpDialog proving={proving} />
        </WithPageTexts>
      )}
      {person !== undefined && idle.status === 'warned' && (
        <WithPageTexts of={['my-security']}>
          <IdleWarning endsAt={idle.endsAt} />
        </WithPageTexts>
      )}
      {person !== undefined && idle.status === 'used' && kept !== undefined && ofThisPerson && (
        <WithPageTexts of={['my-security']}>
          <KeptNote texts={kept.texts} onDismiss={() => setKept(undefined)} />
        </WithPageTexts>
      )}
    </Suspense>
  );
}

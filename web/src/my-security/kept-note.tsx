import type { KeptText } from '../app/kept-text.ts';
import { useText } from '../language/language.tsx';
import { CopyButton } from './copy-button.tsx';
import { Modal } from './modal.tsx';

/** What somebody was writing when they were signed out, for them to take up again. */
export function KeptNote({ texts, onDismiss }: { texts: readonly KeptText[]; onDismiss: () => void }) {
  const t = useText();
  return (
    <Modal title={t('kept.title')} onCancel={onDismiss}>
      <p>{t('kept.lead')}</p>
      {texts.map(({ label, text }) => (
        <section key={`${label} ${text}`} className="kept">
          {label !== '' && <h3>{label}</h3>}
          <p className="kept-text">{text}</p>
          <CopyButton text={text} />
        </section>
      ))}
      <button type="button" onClick={onDismiss}>
        {t('kept.dismiss')}
      </button>
    </Modal>
  );
}

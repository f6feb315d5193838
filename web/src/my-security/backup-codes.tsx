import { useText } from '../language/language.tsx';
import { CopyButton } from './copy-button.tsx';
import { Modal } from './modal.tsx';

/** The codes, this once, and the ways to keep them. */
export function BackupCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const t = useText();
  const text = `${codes.join('\n')}\n`;
  const download = () => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${t('security.backup-file')}.txt`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Modal title={t('security.backup')} onCancel={onDone}>
      <p>{t('security.backup-once')}</p>
      <ol className="backup-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="security-buttons">
        <CopyButton text={text} />
        <button type="button" onClick={download}>
          {t('security.backup-download')}
        </button>
        <button type="button" onClick={() => window.print()}>
          {t('security.backup-print')}
        </button>
      </div>
      <button type="button" className="primary" onClick={onDone}>
        {t('security.backup-kept')}
      </button>
    </Modal>
  );
}

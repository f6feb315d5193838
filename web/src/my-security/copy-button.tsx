import { useState } from 'react';
import { useText } from '../language/language.tsx';

/** Copies a text, and says so. */
export function CopyButton({ text }: { text: string }) {
  const t = useText();
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => setCopied(false),
        )
      }
    >
      <span aria-live="polite">{t(copied ? 'security.backup-copied' : 'security.backup-copy')}</span>
    </button>
  );
}

import { useText } from '../language/language.tsx';
import { Glyph, type GlyphKind } from '../ui/glyph.tsx';

/** How many beds are in one state: shape, colour and letter, the number, and the word. */
export function Count({ kind, count }: { kind: GlyphKind; count: number }) {
  const t = useText();
  return (
    <div className={count === 0 ? 'count count-none' : 'count'}>
      <dt>
        <Glyph kind={kind} />
        <span className="count-word">{t(`class.${kind}`)}</span>
      </dt>
      <dd>{count}</dd>
    </div>
  );
}

import { encode } from 'uqr';

/** A text as a QR code: dark on light in both appearances, because not every reader takes the other way round. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 2 });
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg className="pairing-qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} className="pairing-qr-light" />
      <path d={dark.join('')} className="pairing-qr-dark" shapeRendering="crispEdges" />
    </svg>
  );
}

/** What is told to browsers with every answer. */
export interface HeaderSettings {
  readonly publicUrl: string;
  /** Origins that may show our pages within theirs. */
  readonly frameAncestors: readonly string[];
}

/** Everything that a page of ours has no use for: a script that got in would find it closed. */
const unused = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
];

/**
 * The security headers of every answer: pages, files, problems and Socket.IO's handshakes. Scripts, styles and connections
 * are our own origin's alone, and nothing is allowed inline.
 */
export function securityHeaders({
  publicUrl,
  frameAncestors,
}: HeaderSettings): readonly (readonly [name: string, value: string])[] {
  const { protocol, host } = new URL(publicUrl);
  const encrypted = protocol === 'https:';
  const ancestors = frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ');
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    // Older browsers do not count a WebSocket to our own host among 'self'.
    `connect-src 'self' ${encrypted ? 'wss' : 'ws'}://${host}`,
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${ancestors}`,
  ];
  return [
    ['content-security-policy', policy.join('; ')],
    // Inside a house a wall is often served over plain HTTP: whoever says https wants it for good.
    ...(encrypted ? [['strict-transport-security', 'max-age=31536000'] as const] : []),
    ...(frameAncestors.length === 0 ? [['x-frame-options', 'DENY'] as const] : []),
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'same-origin'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['permissions-policy', unused.map((feature) => `${feature}=()`).join(', ')],
  ];
}

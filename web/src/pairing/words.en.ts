/** The texts of a display that waits to be paired, in English. */
export const words = {
  'pairing.title': 'Pair this display',
  'pairing.revoked':
    'This display is no longer connected: its approval was withdrawn, or it was away for too long.',
  'pairing.scan': 'Scan this with a phone, or open {{address}} and type the code.',
  'pairing.qr': 'QR code that opens the approval of this display',
  'pairing.code': 'Code of this display',
  'pairing.left': 'Valid for {{time}}. A new code follows by itself.',
  'pairing.who':
    'An administrator, IT support or the command centre can approve it. It will show one board, and nothing else.',
  'pairing.starting': 'Asking for a code…',
  'pairing.unreachable': 'The server cannot be reached. This display tries again by itself.',
  'pairing.crowded': 'Too many displays ask for a code at once. This one tries again by itself.',
  'pairing.denied': 'This display was turned away.',
  'pairing.again': 'Ask for a new code',
  'pairing.instead': 'Sign in as a person instead',
  'pairing.taken': 'You are signed in as {{name}}. A wall has a browser of its own: sign out here first.',
  'pairing.sign-out': 'Sign out',
} as const;

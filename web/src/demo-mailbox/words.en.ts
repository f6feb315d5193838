/** What the mailbox of a demo says, in English. */
export const words = {
  'mailbox.title': 'Demo mailbox',
  'mailbox.intro': 'What a real installation would send by mail and text message, a demo puts here.',
  'mailbox.loading': 'Looking for letters',
  'mailbox.empty': 'Nothing was sent yet',
  'mailbox.none': 'There is no mailbox here',
  'mailbox.none-text': 'Only a demo has one.',
  'mailbox.email': 'Mail to {{address}}',
  'mailbox.phone': 'Text message to {{address}}',
} as const;

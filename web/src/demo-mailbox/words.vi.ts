import type { TranslationOf } from '../language/translation.ts';
import type { words as english } from './words.en.ts';

/** What the mailbox of a demo says, in Vietnamese. */
export const words = {
  'mailbox.title': 'Hộp thư dùng thử',
  'mailbox.intro': 'Những gì hệ thống thật gửi qua thư và tin nhắn, bản dùng thử để ở đây.',
  'mailbox.loading': 'Đang tìm thư',
  'mailbox.empty': 'Chưa gửi gì',
  'mailbox.none': 'Ở đây không có hộp thư',
  'mailbox.none-text': 'Chỉ bản dùng thử mới có.',
  'mailbox.email': 'Thư gửi {{address}}',
  'mailbox.phone': 'Tin nhắn gửi {{address}}',
} as const satisfies TranslationOf<typeof english>;

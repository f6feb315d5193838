import { newLinkSecret } from '#db/count-links.ts';
import { linkHours } from '#domain/count-links/schema.ts';
import type { Letter, Writing } from '../../post/letter.ts';
import { fitted } from './text-message.ts';

/** What a link's letter says, in each language. The link stands on a line of its own. */
const words = {
  en: {
    subject: (facility: string) => `How many beds are available? ${facility}`,
    text: (contact: string, facility: string, url: string) =>
      [
        `Good day ${contact},`,
        '',
        `please say how many beds are available at ${facility} now:`,
        '',
        url,
        '',
        `You need no password. The link can be used once, within ${linkHours} hours; opening it does not use it up.`,
        'It shows no patient. Please do not pass it on: whoever has it can answer for you.',
      ].join('\n'),
    message: (facility: string, url: string) => `Beds free at ${facility}? ${linkHours} h: ${url}`,
  },
  vi: {
    subject: (facility: string) => `Hiện còn bao nhiêu giường trống? ${facility}`,
    text: (contact: string, facility: string, url: string) =>
      [
        `Kính gửi ${contact},`,
        '',
        `vui lòng cho biết hiện ${facility} còn bao nhiêu giường trống:`,
        '',
        url,
        '',
        `Không cần mật khẩu. Liên kết dùng được một lần trong ${linkHours} giờ; mở ra xem không làm mất hiệu lực.`,
        'Liên kết không hiển thị bệnh nhân nào. Xin đừng chuyển tiếp: ai có liên kết đều có thể trả lời thay bạn.',
      ].join('\n'),
    message: (facility: string, url: string) => `Con giuong tai ${facility}? ${linkHours} gio: ${url}`,
  },
} as const;

/** The letter that brings a contact their link. */
export const countLinkLetter: Letter = {
  async prepare({ sql, org, about, language, channel, publicUrl }): Promise<Writing | undefined> {
    const made = await newLinkSecret(sql, org, about);
    if (made === undefined) return undefined;
    const { facility, contact, secret } = made;
    // In the fragment, which browsers send nowhere.
    const url = `${publicUrl}/count#${secret}`;
    const { subject, text, message } = words[language];
    return {
      subject: subject(facility),
      text:
        channel === 'phone' ? fitted(facility, (name) => message(name, url)) : text(contact, facility, url),
    };
  },
  ended: (about, outcome) => ({ type: 'link.settle', data: { link: about, outcome } }),
};

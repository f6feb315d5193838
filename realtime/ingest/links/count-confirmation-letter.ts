import { usedLink } from '#db/count-links.ts';
import { localInZone } from '#domain/zone.ts';
import type { Letter } from '../../post/letter.ts';
import { levelWords } from './level-words.ts';
import { fitted } from './text-message.ts';

const words = {
  en: {
    subject: (facility: string) => `New counts for ${facility}`,
    said: (contact: string, at: string) => `On ${at} these counts were given through the link of ${contact}:`,
    count: (level: string, available: number, capacity: number) =>
      `${level}: ${available} of ${capacity} available`,
    mistake: (url: string) =>
      `Was this not you? Sign in at ${url} and correct the counts, and tell your administrator: somebody else had the link.`,
    message: (facility: string, at: string) =>
      `Counts of ${facility} were given through your link at ${at}. Not you? Tell your administrator.`,
  },
  vi: {
    subject: (facility: string) => `Số giường mới của ${facility}`,
    said: (contact: string, at: string) => `Lúc ${at}, các số sau đã được gửi qua liên kết của ${contact}:`,
    count: (level: string, available: number, capacity: number) =>
      `${level}: còn ${available} trên ${capacity}`,
    mistake: (url: string) =>
      `Không phải bạn? Hãy đăng nhập tại ${url} để sửa và báo cho quản trị viên: người khác đã có liên kết này.`,
    message: (facility: string, at: string) =>
      `So giuong cua ${facility} da duoc gui qua lien ket luc ${at}. Khong phai ban? Hay bao quan tri vien.`,
  },
} as const;

/** The letter that tells a facility's contacts what was said through a link, so that they notice where it was not them. */
export const countConfirmationLetter: Letter = {
  async prepare({ sql, org, about, language, channel, publicUrl }) {
    const used = await usedLink(sql, org, about);
    if (used?.link.submittedAt === undefined) return undefined;
    const { facility, contact, zone, link } = used;
    const at = localInZone(Date.parse(used.link.submittedAt), zone).replace('T', ' ');
    const { subject, said, count, mistake, message } = words[language];
    const lines = (link.counts ?? []).map(({ level, available, capacity }) =>
      count(levelWords[language][level], available, capacity),
    );
    const text = ['', said(contact, at), '', ...lines, '', mistake(publicUrl)].slice(1).join('\n');
    return {
      subject: subject(facility),
      text: channel === 'phone' ? fitted(facility, (name) => message(name, at)) : `${facility}\n\n${text}`,
    };
  },
};

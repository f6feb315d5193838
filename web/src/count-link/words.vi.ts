import type { TranslationOf } from '../language/translation.ts';
import type { words as english } from './words.en.ts';

/** What the page behind a count link says, in Vietnamese. */
export const words = {
  'count-link.title': 'Giường trống',
  'count-link.title-of': '{{facility}}: giường trống',
  'count-link.loading': 'Đang mở liên kết',
  'count-link.intro': 'Cho biết hiện còn bao nhiêu giường. Mạng lưới thấy ngay những gì bạn gửi.',
  'count-link.valid': 'Liên kết dùng được một lần, đến {{time}}.',
  'count-link.last': 'Báo lần cuối {{time}}, {{age}} trước',
  'count-link.last-now': 'Vừa báo xong',
  'count-link.ran-out': 'đã quá hạn',
  'count-link.never': 'Chưa ai báo còn bao nhiêu giường.',
  'count-link.available': '{{level}}: giường trống',
  'count-link.fewer': '{{level}}: bớt một',
  'count-link.more': '{{level}}: thêm một',
  'count-link.of': 'trên {{count}}',
  'count-link.still-true': 'Tất cả vẫn đúng',
  'count-link.send': 'Gửi các số này',
  'count-link.sending': 'Đang gửi…',
  'count-link.not-number': 'Viết một số nguyên từ 0 đến {{most}}.',
  'count-link.nothing': 'Viết số cho ít nhất một loại giường.',
  'count-link.saved': 'Đã lưu lúc {{time}}. Cảm ơn bạn.',
  'count-link.saved-text': 'Mạng lưới đã thấy các số này. Bạn có thể đóng trang; liên kết đã dùng xong.',
  'count-link.saved-count': 'còn {{available}} trên {{capacity}}',
  'count-link.no-answer': 'Không có trả lời. Những gì bạn viết vẫn còn: hãy thử lại.',
  'count-link.overtaken':
    'Có người đã báo số mới sau khi bạn mở trang. Hãy xem lại; những gì bạn viết vẫn còn.',
  'count-link.refused': 'Các số này không được nhận. Những gì bạn viết vẫn còn: hãy xem lại.',
  'count-link.too-many': 'Thử quá nhiều lần từ đây. Hãy đợi mười lăm phút rồi thử lại.',
  'count-link.try-again': 'Thử lại',
  'count-link.empty': 'Ở đây chưa đếm loại giường nào',
  'count-link.empty-text': 'Hãy nhờ người gửi liên kết thêm loại giường đầu tiên.',
  'count-link.unknown': 'Liên kết không hợp lệ',
  'count-link.unknown-text':
    'Có thể liên kết bị cắt mất: hãy mở lại từ tin nhắn, hoặc sao chép toàn bộ. Liên kết hết hạn sau 48 giờ.',
  'count-link.submitted': 'Liên kết này đã được dùng',
  'count-link.submitted-text':
    'Các số đã được gửi lúc {{time}}. Nếu không phải bạn, hãy báo cho quản trị viên.',
  'count-link.expired': 'Liên kết đã hết hạn',
  'count-link.expired-text': 'Hết hạn lúc {{time}}. Bạn sẽ nhận liên kết mới khi số giường quá hạn.',
  'count-link.withdrawn': 'Liên kết này đã bị thu hồi',
  'count-link.withdrawn-text': 'Có thể có liên kết mới hơn trong tin nhắn của bạn.',
} as const satisfies TranslationOf<typeof english>;

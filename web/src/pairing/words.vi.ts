import type { TranslationOf } from '../language/translation.ts';
import type { words as english } from './words.en.ts';

/** The texts of a display that waits to be paired, in Vietnamese. */
export const words = {
  'pairing.title': 'Ghép nối màn hình này',
  'pairing.revoked': 'Màn hình này không còn được kết nối: quyền đã bị thu hồi, hoặc đã vắng mặt quá lâu.',
  'pairing.scan': 'Quét mã bằng điện thoại, hoặc mở {{address}} và nhập mã.',
  'pairing.qr': 'Mã QR mở trang phê duyệt màn hình này',
  'pairing.code': 'Mã của màn hình này',
  'pairing.left': 'Còn hiệu lực {{time}}. Mã mới sẽ tự động hiện ra.',
  'pairing.who':
    'Quản trị viên, bộ phận CNTT hoặc trung tâm điều hành có thể phê duyệt. Màn hình chỉ hiển thị một bảng duy nhất.',
  'pairing.starting': 'Đang lấy mã…',
  'pairing.unreachable': 'Không kết nối được máy chủ. Màn hình sẽ tự thử lại.',
  'pairing.crowded': 'Quá nhiều màn hình cùng lấy mã. Màn hình này sẽ tự thử lại.',
  'pairing.denied': 'Màn hình này đã bị từ chối.',
  'pairing.again': 'Lấy mã mới',
  'pairing.instead': 'Đăng nhập bằng tài khoản cá nhân',
  'pairing.taken':
    'Bạn đang đăng nhập với tên {{name}}. Bảng treo tường cần trình duyệt riêng: hãy đăng xuất trước.',
  'pairing.sign-out': 'Đăng xuất',
} as const satisfies TranslationOf<typeof english>;

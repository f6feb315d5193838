import type { LetterLanguage } from '#db/jobs/post-queue.ts';
import type { LevelOfCare } from '#domain/network/levels.ts';

/** What levels of care are called in letters: as on the screens. */
export const levelWords: Readonly<Record<LetterLanguage, Readonly<Record<LevelOfCare, string>>>> = {
  en: {
    'medical-surgical': 'Medical and surgical',
    paediatric: 'Paediatric',
    maternity: 'Maternity',
    'intensive-care': 'Intensive care',
    'neonatal-intensive-care': 'Neonatal intensive care',
    psychiatric: 'Psychiatric',
    'crisis-stabilisation': 'Crisis stabilisation',
    'withdrawal-management': 'Withdrawal management',
    'residential-treatment': 'Residential treatment',
    'skilled-nursing': 'Skilled nursing',
    rehabilitation: 'Rehabilitation',
    hospice: 'Hospice',
  },
  vi: {
    'medical-surgical': 'Nội và ngoại khoa',
    paediatric: 'Nhi khoa',
    maternity: 'Sản khoa',
    'intensive-care': 'Hồi sức tích cực',
    'neonatal-intensive-care': 'Hồi sức sơ sinh',
    psychiatric: 'Tâm thần nội trú',
    'crisis-stabilisation': 'Can thiệp khủng hoảng',
    'withdrawal-management': 'Cắt cơn cai nghiện',
    'residential-treatment': 'Điều trị lưu trú',
    'skilled-nursing': 'Điều dưỡng chuyên sâu',
    rehabilitation: 'Phục hồi chức năng',
    hospice: 'Chăm sóc cuối đời',
  },
};

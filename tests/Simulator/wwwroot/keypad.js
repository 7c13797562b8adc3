// What a key types, and how long a text is on the air.

export const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'star', '0', 'hash'];

// The letters printed on a key, and the characters that repeated presses go through (3GPP TS 23.039 leaves the rest to the maker).
export const LETTERS = { 2: 'ABC', 3: 'DEF', 4: 'GHI', 5: 'JKL', 6: 'MNO', 7: 'PQRS', 8: 'TUV', 9: 'WXYZ' };
export const CYCLES = {
  0: ' 0', 1: '.,?!1\'"-@/:', 2: 'abc2', 3: 'def3', 4: 'ghi4', 5: 'jkl5', 6: 'mno6', 7: 'pqrs7', 8: 'tuv8', 9: 'wxyz9',
};
export const SYMBOLS = '.,?!*#@/-_:;\'"()&%+=<>€£$¥';

const BASIC = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENSION = '^{}\\[~]|€';

// Septets or UTF-16 units left in the last part, and the number of parts; the server counts again and decides.
export function measure(text) {
  let units = 0;
  let gsm = true;
  for (const character of text) {
    if (BASIC.includes(character)) units += 1;
    else if (EXTENSION.includes(character)) units += 2;
    else { gsm = false; break; }
  }
  if (!gsm) units = text.length;
  const [single, part] = gsm ? [160, 153] : [70, 67];
  if (units <= single) return { left: single - units, parts: 1, gsm };
  const parts = Math.ceil(units / part);
  return { left: parts * part - units, parts, gsm };
}

// The character that the n-th press of a key gives. "Abc" writes a capital where a sentence starts.
export function character(key, press, mode, before) {
  if (mode === '123') return key;
  const cycle = CYCLES[key];
  const typed = cycle[press % cycle.length];
  const capital = mode === 'ABC' || (mode === 'Abc' && /(^|[.!?]\s*)$/.test(before));
  return capital ? typed.toUpperCase() : typed;
}

export const nextMode = mode => ({ Abc: 'ABC', ABC: '123', 123: 'Abc' })[mode];
